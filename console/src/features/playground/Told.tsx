// Where a call went, how long it took and what it came to.
import { useQuery } from '@tanstack/react-query';
import { api } from '@/api/client';
import { useFormat } from '@/format';
import { Badge, TextLink } from '@/ui';
import { isConversation, type Mode } from './modes';
import type { Turn } from './useLanes';
import { useWords } from './words';

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

/** What the time to the first word, byte or answer is called. */
function firstWord(mode: Mode) {
  if (isConversation(mode)) {
    return 'first';
  }
  return mode === 'video' ? 'taken' : 'firstByte';
}

function Said({ name, value }: { name: string; value: string }) {
  return (
    <span>
      {name} <b className="tabular text-ink">{value}</b>
    </span>
  );
}

export function Told({ turn, mode }: { turn: Turn; mode: Mode }) {
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
        <Said
          name={t(firstWord(mode))}
          value={format.millis(answered.firstMillis)}
        />
      )}
      {answered !== null && <Said name={t('total')} value={format.millis(answered.totalMillis)} />}
      {usage != null && (
        <Said
          name={t('tokens')}
          value={`${format.number(usage.prompt_tokens ?? 0)} → ${format.number(usage.completion_tokens ?? 0)}`}
        />
      )}
      {over && (
        <Said
          name={t('cost')}
          value={call === undefined ? t('pending') : format.money(call.cost_usd)}
        />
      )}
      {over && (
        <TextLink to="/requests" search={{ open: turn.requestId } as never}>
          {t('trace')}
        </TextLink>
      )}
    </div>
  );
}
