import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, setCsrfToken } from '@/api/client';
import { visit, visited } from '@/api/sandbox';
import { LANGUAGES, useLanguage, words, type Language } from '@/i18n';
import { Button, Icon, Select, useToast } from '@/ui';
import { problemOf } from '@/api/problem';
import { useSession } from './session';
import { useTheme, type Theme } from './theme';

const useWords = words({
  en: {
    signOut: 'Sign out',
    theme: 'Appearance',
    system: 'System',
    light: 'Light',
    dark: 'Dark',
    language: 'Language',
    docs: 'Documentation',
    look: 'Look at {name}',
  },
  de: {
    signOut: 'Abmelden',
    theme: 'Darstellung',
    system: 'System',
    light: 'Hell',
    dark: 'Dunkel',
    language: 'Sprache',
    docs: 'Dokumentation',
    look: '{name} ansehen',
  },
});

export function useSignOut() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  return async () => {
    try {
      await api.post('/admin/v1/sign-out');
    } catch (error) {
      const problem = problemOf(error);
      // no session any more is what was wanted
      if (problem.status !== 401) {
        toast(problem.message, true);
        return;
      }
    }
    setCsrfToken(null);
    queries.clear();
    await navigate({ to: '/sign-in', replace: true });
  };
}

/** The foot of the navigation: who is signed in, how pages look, the way out. */
export function UserMenu() {
  const t = useWords();
  const me = useSession();
  const { theme, choose } = useTheme();
  const { language, choose: chooseLanguage } = useLanguage();
  const signOut = useSignOut();
  return (
    <div className="shrink-0 border-t border-line p-3">
      <div className="mb-2 flex items-center gap-2 px-1">
        <div className="min-w-0 flex-1">
          <div className="truncate font-medium" title={me?.email ?? me?.owner ?? ''}>
            {me?.email ?? me?.owner ?? ''}
          </div>
          <div className="text-[0.93rem] break-words text-muted">
            {me?.organization?.name} · {me?.roles.join(', ')}
          </div>
        </div>
        <Button
          look="quiet"
          size="icon"
          aria-label={t('signOut')}
          title={t('signOut')}
          onClick={() => void signOut()}
        >
          <Icon name="out" />
        </Button>
      </div>
      <div className="grid grid-cols-2 gap-2 [&_select]:px-1.5">
        <Select
          label={t('theme')}
          hideLabel
          value={theme}
          onChange={(event) => choose(event.target.value as Theme)}
          choices={[
            { value: 'system', label: t('system') },
            { value: 'light', label: t('light') },
            { value: 'dark', label: t('dark') },
          ]}
        />
        <Select
          label={t('language')}
          hideLabel
          value={language}
          onChange={(event) => chooseLanguage(event.target.value as Language)}
          choices={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
        />
      </div>
      {visited() === null &&
        me?.sandboxes.map((name) => (
          <button
            key={name}
            type="button"
            onClick={() => visit(name)}
            className="mt-2 block px-1 text-[0.93rem] text-muted underline underline-offset-2 hover:text-ink"
          >
            {t('look', { name })}
          </button>
        ))}
      <a
        href="/docs"
        className="mt-2 block px-1 text-[0.93rem] text-muted underline underline-offset-2 hover:text-ink"
      >
        {t('docs')}
      </a>
    </div>
  );
}
