import { useGet, SLOW_MILLIS } from '@/api/hooks';
import { useFormat } from '@/format';
import { plotted } from '@/format/money';
import { Card, Chart, Loaded, type Series } from '@/ui';
import type { Stretch } from './period';
import { useWords } from './words';

const MODELS_SHOWN = 7;

interface Row {
  start: string;
  usd: string;
  model?: unknown;
}

/** One series for each of the dearest models, and one for all others. */
export function seriesOf(rows: Row[], stretch: Stretch, others: string, unowned: string): Series[] {
  const at = new Map(stretch.keys.map((key, index) => [key, index]));
  const sums = new Map<string, number[]>();
  const totals = new Map<string, number>();
  for (const row of rows) {
    const index = at.get(stretch.keyOf(row.start));
    const usd = plotted(row.usd);
    if (index === undefined || usd === 0) {
      continue;
    }
    const name = row.model == null || row.model === '' ? unowned : String(row.model);
    const values = sums.get(name) ?? stretch.keys.map(() => 0);
    values[index] = (values[index] ?? 0) + usd;
    sums.set(name, values);
    totals.set(name, (totals.get(name) ?? 0) + usd);
  }
  const order = [...totals].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const shown = order.slice(0, MODELS_SHOWN);
  const series = shown.map((name) => ({ name, values: sums.get(name) ?? [] }));
  const rest = order.slice(MODELS_SHOWN);
  if (rest.length > 0) {
    const values = stretch.keys.map((_, index) =>
      rest.reduce((sum, name) => sum + (sums.get(name)?.[index] ?? 0), 0),
    );
    series.push({ name: others, values });
  }
  return series;
}

export function SpendChart({ stretch }: { stretch: Stretch }) {
  const t = useWords();
  const format = useFormat();
  const usage = useGet(
    '/admin/v1/usage',
    { query: { from: stretch.from, interval: stretch.interval, group_by: 'model' } },
    { live: SLOW_MILLIS },
  );
  const hours = stretch.interval === 'hour';
  const time = (key: string) =>
    new Intl.DateTimeFormat(
      format.locale,
      hours
        ? { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: format.zone ?? 'UTC' }
        : { month: 'short', day: 'numeric', timeZone: 'UTC' },
    ).format(new Date(key));
  return (
    <Card title={t('spendBy')}>
      <Loaded of={usage} lines={8}>
        {(report) => {
          const series = seriesOf(report.data as Row[], stretch, t('others'), t('unowned'));
          return series.length === 0 ? (
            <p className="py-16 text-center text-muted">{t('nothingNow')}</p>
          ) : (
            <Chart
              label={t('chart')}
              kind="bar"
              stacked
              times={stretch.keys}
              series={series}
              format={(value) => format.money(value.toFixed(12))}
              formatTime={time}
              className="h-72"
            />
          );
        }}
      </Loaded>
    </Card>
  );
}
