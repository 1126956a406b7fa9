// What one model was asked and what came of it.
import { useEffect, useRef } from 'react';
import { useFormat } from '@/format';
import { Button, Spinner } from '@/ui';
import type { ToolResult } from './body';
import { Calls } from './Calls';
import { Making } from './Making';
import { isConversation, type Mode } from './modes';
import { Outcome } from './Outcome';
import { Refusal } from './Refusal';
import { Told } from './Told';
import type { Turn } from './useLanes';
import { sizeOf } from './sound';
import { useWords } from './words';

export function Lane({
  mode,
  model,
  turns,
  onResults,
  onWait,
}: {
  mode: Mode;
  model: string;
  turns: Turn[];
  /** what the functions of the last turn returned */
  onResults: (results: ToolResult[]) => void;
  /** a job is waited for again */
  onWait: (turn: Turn, job: string) => void;
}) {
  const t = useWords();
  const end = useRef<HTMLDivElement>(null);
  const last = turns.at(-1);
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' });
  }, [last?.text, last?.state]);
  const alive = turns.filter((turn) => turn.state !== 'failed');
  return (
    <div
      role="log"
      aria-label={t('conversation', { model })}
      // a keyboard must be able to scroll it
      tabIndex={0}
      className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto p-4 outline-offset-[-2px]"
    >
      {turns.map((turn) => (
        <TurnView
          key={turn.id}
          turn={turn}
          mode={mode}
          results={alive[alive.indexOf(turn) + 1]?.ask.results}
          onResults={turn === alive.at(-1) && turn.state === 'done' ? onResults : undefined}
          onWait={turn === last ? onWait : undefined}
        />
      ))}
      <div ref={end} />
    </div>
  );
}

function Asked({ turn }: { turn: Turn }) {
  const t = useWords();
  const format = useFormat();
  const { file, results, text } = turn.ask;
  if (results !== undefined) {
    // they stand at the functions that returned them
    return null;
  }
  return (
    <div className="ml-auto max-w-[85%] rounded-lg bg-accent-soft px-3 py-2">
      <div className="sr-only">{t('you')}</div>
      <div className="break-words whitespace-pre-wrap">
        {file == null ? text : t('fileOf', { name: file.name, size: sizeOf(file, format.locale) })}
      </div>
    </div>
  );
}

function TurnView({
  turn,
  mode,
  results,
  onResults,
  onWait,
}: {
  turn: Turn;
  mode: Mode;
  results: ToolResult[] | undefined;
  onResults: ((results: ToolResult[]) => void) | undefined;
  onWait: ((turn: Turn, job: string) => void) | undefined;
}) {
  const t = useWords();
  return (
    <div className="flex flex-col gap-3">
      <Asked turn={turn} />
      <div className="min-w-0">
        <div className="mb-1 text-[0.93rem] font-medium text-muted">{turn.model}</div>
        {turn.text !== '' && (
          <div className="max-w-prose break-words whitespace-pre-wrap">{turn.text}</div>
        )}
        {turn.state === 'running' &&
          turn.text === '' &&
          (turn.progress === null ? (
            <div className="flex items-center gap-2 text-muted">
              <Spinner /> {t(isConversation(mode) ? 'waiting' : 'waitingMedia')}
            </div>
          ) : (
            <Making progress={turn.progress} />
          ))}
        {turn.state === 'stopped' && turn.progress !== null && (
          <div className="flex flex-col items-start gap-2">
            <p className="max-w-prose text-muted">{t('jobGoesOn')}</p>
            {onWait !== undefined && (
              <Button size="small" onClick={() => onWait(turn, turn.progress?.job ?? '')}>
                {t('waitAgain')}
              </Button>
            )}
          </div>
        )}
        {turn.calls.length > 0 && (
          <Calls calls={turn.calls} results={results} onResults={onResults} />
        )}
        {turn.media !== null && (
          <Outcome media={turn.media} model={turn.model} prompt={turn.ask.text} />
        )}
        {turn.problem !== null && <Refusal problem={turn.problem} />}
        <Told turn={turn} mode={mode} />
      </div>
    </div>
  );
}
