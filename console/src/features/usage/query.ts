// What the page asks for, from the filters in its address.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { address, send, type Answer } from '@/api/client';
import type { ApiProblem } from '@/api/problem';
import { SLOW_MILLIS } from '@/api/hooks';

export const DIMENSIONS = [
  'team',
  'key',
  'owner',
  'environment',
  'workflow',
  'product_area',
  'customer',
  'plan',
  'traffic_class',
  'model',
  'upstream',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export const STRETCHES = ['24h', '7d', '30d', '90d', 'month', 'lastMonth', 'custom'] as const;
export type Stretch = (typeof STRETCHES)[number];
export type Interval = 'hour' | 'day' | 'month';

/** In the address, for calls that lack a value; no name begins so. */
export const UNOWNED = '~';

export type UsageReport = Answer<'get', '/admin/v1/usage'>;
export type UsageRow = UsageReport['data'][number];

/** A date of the organization's zone, `days` away from today, or the first of a month. */
export function dateIn(zone: string | undefined, now: Date, days = 0): string {
  const shared = zone === undefined ? {} : { timeZone: zone };
  return new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', ...shared }).format(
    new Date(now.getTime() + days * 86_400_000),
  );
}

export function monthOf(date: string, months = 0): string {
  const [year = 0, month = 1] = date.split('-').map(Number);
  const at = new Date(Date.UTC(year, month - 1 + months, 1));
  return at.toISOString().slice(0, 10);
}

/** `from` and `to` as the API takes them; without `to` it is now. */
export function bounds(
  stretch: Stretch,
  from: string | undefined,
  to: string | undefined,
  zone: string | undefined,
  now: Date,
): { from?: string; to?: string } {
  const today = dateIn(zone, now);
  switch (stretch) {
    case '24h':
      return { from: new Date(now.getTime() - 86_400_000).toISOString().slice(0, 13) + ':00:00Z' };
    case '7d':
      return { from: dateIn(zone, now, -6) };
    case '30d':
      return { from: dateIn(zone, now, -29) };
    case '90d':
      return { from: dateIn(zone, now, -89) };
    case 'month':
      return { from: monthOf(today) };
    case 'lastMonth':
      return { from: monthOf(today, -1), to: monthOf(today) };
    case 'custom':
      return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  }
}

export function usualInterval(stretch: Stretch, days: number): Interval {
  if (stretch === '24h' || (stretch === 'custom' && days <= 3)) {
    return 'hour';
  }
  return days > 150 ? 'month' : 'day';
}

/** Values of the address become those of the API: `~` asks for calls that have none. */
export function usageAddress(query: Record<string, string | undefined>): string {
  const none = Object.keys(query).filter((name) => query[name] === UNOWNED);
  const rest = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== UNOWNED));
  return address('/admin/v1/usage', {
    query: { ...rest, unowned: none.length === 0 ? undefined : none.join(',') },
  });
}

export function useUsage(query: Record<string, string | undefined>, enabled = true) {
  const url = usageAddress(query);
  return useQuery<UsageReport, ApiProblem>({
    queryKey: ['/admin/v1/usage', url],
    queryFn: async ({ signal }) => (await send(url, { signal })).json() as Promise<UsageReport>,
    placeholderData: keepPreviousData,
    refetchInterval: SLOW_MILLIS,
    enabled,
  });
}

const MILLISECONDS = '_milliseconds';

/** A unit as it is read: what the API counts in milliseconds people count in seconds. */
export function readAs(unit: string): string {
  return unit.endsWith(MILLISECONDS) ? unit.slice(0, -MILLISECONDS.length) + '_seconds' : unit;
}

/** A unit of a row as a number for bars and lines, never for sums of money. */
export function quantity(row: Record<string, unknown>, unit: string): number {
  const value = row[unit];
  const number = typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : 0;
  return unit.endsWith(MILLISECONDS) ? number / 1000 : number;
}
