import { useState } from 'react';
import { useFormat } from '@/format';
import { compareMoney } from '@/format/money';
import { Badge, Button, Card, Table, type Column } from '@/ui';
import { quantity, type Dimension, type UsageRow } from './query';
import { isMoney, useUnitName } from './Units';
import type { Naming } from './UsagePage';
import { useWords } from './words';

const SHOWN = 50;
/** What has a column whatever is asked for. */
const ALWAYS = ['requests', 'errors', 'refused', 'input_tokens', 'output_tokens'];

export function Groups({
  rows,
  groups,
  unit,
  total,
  naming,
  onOnly,
}: {
  rows: UsageRow[];
  groups: Dimension[];
  unit: string;
  total: number;
  naming: Naming;
  onOnly: (row: UsageRow) => void;
}) {
  const t = useWords();
  const format = useFormat();
  const unitName = useUnitName();
  const [most, setMost] = useState(SHOWN);
  const sorted = [...rows].sort((a, b) => quantity(b, unit) - quantity(a, unit));
  // a phone has room for the figure that was asked for, and beside one group for the calls
  const always = groups.length > 1 ? [unit] : [unit, 'requests'];
  const from = (key: string, width: 'md' | 'lg' | 'xl') =>
    always.includes(key) ? {} : { from: width };
  const column = (key: string, header: string, width: 'md' | 'lg' | 'xl'): Column<UsageRow> => ({
    key,
    header,
    align: 'end',
    cell: (row) => format.short(quantity(row, key)),
    compare: (a, b) => quantity(a, key) - quantity(b, key),
    ...from(key, width),
  });
  const money = (key: 'usd' | 'provider_usd', header: string): Column<UsageRow> => ({
    key,
    header,
    align: 'end',
    cell: (row) => <span title={format.exactMoney(row[key])}>{format.money(row[key])}</span>,
    compare: (a, b) => compareMoney(a[key], b[key]),
    ...from(key, key === 'usd' ? 'md' : 'lg'),
  });
  const columns: Column<UsageRow>[] = [
    ...groups.map((name): Column<UsageRow> => ({
      key: name,
      header: t(name),
      className: 'sm:min-w-30',
      cell: (row) => {
        const value = row[name] as string | null;
        return value === null ? (
          <Badge tone="warn">{t('unowned')}</Badge>
        ) : (
          // on a phone words stay whole as long as three names fit
          <span className="inline-block max-w-26 break-words sm:inline sm:max-w-none sm:wrap-anywhere">
            {naming(name, value)}
          </span>
        );
      },
    })),
    {
      key: 'share',
      header: t('share_'),
      from: 'md',
      className: 'w-44',
      cell: (row) => {
        const share = total === 0 ? 0 : quantity(row, unit) / total;
        return (
          <span className="flex items-center gap-2">
            <span className="h-1.5 min-w-0 flex-1 overflow-hidden rounded-full bg-sunken">
              <span
                className="block h-full rounded-full bg-accent"
                style={{ width: `${Math.min(100, share * 100)}%` }}
              />
            </span>
            <span className="tabular w-12 text-right whitespace-nowrap text-muted">{format.percent(share)}</span>
          </span>
        );
      },
    },
    ...(isMoney(unit) || ALWAYS.includes(unit) ? [] : [column(unit, unitName(unit), 'md')]),
    column('requests', t('calls'), 'md'),
    column('errors', t('errors'), 'lg'),
    column('refused', t('refused'), 'xl'),
    column('input_tokens', t('input'), 'lg'),
    column('output_tokens', t('output'), 'lg'),
    money('provider_usd', t('providerCost')),
    money('usd', t('spend')),
    {
      key: 'only',
      header: '',
      align: 'end',
      from: 'md',
      cell: (row) => (
        <Button size="small" look="quiet" onClick={() => onOnly(row)}>
          {t('only')}
        </Button>
      ),
    },
  ];
  return (
    <Card
      flush
      title={groups.map((name) => t(name)).join(' · ')}
      actions={
        <span className="text-muted">
          {format.number(rows.length)} {t('rows', { n: rows.length })}
        </span>
      }
    >
      <Table
        label={groups.map((name) => t(name)).join(' · ')}
        rows={sorted.slice(0, most)}
        rowKey={(row) => groups.map((name) => String(row[name])).join('\n')}
        columns={columns}
      />
      {sorted.length > most && (
        <div className="border-t border-line p-2 text-center">
          <Button size="small" look="quiet" onClick={() => setMost(most + 200)}>
            {t('more', { n: Math.min(200, sorted.length - most) })}
          </Button>
        </div>
      )}
    </Card>
  );
}
