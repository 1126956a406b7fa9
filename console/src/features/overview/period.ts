// Stretches of time in the organization's zone, and the equal stretch before, as long as far.

export const PERIODS = ['day', 'week', 'month'] as const;
export type Period = (typeof PERIODS)[number];

const DAYS: Record<Period, number> = { day: 1, week: 7, month: 30 };
const DAY_MILLIS = 86_400_000;
const HOUR_MILLIS = 3_600_000;

/** `2026-11-29` of an instant in a zone. */
export function dateIn(zone: string, at: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(at);
}

function dateBefore(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - days * DAY_MILLIS).toISOString().slice(0, 10);
}

export interface Stretch {
  from: string;
  interval: 'hour' | 'day';
  /** as long before; ends where this one's part of its last day does */
  before: { from: string; to: string };
  /** the start of each interval, by the key that `keyOf` gives */
  keys: string[];
  keyOf: (start: string) => string;
}

export function stretch(period: Period, zone: string, now: number): Stretch {
  const before = DAYS[period] * DAY_MILLIS;
  // the books have a grain of fifteen minutes
  const quarter = Math.floor(now / 900_000) * 900_000;
  const to = new Date(quarter - before).toISOString();
  if (period === 'day') {
    const end = Math.floor(now / HOUR_MILLIS) * HOUR_MILLIS;
    const from = end - 23 * HOUR_MILLIS;
    return {
      from: new Date(from).toISOString(),
      interval: 'hour',
      before: { from: new Date(from - before).toISOString(), to },
      keys: Array.from({ length: 24 }, (_, hour) =>
        new Date(from + hour * HOUR_MILLIS).toISOString(),
      ),
      keyOf: (start) => new Date(start).toISOString(),
    };
  }
  const today = dateIn(zone, now);
  const days = DAYS[period];
  return {
    from: dateBefore(today, days - 1),
    interval: 'day',
    before: { from: dateBefore(today, 2 * days - 1), to },
    keys: Array.from({ length: days }, (_, day) => dateBefore(today, days - 1 - day)),
    keyOf: (start) => dateIn(zone, Date.parse(start)),
  };
}
