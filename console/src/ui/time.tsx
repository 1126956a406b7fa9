import { useFormat } from '@/format';

/** A time, in full when the pointer rests on it. */
export function Time({ at, ago = false }: { at: string | null | undefined; ago?: boolean }) {
  const format = useFormat();
  if (at === null || at === undefined) {
    return <span className="text-muted">–</span>;
  }
  return (
    <time dateTime={at} title={format.time(at, 'full')} className="tabular whitespace-nowrap">
      {ago ? format.ago(at) : format.time(at)}
    </time>
  );
}

/** US dollars, exact when the pointer rests on them. */
export function Money({ usd }: { usd: string | null | undefined }) {
  const format = useFormat();
  return (
    <span title={usd == null ? undefined : format.exactMoney(usd)} className="tabular whitespace-nowrap">
      {format.money(usd)}
    </span>
  );
}
