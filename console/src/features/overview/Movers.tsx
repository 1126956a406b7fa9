import { useState } from 'react';
import { useGet, SLOW_MILLIS } from '@/api/hooks';
import { useNames } from '@/api/names';
import { useFormat } from '@/format';
import { compareMoney, decimal, isZero, minus, pico } from '@/format/money';
import { Card, cx, Loaded, Money, Table, Tabs } from '@/ui';
import type { Stretch } from './period';
import { useWords } from './words';

const SHOWN = 6;

interface Mover {
  name: string;
  usd: string;
  change: string;
}

/** Groups of both stretches, those whose spend changed most first. */
export function movers(
  now: Record<string, unknown>[],
  before: Record<string, unknown>[],
  by: string,
): Mover[] {
  const spent = (rows: Record<string, unknown>[]) =>
    new Map(rows.map((row) => [String(row[by] ?? ''), String(row.usd ?? '0')]));
  const [current, earlier] = [spent(now), spent(before)];
  return [...new Set([...current.keys(), ...earlier.keys()])]
    .map((name) => {
      const usd = current.get(name) ?? '0';
      return { name, usd, change: minus(usd, earlier.get(name) ?? '0') };
    })
    .filter((mover) => !isZero(mover.usd) || !isZero(mover.change))
    .sort((a, b) => compareMoney(size(b.change), size(a.change)))
    .slice(0, SHOWN);
}

function size(amount: string): string {
  const value = pico(amount) ?? 0n;
  return decimal(value < 0n ? -value : value);
}

export function Movers({ stretch }: { stretch: Stretch }) {
  const t = useWords();
  const format = useFormat();
  const names = useNames();
  const [by, setBy] = useState<'model' | 'team'>('model');
  const now = useGet(
    '/admin/v1/usage',
    { query: { from: stretch.from, group_by: by } },
    { live: SLOW_MILLIS },
  );
  const before = useGet('/admin/v1/usage', { query: { ...stretch.before, group_by: by } });
  const shown = (name: string) =>
    name === '' ? t('unowned') : by === 'team' ? (names.team(name) ?? name) : name;
  return (
    <Card title={t('movers')}>
      <p className="mb-2 text-muted">{t('moversText')}</p>
      <Tabs
        label={t('movers')}
        value={by}
        onChange={setBy}
        tabs={[
          { key: 'model', label: t('models') },
          { key: 'team', label: t('teams') },
        ]}
      >
        <Loaded of={now}>
          {(report) => {
            const found = movers(report.data, before.data?.data ?? [], by);
            return found.length === 0 ? (
              <p className="text-muted">{t('nothing')}</p>
            ) : (
              <div className="-mx-4 -mb-4">
                <Table
                  label={t('movers')}
                  rows={found}
                  rowKey={(mover) => mover.name}
                  columns={[
                    {
                      key: 'name',
                      header: t('name'),
                      className: 'max-w-56 truncate',
                      cell: (mover) => shown(mover.name),
                    },
                    {
                      key: 'usd',
                      header: t('now'),
                      align: 'end',
                      cell: (mover) => <Money usd={mover.usd} />,
                    },
                    {
                      key: 'change',
                      header: t('change'),
                      align: 'end',
                      cell: (mover) => {
                        const up = compareMoney(mover.change, '0') > 0;
                        return (
                          <span className={cx(up ? 'text-warn' : 'text-good')}>
                            {up ? '+' : ''}
                            {format.money(mover.change)}
                          </span>
                        );
                      },
                    },
                  ]}
                />
              </div>
            );
          }}
        </Loaded>
      </Tabs>
    </Card>
  );
}
