import { useFormat } from '@/format';

/** On a phone the hour may stand below the date, and nothing else is taken apart. */
const INSIDE = /(?<!,) /g;
const NO_BREAK = '\u00a0';

/** A time, in full when the pointer rests on it. */
export function Time({ at, ago = false }: { at: string | null | undefined; ago?: boolean }) {
  const format = useFormat();
  if (at === null || at === undefined) {
    return <span className="text-muted">–</span>;
  }
  return (
    <time dateTime={at} title={format.time(at, 'full')} className="tabular sm:whitespace-nowrap">
      {(ago ? format.ago(at) : format.time(at)).replace(INSIDE, NO_BREAK)}
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
