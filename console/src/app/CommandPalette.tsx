// Ctrl-K: goes to any page, or to a call by its id, without the mouse.
import { useNavigate } from '@tanstack/react-router';
import { useId, useState, type KeyboardEvent } from 'react';
import { useLabel, words } from '@/i18n';
import { cx, Dialog, Icon } from '@/ui';
import { found, idIn, type Command } from './commands';
import { useNavigation } from './navigation';
import { useCan } from './session';
import { useTheme } from './theme';
import { useSignOut } from './UserMenu';

const useWords = words({
  en: {
    title: 'Go to',
    placeholder: 'A page, an action, or the id of a call',
    call: 'Open call {id}',
    theirCall: 'Find the call with the provider’s id {id}',
    dark: 'Switch to dark',
    light: 'Switch to light',
    signOut: 'Sign out',
    docs: 'Open the documentation',
    nothing: 'Nothing is called that.',
  },
  de: {
    title: 'Gehe zu',
    placeholder: 'Seite, Handlung oder ID eines Aufrufs',
    call: 'Aufruf {id} öffnen',
    theirCall: 'Aufruf mit der ID des Anbieters {id} suchen',
    dark: 'Dunkel',
    light: 'Hell',
    signOut: 'Abmelden',
    docs: 'Dokumentation öffnen',
    nothing: 'Nichts heißt so.',
  },
});

function useCommands(text: string): Command[] {
  const t = useWords();
  const label = useLabel();
  const navigate = useNavigate();
  const can = useCan();
  const items = useNavigation();
  const { resolved, choose } = useTheme();
  const signOut = useSignOut();
  const commands: Command[] = items.map((item) => ({
    id: item.path,
    label: label(item.label),
    icon: item.icon,
    words: `${item.label.en} ${item.label.de} ${item.words ?? ''}`,
    run: () => void navigate({ to: item.path }),
  }));
  for (const { path, icon, actions = [] } of items) {
    commands.push(
      ...actions
        .filter(({ needs }) => can(needs))
        .map((action) => ({
          id: `${path} ${action.label.en}`,
          label: label(action.label),
          icon,
          words: `${action.label.en} ${action.label.de}`,
          run: () => void navigate({ to: path, search: action.search as never }),
        })),
    );
  }
  const other = resolved === 'dark' ? 'light' : 'dark';
  commands.push(
    {
      id: 'theme',
      label: t(other),
      icon: other === 'dark' ? 'moon' : 'sun',
      words: 'dark light theme dunkel hell',
      run: () => choose(other),
    },
    {
      id: 'docs',
      label: t('docs'),
      icon: 'info',
      words: 'docs help hilfe',
      run: () => location.assign('/docs'),
    },
    {
      id: 'sign-out',
      label: t('signOut'),
      icon: 'out',
      words: 'sign out log out abmelden',
      run: () => void signOut(),
    },
  );
  const asked = idIn(text);
  const call: Command | null =
    asked === null || !can('get_admin_v1_requests')
      ? null
      : {
          id: 'call',
          label: t(asked.own ? 'call' : 'theirCall', { id: asked.id }),
          icon: 'requests',
          words: '',
          run: () =>
            void navigate({
              to: '/requests',
              search: (asked.own ? { open: asked.id } : { provider_request_id: asked.id }) as never,
            }),
        };
  return found(commands, text, call);
}

export function CommandPalette({ onClose }: { onClose: () => void }) {
  const t = useWords();
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const commands = useCommands(text);
  const current = Math.min(at, commands.length - 1);
  const choose = (command: Command | undefined) => {
    if (command !== undefined) {
      onClose();
      command.run();
    }
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && commands.length > 0) {
      event.preventDefault();
      setAt((current + step + commands.length) % commands.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(commands[current]);
    }
  };
  return (
    <Dialog title={t('title')} onClose={onClose}>
      <input
        role="combobox"
        aria-label={t('placeholder')}
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={commands.length === 0 ? undefined : `${id}-${current}`}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        placeholder={t('placeholder')}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
        className="control w-full"
      />
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={t('title')}
        className="mt-2 max-h-80 overflow-y-auto"
      >
        {commands.map((command, index) => (
          <li
            key={command.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === current}
            onMouseMove={() => setAt(index)}
            onClick={() => choose(command)}
            className={cx(
              'flex cursor-pointer items-center gap-3 rounded-md px-3 py-2',
              index === current && 'bg-accent-soft text-accent-ink',
            )}
          >
            <Icon name={command.icon} />
            <span className="min-w-0 truncate">{command.label}</span>
          </li>
        ))}
      </ul>
      {commands.length === 0 && <p className="px-3 py-2 text-muted">{t('nothing')}</p>}
    </Dialog>
  );
}
