import { useEffect, useState } from 'react';
import { useGet } from '@/api/hooks';
import { visited } from '@/api/sandbox';
import { useFilters } from '@/app/url';
import { Button, ButtonLink, Card, cx, EmptyState, Loaded, PageHeader, Tabs } from '@/ui';
import type { Model } from '../../../generated/schema';
import { bodyOf, PARAMETERS, type Ask, type Parameters } from './body';
import { CodeDialog } from './CodeDialog';
import { Composer } from './Composer';
import { EarlierVideos } from './EarlierVideos';
import { Forecast } from './Forecast';
import { Lane } from './Lane';
import { isConversation, modeOf, MODES, serves, type Mode } from './modes';
import { SettingsCard, type Chosen } from './SettingsCard';
import { useSeconds } from './sound';
import { NoModel, Suggestions } from './Start';
import { toolsOf } from './tools';
import { useKey } from './useKey';
import { callAt, lastSound, openCalls, useLanes, type Talk } from './useLanes';
import { useWords } from './words';

const MODELS_SHOWN = 500;

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
            // the list is newest first; who begins, begins with what was set up first
            <Playground models={data.toReversed()} />
          )
        }
      </Loaded>
    </div>
  );
}

/** The modes, each with what was asked in it; a call goes on while another mode is looked at. */
function Playground({ models }: { models: Model[] }) {
  const t = useWords();
  const [values, set] = useFilters(['mode', 'model', 'second', 'team']);
  const [parameters, setParameters] = useState<Parameters>(PARAMETERS);
  const mode = modeOf(values.mode);
  const team = values.team ?? '';
  const mint = useKey(team);
  const talk = useLanes(mint);
  const { learnKey } = talk;
  useEffect(() => {
    // known before the first call: what it may cost, what is left and who pays
    void mint().then(learnKey, () => undefined);
  }, [mint, learnKey]);
  const fitting = models.filter((model) => serves(mode, model));
  const named = (name: string | undefined) =>
    fitting.find((model) => model.name === name)?.name ?? null;
  const first = named(values.model) ?? fitting[0]?.name;
  // two are compared in every mode, each with two of its own
  const second =
    values.second === undefined
      ? null
      : (named(values.second) ?? fitting.find(({ name }) => name !== first)?.name ?? null);
  const chosen: Chosen = {
    models: [first, second].filter((name) => name != null),
    team,
    set,
  };
  return (
    <Tabs
      label={t('modes')}
      value={mode}
      onChange={(key) => set({ mode: key === 'chat' ? null : key })}
      tabs={MODES.map((key) => ({ key, label: t(key) }))}
      fill
    >
      {first === undefined ? (
        <NoModel mode={mode} />
      ) : (
        <div className="grid min-h-0 flex-1 grid-cols-1 gap-4 lg:grid-cols-[17rem_minmax(0,1fr)]">
          <SettingsCard
            mode={mode}
            choices={fitting.map((model) => ({
              value: model.name,
              label: model.priced ? model.name : `${model.name} (${t('unpriced')})`,
            }))}
            chosen={chosen}
            parameters={parameters}
            setParameters={(change) => setParameters((old) => ({ ...old, ...change }))}
            busy={talk.isRunning(mode)}
            payer={talk.minted?.team_name ?? null}
          />
          <Work key={mode} mode={mode} talk={talk} models={chosen.models} parameters={parameters} />
        </div>
      )}
    </Tabs>
  );
}

/** What is asked in a mode, and what came of it. */
function Work({
  mode,
  talk,
  models,
  parameters,
}: {
  mode: Mode;
  talk: Talk;
  models: string[];
  parameters: Parameters;
}) {
  const t = useWords();
  const [text, setText] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [showsCode, setShowsCode] = useState(false);
  const seconds = useSeconds(file);
  const lanes = talk.of(mode);
  const running = talk.isRunning(mode);
  const shown = models.length > 1 ? lanes : [lanes[0]];
  const empty = shown.every((turns) => turns.length === 0);
  const waits = shown.some((turns) => openCalls(turns).length > 0);
  const isBad = mode === 'tools' && toolsOf(parameters.tools).mistake !== null;
  const obstacle = waits ? t('resultsFirst') : null;
  const hears = mode === 'transcription';
  const ask: Ask = { text: hears ? '' : text, file: hears ? file : null };
  const isGiven = hears ? file !== null : text.trim() !== '';
  const submit = (wanted: Ask) => {
    const given = hears ? wanted.file != null : wanted.text.trim() !== '';
    if (given && !running && !waits && !isBad) {
      setText('');
      setFile(null);
      talk.send(mode, models, parameters, wanted);
    }
  };
  const call = callAt(lanes[0], isGiven ? ask : null);
  const preview = bodyOf(
    mode,
    models[0] ?? '',
    parameters,
    call.ask,
    isConversation(mode) ? call.before : [],
  );
  return (
    <Card
      flush
      className="flex min-h-0 flex-col [&>div]:flex [&>div]:min-h-0 [&>div]:flex-1 [&>div]:flex-col"
    >
      <div className="flex min-h-72 flex-1 flex-col overflow-hidden">
        {empty ? (
          <Suggestions mode={mode} onChoose={(suggested) => submit({ text: suggested })}>
            {mode === 'video' && (
              <EarlierVideos
                talk={talk}
                onChoose={(model, text, job) =>
                  talk.answer(mode, 0, model, parameters, { text, job })
                }
              />
            )}
          </Suggestions>
        ) : (
          <div className="grid min-h-0 flex-1 grid-cols-1 divide-line max-md:divide-y md:auto-cols-fr md:grid-flow-col md:divide-x">
            {models.map((model, index) => {
              const lane = index === 0 ? 0 : 1;
              return (
                <div key={lane} className="flex min-h-0 min-w-0 flex-col">
                  <Lane
                    mode={mode}
                    model={model}
                    turns={lanes[lane]}
                    onResults={(results) =>
                      talk.answer(mode, lane, model, parameters, { text: '', results })
                    }
                    onWait={({ ask: { text } }, job) =>
                      talk.answer(mode, lane, model, parameters, { text, job })
                    }
                  />
                </div>
              );
            })}
          </div>
        )}
      </div>
      <Composer
        mode={mode}
        text={text}
        setText={setText}
        file={file}
        setFile={setFile}
        spoken={lastSound(talk.of('speech'))}
        running={running}
        ready={isGiven && !waits && !isBad}
        obstacle={obstacle}
        onSend={() => submit(ask)}
        onStop={() => talk.stop(mode)}
      >
        {!empty && (
          <Button size="small" look="quiet" onClick={() => talk.clear(mode)}>
            {t('clear')}
          </Button>
        )}
        <Button size="small" look="quiet" onClick={() => setShowsCode(true)}>
          {t('code')}
        </Button>
      </Composer>
      <div className="min-h-8 border-t border-line px-4 py-2">
        <Forecast
          mode={mode}
          body={preview}
          seconds={seconds}
          model={models.length > 1 ? models[0] : undefined}
          costs={hears ? seconds !== null : isGiven}
          keyId={talk.minted?.id ?? null}
        />
      </div>
      {showsCode && (
        <CodeDialog
          mode={mode}
          body={preview}
          heard={(file ?? lanes[0].at(-1)?.ask.file)?.name}
          onClose={() => setShowsCode(false)}
        />
      )}
    </Card>
  );
}
