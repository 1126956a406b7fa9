import { useEffect, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useGet } from '@/api/hooks';
import { useNames } from '@/api/names';
import { visited } from '@/api/sandbox';
import { useCan } from '@/app/session';
import { useFilters } from '@/app/url';
import {
  Button,
  ButtonLink,
  Card,
  Checkbox,
  cx,
  EmptyState,
  Loaded,
  PageHeader,
  Select,
  TextArea,
  TextField,
  type Choice,
} from '@/ui';
import { bodyOf, type Settings } from './chat';
import { CodeDialog } from './CodeDialog';
import { Forecast } from './Forecast';
import { Lane } from './Lane';
import { useKey } from './useKey';
import { history, useLanes } from './useLanes';
import { useWords } from './words';

const MODELS_SHOWN = 500;
/** Where there is little room, the message comes before its parameters. */
const WIDE = matchMedia('(min-width: 64rem)');

export default function PlaygroundPage() {
  const t = useWords();
  const models = useGet('/admin/v1/models', { query: { limit: MODELS_SHOWN } }, { live: 10_000 });
  return (
    <div
      className={cx(
        'flex flex-col',
        // under the line that says whose sandbox this is there is less room
        visited() === null ? 'lg:h-[calc(100dvh-3rem)]' : 'lg:h-[calc(100dvh-6rem)]',
      )}
    >
      <PageHeader title={t('title')}>{t('text')}</PageHeader>
      <Loaded of={models} lines={8}>
        {({ data }) =>
          data.length === 0 ? (
            <Card>
              <EmptyState
                title={t('noModels')}
                action={
                  <ButtonLink to="/get-started" look="primary">
                    {t('start')}
                  </ButtonLink>
                }
              >
                {t('noModelsText')}
              </EmptyState>
            </Card>
          ) : (
            <Playground
              // the list is newest first; who begins, begins with what was set up first
              models={data.toReversed().map((model) => ({
                value: model.name,
                label: model.priced === false ? `${model.name} (${t('unpriced')})` : model.name,
              }))}
            />
          )
        }
      </Loaded>
    </div>
  );
}

function useSettings(models: Choice[]) {
  const [values, set] = useFilters(['model', 'second', 'team']);
  const [shared, setShared] = useState({ system: '', temperature: '', maxTokens: '' });
  const first = values.model ?? models[0]?.value ?? '';
  const lanes: Settings[] = [{ ...shared, model: first }];
  if (values.second !== undefined) {
    lanes.push({ ...shared, model: values.second });
  }
  const other = models.find((model) => model.value !== first)?.value ?? first;
  return { values, set, shared, setShared, lanes, other, team: values.team ?? '' };
}

type SettingsState = ReturnType<typeof useSettings>;

function Playground({ models }: { models: Choice[] }) {
  const t = useWords();
  const settings = useSettings(models);
  const mint = useKey(settings.team);
  const { turns, running, minted, send, learnKey, stop, clear } = useLanes(mint);
  const [prompt, setPrompt] = useState('');
  const [showsCode, setShowsCode] = useState(false);
  useEffect(() => {
    // known before the first call: what it may cost, what is left and who pays
    void mint().then(learnKey, () => undefined);
  }, [mint, learnKey]);
  const { lanes } = settings;
  const first = lanes[0];
  const preview =
    first === undefined
      ? {}
      : bodyOf(first, [
          ...history({ model: first.model, turns: turns[0] }),
          { role: 'user', content: prompt === '' ? (turns[0].at(-1)?.prompt ?? '') : prompt },
        ]);
  const submit = (text: string) => {
    if (text.trim() !== '' && !running) {
      setPrompt('');
      void send(text, lanes);
    }
  };
  const empty = turns[0].length === 0;
  return (
    <div className="grid min-h-0 flex-1 grid-cols-1 gap-4 lg:grid-cols-[17rem_minmax(0,1fr)]">
      <SettingsCard
        models={models}
        settings={settings}
        busy={running}
        payer={minted?.team_name ?? null}
      />
      <Card flush className="flex min-h-0 flex-col [&>div]:flex [&>div]:min-h-0 [&>div]:flex-1 [&>div]:flex-col">
        <div className="flex min-h-72 flex-1 flex-col overflow-hidden">
          {empty ? (
            <Suggestions onChoose={submit} />
          ) : (
            <div className="grid min-h-0 flex-1 grid-cols-1 divide-line max-md:divide-y md:auto-cols-fr md:grid-flow-col md:divide-x">
              {lanes.map((lane, index) => (
                <div key={index} className="flex min-h-0 min-w-0 flex-col">
                  <Lane lane={{ model: lane.model, turns: turns[index === 0 ? 0 : 1] }} />
                </div>
              ))}
            </div>
          )}
        </div>
        <Composer
          prompt={prompt}
          setPrompt={setPrompt}
          running={running}
          onSend={() => submit(prompt)}
          onStop={stop}
        >
          {!empty && (
            <Button size="small" look="quiet" onClick={clear}>
              {t('clear')}
            </Button>
          )}
          <Button size="small" look="quiet" onClick={() => setShowsCode(true)}>
            {t('code')}
          </Button>
        </Composer>
        <div className="min-h-8 border-t border-line px-4 py-2">
          <Forecast body={preview} keyId={minted?.id ?? null} />
        </div>
      </Card>
      {showsCode && <CodeDialog body={preview} onClose={() => setShowsCode(false)} />}
    </div>
  );
}

function SettingsCard({
  models,
  settings,
  busy,
  payer,
}: {
  models: Choice[];
  settings: SettingsState;
  busy: boolean;
  payer: string | null;
}) {
  const t = useWords();
  const can = useCan();
  const names = useNames();
  const { values, set, shared, setShared, lanes, other, team } = settings;
  return (
    <Card title={t('settings')} className="self-start">
      <div className="flex flex-col gap-4">
        <Select
          label={t('model')}
          value={lanes[0]?.model ?? ''}
          choices={models}
          disabled={busy}
          onChange={(event) => set({ model: event.target.value })}
        />
        <Checkbox
          label={t('compare')}
          checked={values.second !== undefined}
          disabled={busy}
          onChange={(event) => set({ second: event.target.checked ? other : null })}
        />
        {values.second !== undefined && (
          <Select
            label={t('second')}
            value={values.second}
            choices={models}
            disabled={busy}
            onChange={(event) => set({ second: event.target.value })}
          />
        )}
        <details open={WIDE.matches}>
          <summary className="mb-3 font-medium">{t('parameters')}</summary>
          <div className="flex flex-col gap-4">
            <TextArea
              label={t('system')}
              hint={t('systemHint')}
              value={shared.system}
              onChange={(event) => setShared({ ...shared, system: event.target.value })}
            />
            <div className="grid grid-cols-2 gap-3">
              <TextField
                label={t('temperature')}
                inputMode="decimal"
                placeholder={t('modelsOwn')}
                value={shared.temperature}
                onChange={(event) => setShared({ ...shared, temperature: event.target.value })}
              />
              <TextField
                label={t('maxTokens')}
                inputMode="numeric"
                placeholder={t('modelsOwn')}
                value={shared.maxTokens}
                onChange={(event) => setShared({ ...shared, maxTokens: event.target.value })}
              />
            </div>
          </div>
        </details>
        {can('get_admin_v1_teams') && names.teams.length > 1 && (
          <Select
            label={t('team')}
            value={team === '' ? (payer ?? '') : team}
            disabled={busy}
            onChange={(event) => set({ team: event.target.value })}
            choices={names.teams.map(({ name }) => ({ value: name, label: name }))}
          />
        )}
      </div>
    </Card>
  );
}

function Suggestions({ onChoose }: { onChoose: (text: string) => void }) {
  const t = useWords();
  return (
    <div className="m-auto flex w-full max-w-xl flex-col items-center gap-3 p-6 text-center">
      <p className="text-[1.07rem] font-semibold">{t('empty')}</p>
      <p className="text-muted">{t('emptyText')}</p>
      <div className="mt-2 flex w-full flex-col gap-2" aria-label={t('suggestion')} role="group">
        {(['s1', 's2', 's3'] as const).map((key) => (
          <Button key={key} className="h-auto min-h-9 w-full py-1.5 whitespace-normal!" onClick={() => onChoose(t(key))}>
            {t(key)}
          </Button>
        ))}
      </div>
    </div>
  );
}

function Composer({
  prompt,
  setPrompt,
  running,
  onSend,
  onStop,
  children,
}: {
  prompt: string;
  setPrompt: (text: string) => void;
  running: boolean;
  onSend: () => void;
  onStop: () => void;
  children: ReactNode;
}) {
  const t = useWords();
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      onSend();
    }
  };
  return (
    <form
      className="border-t border-line p-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
    >
      <TextArea
        label={t('prompt')}
        hideLabel
        placeholder={t('prompt')}
        hint={t('promptHint')}
        rows={2}
        value={prompt}
        onChange={(event) => setPrompt(event.target.value)}
        onKeyDown={press}
      />
      <div className="mt-2 flex flex-wrap items-center justify-end gap-2">
        {children}
        {running ? (
          <Button onClick={onStop}>{t('stop')}</Button>
        ) : (
          <Button type="submit" look="primary" disabled={prompt.trim() === ''}>
            {t('send')}
          </Button>
        )}
      </div>
    </form>
  );
}
