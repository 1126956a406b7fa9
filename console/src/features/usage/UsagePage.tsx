import { useMemo } from 'react';
import { useSession } from '@/app/session';
import { useFilters } from '@/app/url';
import { useFormat } from '@/format';
import { useKeyLabel, useTeamName } from '@/parts/names';
import { Button, Card, EmptyState, Figure, Loaded, PageHeader } from '@/ui';
import { Controls } from './Controls';
import { Exports } from './Exports';
import { Groups } from './Groups';
import { OverTime } from './OverTime';
import {
  bounds,
  DIMENSIONS,
  quantity,
  STRETCHES,
  UNOWNED,
  usualInterval,
  useUsage,
  type Dimension,
  type Interval,
  type UsageReport,
} from './query';
import { Units } from './Units';
import { Unowned } from './Unowned';
import { useWords } from './words';

const OWN = ['range', 'from', 'to', 'interval', 'unit', 'group'] as const;

/** How a value of a dimension reads; ids of teams and keys by name. */
export type Naming = (dimension: string, value: string | null) => string;

export default function UsagePage() {
  const t = useWords();
  const me = useSession();
  const [filters, set] = useFilters([...OWN, ...DIMENSIONS]);
  const stretch = STRETCHES.find((one) => one === filters.range) ?? (filters.from === undefined ? '30d' : 'custom');
  const zone = me?.organization?.time_zone;
  const range = useMemo(
    () => bounds(stretch, filters.from, filters.to, zone, new Date()),
    [stretch, filters.from, filters.to, zone],
  );
  const groups = (filters.group ?? '')
    .split(',')
    .filter((name): name is Dimension => DIMENSIONS.includes(name as Dimension))
    .slice(0, 3);
  const only = Object.fromEntries(
    DIMENSIONS.flatMap((name) => (filters[name] === undefined ? [] : [[name, filters[name]]])),
  );
  const filtered = Object.keys(only).length > 0;
  const base = { ...range, ...only };
  const grouped = groups.length === 0 ? undefined : groups.join(',');
  const totals = useUsage({ ...base, group_by: grouped });
  const report = totals.data;
  const days =
    report === undefined
      ? 30
      : (new Date(report.to).getTime() - new Date(report.from).getTime()) / 86_400_000;
  const interval = (filters.interval as Interval | undefined) ?? usualInterval(stretch, days);
  const unit = filters.unit ?? 'usd';
  const teamName = useTeamName();
  const keyIds = useMemo(
    () => [
      ...new Set([
        ...(groups.includes('key') ? (report?.data ?? []).map((row) => row['key']) : []),
        filters.key,
      ]),
    ].filter((id): id is string => typeof id === 'string' && id !== UNOWNED),
    [report, filters.key, grouped],
  );
  const keyLabel = useKeyLabel(keyIds);
  const naming: Naming = (dimension, value) => {
    if (value === null || value === UNOWNED) {
      return t('unowned');
    }
    return dimension === 'team'
      ? (teamName(value) ?? value)
      : dimension === 'key'
        ? (keyLabel(value) ?? value)
        : value;
  };
  return (
    <>
      <PageHeader title={t('title')} actions={<Exports query={{ ...base, group_by: grouped, interval: filters.interval }} />}>
        {me?.rights.includes('usage.view') === false ? t('own') : t('about')}
      </PageHeader>
      <Controls
        stretch={stretch}
        interval={interval}
        unit={unit}
        groups={groups}
        only={only}
        filters={filters}
        units={report?.totals}
        naming={naming}
        set={set}
      />
      <Loaded of={totals} lines={8}>
        {(found) =>
          found.totals.requests === 0 ? (
            <Card>
              <EmptyState
                title={t('empty')}
                action={
                  <div className="flex flex-wrap justify-center gap-2">
                    {stretch !== '90d' && (
                      <Button onClick={() => set({ range: '90d', from: null, to: null })}>
                        {t('widen')}
                      </Button>
                    )}
                    {filtered && (
                      <Button
                        onClick={() =>
                          set(Object.fromEntries(DIMENSIONS.map((name) => [name, null])))
                        }
                      >
                        {t('clearFilters')}
                      </Button>
                    )}
                  </div>
                }
              >
                {t(filtered ? 'emptyFiltered' : 'emptyHint')}
              </EmptyState>
            </Card>
          ) : (
            <div className="flex flex-col gap-4" aria-busy={totals.isPlaceholderData}>
              <Totals of={found} />
              <OverTime
                base={base}
                rows={found.data}
                first={groups[0]}
                interval={interval}
                unit={unit}
                naming={naming}
              />
              {groups.length > 0 && (
                <Groups
                  rows={found.data}
                  groups={groups}
                  unit={unit}
                  total={quantity(found.totals, unit)}
                  naming={naming}
                  onOnly={(row) =>
                    set(
                      Object.fromEntries(
                        groups.map((name) => [name, (row[name] as string | null) ?? UNOWNED]),
                      ),
                    )
                  }
                />
              )}
              <div className="grid items-start gap-4 xl:grid-cols-2">
                <Units totals={found.totals} />
                <Unowned base={base} total={found.totals.usd} onLook={(name) => set({ [name]: UNOWNED, group: 'key' })} />
              </div>
              <p className="text-[0.93rem] text-muted">{t('zone', { zone: found.time_zone })}</p>
            </div>
          )
        }
      </Loaded>
    </>
  );
}

function Totals({ of: { totals } }: { of: UsageReport }) {
  const t = useWords();
  const format = useFormat();
  const number = (unit: string) => quantity(totals, unit);
  const cached = number('cached_input_tokens');
  const reasoning = number('reasoning_tokens');
  return (
    <div className="grid grid-cols-2 gap-3 max-lg:*:first:col-span-2 lg:grid-cols-5">
      <Figure
        label={t('spend')}
        value={<span title={format.exactMoney(totals.usd)}>{format.money(totals.usd)}</span>}
        note={`${t('providerCost')} ${format.money(totals.provider_usd)}`}
      />
      <Figure label={t('calls')} value={format.short(totals.requests)} />
      <Figure
        label={t('errors')}
        value={format.short(totals.errors)}
        note={t('errorShare', {
          share: format.percent(totals.requests === 0 ? 0 : totals.errors / totals.requests),
        })}
      />
      <Figure
        label={t('input')}
        value={format.short(number('input_tokens'))}
        {...(cached > 0 ? { note: t('cached', { n: format.short(cached) }) } : {})}
      />
      <Figure
        label={t('output')}
        value={format.short(number('output_tokens'))}
        {...(reasoning > 0 ? { note: t('reasoning', { n: format.short(reasoning) }) } : {})}
      />
    </div>
  );
}
