// How much of the spend has no team, workflow, customer …: what nobody can be asked about.
import { useFormat } from '@/format';
import { isZero, plotted } from '@/format/money';
import { Button, Card } from '@/ui';
import { UNOWNED, useUsage, type Dimension } from './query';
import { useWords } from './words';

const ASKED: Dimension[] = [
  'team',
  'owner',
  'workflow',
  'product_area',
  'customer',
  'plan',
  'traffic_class',
];

export function Unowned({
  base,
  total,
  onLook,
}: {
  base: Record<string, string | undefined>;
  total: string;
  onLook: (dimension: Dimension) => void;
}) {
  const t = useWords();
  return (
    <Card title={t('unownedTitle')}>
      <p className="mb-2 text-muted">{t('unownedHint')}</p>
      <ul className="flex flex-col gap-1">
        {ASKED.filter((name) => base[name] === undefined).map((name) => (
          <Line key={name} name={name} base={base} total={total} onLook={onLook} />
        ))}
      </ul>
    </Card>
  );
}

function Line({
  name,
  base,
  total,
  onLook,
}: {
  name: Dimension;
  base: Record<string, string | undefined>;
  total: string;
  onLook: (dimension: Dimension) => void;
}) {
  const t = useWords();
  const format = useFormat();
  const usage = useUsage({ ...base, [name]: UNOWNED });
  const usd = usage.data?.totals.usd;
  const calls = usage.data?.totals.requests ?? 0;
  const share = usd === undefined || isZero(total) ? 0 : plotted(usd) / plotted(total);
  return (
    <li className="flex min-h-7 flex-wrap items-center gap-x-3">
      <span className="w-28 shrink-0">{t(name)}</span>
      {usd === undefined ? (
        <span className="text-muted">{usage.error === null ? '…' : '–'}</span>
      ) : calls === 0 ? (
        <span className="text-good">{t('unownedNone')}</span>
      ) : (
        <>
          <span className="tabular w-24 shrink-0 text-right whitespace-nowrap">{format.money(usd)}</span>
          <span className="tabular w-13 shrink-0 text-right whitespace-nowrap text-muted">{format.percent(share)}</span>
          <Button size="small" look="quiet" onClick={() => onLook(name)}>
            {t('look')}
          </Button>
        </>
      )}
    </li>
  );
}
