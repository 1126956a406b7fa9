// One model's side of the conversation.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api } from '@/api/client';
import type { ApiProblem } from '@/api/problem';
import { useFormat } from '@/format';
import { Badge, ErrorState, Spinner, TextLink } from '@/ui';
import type { Answered } from './chat';
import { useWords } from './words';

export interface Turn {
  id: number;
  prompt: string;
  text: string;
  state: 'running' | 'done' | 'stopped' | 'failed';
  requestId: string | null;
  route: string | null;
  answered: Answered | null;
  problem: ApiProblem | null;
}

export interface LaneState {
  model: string;
  turns: Turn[];
}

export function Lane({ lane }: { lane: LaneState }) {
  const t = useWords();
  const end = useRef<HTMLDivElement>(null);
  const last = lane.turns.at(-1);
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' });
  }, [last?.text, last?.state]);
  return (
    <div
      role="log"
      aria-label={t('conversation', { model: lane.model })}
      // a keyboard must be able to scroll it
      tabIndex={0}
      className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto p-4 outline-offset-[-2px]"
    >
      {lane.turns.map((turn) => (
        <TurnView key={turn.id} turn={turn} model={lane.model} />
      ))}
      <div ref={end} />
    </div>
  );
}

function TurnView({ turn, model }: { turn: Turn; model: string }) {
  const t = useWords();
  return (
    <div className="flex flex-col gap-3">
      <div className="ml-auto max-w-[85%] rounded-lg bg-accent-soft px-3 py-2">
        <div className="sr-only">{t('you')}</div>
        <div className="break-words whitespace-pre-wrap">{turn.prompt}</div>
      </div>
      <div className="min-w-0">
        <div className="mb-1 text-[0.93rem] font-medium text-muted">{model}</div>
        {turn.text !== '' && (
          <div className="max-w-prose break-words whitespace-pre-wrap">{turn.text}</div>
        )}
        {turn.state === 'running' && turn.text === '' && (
          <div className="flex items-center gap-2 text-muted">
            <Spinner /> {t('waiting')}
          </div>
        )}
        {turn.problem !== null && <ErrorState problem={turn.problem} />}
        <Told turn={turn} />
      </div>
    </div>
  );
}

/** What the call came to, once its books are written. */
function useBooked(requestId: string | null, over: boolean) {
  return useQuery({
    queryKey: ['/admin/v1/requests/{id}', 'booked', requestId],
    queryFn: () => api.get('/admin/v1/requests/{id}', { path: { id: requestId ?? '' } }),
    enabled: requestId !== null && over,
    refetchInterval: ({ state }) => (state.data?.timings.ended_at == null ? 500 : false),
    retry: 10,
    retryDelay: 500,
  });
}

function Told({ turn }: { turn: Turn }) {
  const t = useWords();
  const format = useFormat();
  const over = turn.state !== 'running';
  const booked = useBooked(turn.requestId, over);
  const { answered } = turn;
  const call = booked.data?.timings.ended_at == null ? undefined : booked.data;
  if (turn.requestId === null) {
    return turn.state === 'stopped' ? <Badge>{t('stopped')}</Badge> : null;
  }
  const usage = answered?.usage;
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-[0.93rem] text-muted">
      {turn.state === 'stopped' && <Badge>{t('stopped')}</Badge>}
      {turn.route !== null && <span className="break-all">{turn.route.split(';')[0]}</span>}
      {answered?.firstMillis != null && (
        <span>
          {t('first')} <b className="tabular text-ink">{format.millis(answered.firstMillis)}</b>
        </span>
      )}
      {answered !== null && (
        <span>
          {t('total')} <b className="tabular text-ink">{format.millis(answered.totalMillis)}</b>
        </span>
      )}
      {usage != null && (
        <span>
          {t('tokens')}{' '}
          <b className="tabular text-ink">
            {format.number(usage.prompt_tokens ?? 0)} → {format.number(usage.completion_tokens ?? 0)}
          </b>
        </span>
      )}
      {over && (
        <span>
          {t('cost')}{' '}
          <b className="tabular text-ink">
            {call === undefined ? t('pending') : format.money(call.cost_usd)}
          </b>
        </span>
      )}
      {over && (
        <TextLink to="/requests" search={{ open: turn.requestId } as never}>
          {t('trace')}
        </TextLink>
      )}
    </div>
  );
}
