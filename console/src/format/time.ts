export type TimeStyle = 'short' | 'full' | 'date' | 'day' | 'month';

/** Date and time in the organization's zone; today without the date. */
export function formatTime(
  time: string | null | undefined,
  locale: string,
  zone: string | undefined,
  style: TimeStyle = 'short',
): string {
  if (time === null || time === undefined) {
    return '–';
  }
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) {
    return time;
  }
  const shared = zone === undefined ? {} : { timeZone: zone };
  if (style === 'date') {
    return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', ...shared }).format(date);
  }
  if (style === 'day' || style === 'month') {
    const other = style === 'day' ? { day: 'numeric' as const } : { year: 'numeric' as const };
    return new Intl.DateTimeFormat(locale, { month: 'short', ...other, ...shared }).format(date);
  }
  if (style === 'full') {
    return new Intl.DateTimeFormat(locale, {
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
      hourCycle: 'h23',
      timeZoneName: 'short',
      ...shared,
    }).format(date);
  }
  const day = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', ...shared });
  const today = day.format(date) === day.format(new Date());
  return new Intl.DateTimeFormat(locale, {
    ...(today ? {} : { month: 'short', day: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...shared,
  }).format(date);
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Number.POSITIVE_INFINITY],
];

/** `3 minutes ago`, `in 2 days`. */
export function formatAgo(time: string, locale: string, now: number): string {
  let amount = (new Date(time).getTime() - now) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(amount) < size) {
      return new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' }).format(
        Math.round(amount),
        unit,
      );
    }
    amount /= size;
  }
  return time;
}
