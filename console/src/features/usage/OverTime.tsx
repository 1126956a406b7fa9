// The chosen unit over time, stacked by the first group.
import { useMemo } from 'react';
import { useFormat } from '@/format';
import { plotted } from '@/format/money';
import { Card, Chart, Loaded, type Series } from '@/ui';
import {
  quantity,
  useUsage,
  type Dimension,
  type Interval,
  type UsageReport,
  type UsageRow,
} from './query';
import { everyInterval } from './times';
import type { Naming } from './UsagePage';
import { isMoney, useUnitName } from './Units';
import { useWords } from './words';

const SERIES = 8;
/** Beyond this many values the answer would be large and the picture unreadable. */
const VALUES_MAX = 60;

export function OverTime({
  base,
  rows,
  first,
  interval,
  unit,
  naming,
}: {
  base: Record<string, string | undefined>;
  rows: UsageRow[];
  first: Dimension | undefined;
  interval: Interval;
  unit: string;
  naming: Naming;
}) {
  const t = useWords();
  const format = useFormat();
  const unitName = useUnitName();
  const many = first !== undefined && new Set(rows.map((row) => row[first])).size > VALUES_MAX;
  const by = many ? undefined : first;
  const overTime = useUsage({ ...base, interval, group_by: by });
  const report = overTime.data;
  // labels may come after the figures
  const names =
    by === undefined
      ? ''
      : [...new Set((report?.data ?? []).map((row) => naming(by, (row[by] as string | null) ?? null)))].join('\n');
  const { times, series } = useMemo(
    () => plot(report, interval, by, unit, (value) => naming(by ?? '', value), t('other'), unitName(unit)),
    // the function of the names is new with every rendering, the names are not
    [report, interval, by, unit, names, t],
  );
  const intervalName = interval === 'month' ? t('monthly') : t(interval);
  const value = (amount: number) =>
    isMoney(unit) ? format.money(amount.toFixed(6)) : format.short(amount);
  return (
    <Card
      title={
        by === undefined
          ? t('chart', { unit: unitName(unit), interval: intervalName })
          : t('chartGrouped', { unit: unitName(unit), interval: intervalName, group: t(by) })
      }
    >
      {many && <p className="mb-2 text-muted">{t('tooMany', { group: t(first) })}</p>}
      <Loaded of={overTime} lines={6}>
        {(found) => (
          <Chart
            label={t('chartLabel', {
              unit: unitName(unit),
              from: format.time(found.from, 'date'),
              to: format.time(found.to, 'date'),
            })}
            kind="bar"
            stacked
            className="h-72"
            times={times}
            series={series}
            format={value}
            formatTime={(time) =>
              interval === 'hour'
                ? format.time(time).replace(/:00$/, '')
                : format.time(time, interval)
            }
          />
        )}
      </Loaded>
    </Card>
  );
}

function plot(
  report: UsageReport | undefined,
  interval: Interval,
  by: string | undefined,
  unit: string,
  name: (value: string | null) => string,
  other: string,
  whole: string,
): { times: string[]; series: Series[] } {
  if (report === undefined) {
    return { times: [], series: [] };
  }
  const rows = report.data;
  const times = everyInterval(
    rows.map((row) => row.start),
    interval,
    report.from,
    report.to,
    report.time_zone,
  );
  const at = new Map(times.map((time, index) => [time, index]));
  const sums = new Map<string | null, { total: number; values: (number | null)[] }>();
  for (const row of rows) {
    const value = by === undefined ? '' : ((row[by] as string | null) ?? null);
    const amount = isMoney(unit) ? plotted(String(row[unit] ?? '0')) : quantity(row, unit);
    const one = sums.get(value) ?? { total: 0, values: times.map(() => 0) };
    one.total += amount;
    const index = at.get(row.start) ?? 0;
    one.values[index] = (one.values[index] ?? 0) + amount;
    sums.set(value, one);
  }
  const sorted = [...sums.entries()].sort(([, a], [, b]) => b.total - a.total);
  const series = sorted
    .slice(0, SERIES)
    .map(([value, { values }]) => ({ name: by === undefined ? whole : name(value), values }));
  const rest = sorted.slice(SERIES);
  if (rest.length > 0) {
    series.push({
      name: other,
      values: times.map((_, index) =>
        rest.reduce((sum, [, { values }]) => sum + (values[index] ?? 0), 0),
      ),
    });
  }
  return { times, series };
}
