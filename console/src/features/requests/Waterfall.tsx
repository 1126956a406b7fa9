import { useFormat } from '@/format';
import { Badge, cx, Money } from '@/ui';
import { tokensOf, waterfall, type Bar, type Call } from './call';
import { useWords } from './words';

const COLOURS = { hold: 'bg-line-strong', relay: 'bg-good', attempt: 'bg-accent' };

/** The stages of a call over its time, one line each, with what every attempt came to. */
export function Waterfall({ call }: { call: Call }) {
  const t = useWords();
  const format = useFormat();
  const { bars, total } = waterfall(call);
  let attempts = 0;
  return (
    <ol className="flex flex-col gap-3">
      {bars.map((bar) => {
        const name =
          bar.kind === 'attempt' ? t('attempt', { n: ++attempts }) : t(bar.kind);
        const failed = bar.attempt !== null && !bar.attempt.accepted;
        return (
          <li key={bar.key}>
            <div className="flex flex-wrap items-baseline gap-x-2">
              <span className="font-medium">{name}</span>
              {bar.attempt !== null && <AttemptLine bar={bar} />}
              {bar.kind === 'hold' && call.hold_usd != null && (
                <span className="text-muted">
                  <Money usd={call.hold_usd} />
                </span>
              )}
              {bar.kind === 'relay' && (
                <span className="text-muted">
                  {t('firstByte', { time: format.millis(call.timings.first_byte_ms) })}
                </span>
              )}
              <span className="tabular ml-auto text-muted">{format.millis(bar.to - bar.from)}</span>
            </div>
            <div aria-hidden className="relative mt-1 h-2.5 rounded bg-sunken">
              <div
                className={cx(
                  'absolute inset-y-0 min-w-[3px] rounded',
                  failed ? 'bg-bad' : COLOURS[bar.kind],
                )}
                style={{
                  left: `${Math.min(99, (bar.from / total) * 100)}%`,
                  width: `${Math.max(0, ((bar.to - bar.from) / total) * 100)}%`,
                }}
              />
            </div>
          </li>
        );
      })}
      <li className="flex justify-between border-t border-line pt-2 font-medium">
        <span>{t('total')}</span>
        <span className="tabular">{format.millis(call.timings.total_ms)}</span>
      </li>
    </ol>
  );
}

function AttemptLine({ bar }: { bar: Bar }) {
  const t = useWords();
  const format = useFormat();
  const attempt = bar.attempt;
  if (attempt === null) {
    return null;
  }
  const tokens = tokensOf(attempt.meters);
  return (
    <>
      <span className="min-w-0 break-all">
        {attempt.upstream} <span className="text-muted">/ {attempt.model}</span>
      </span>
      <Badge tone={attempt.accepted ? 'good' : 'bad'}>
        {attempt.status ?? t('missing')} {attempt.accepted ? t('accepted') : attempt.error_code}
      </Badge>
      {attempt.estimated && <Badge tone="warn">{t('estimated')}</Badge>}
      {tokens !== null && (
        <span className="tabular text-muted" title={t('tokens')}>
          {format.number(tokens.input)} → {format.number(tokens.output)}
        </span>
      )}
      <span className="text-muted">
        <Money usd={attempt.cost_usd} />
      </span>
    </>
  );
}
