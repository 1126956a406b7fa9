// The times of a chart: also those at which nothing was used, for a gap must look like one.
import { dateIn, monthOf, type Interval } from './query';

const HOUR_MILLIS = 3_600_000;
const MOST = 1_000;

/**
 * Every interval between `from` and `to`; known starts stay as the API gave them.
 *
 * @param starts of intervals in which something was used
 */
export function everyInterval(
  starts: string[],
  interval: Interval,
  from: string,
  to: string,
  zone: string,
): string[] {
  const known = [...new Set(starts)].sort();
  const first = known[0];
  if (first === undefined) {
    return [];
  }
  const [begin, end] = [new Date(from).getTime(), new Date(to).getTime()];
  if (interval === 'hour') {
    // zones are whole hours and quarters apart: the first start says which minute hours begin at
    const offset = new Date(first).getTime() % HOUR_MILLIS;
    const byMillis = new Map(known.map((start) => [new Date(start).getTime(), start]));
    const times: string[] = [];
    let at = Math.ceil((begin - offset) / HOUR_MILLIS) * HOUR_MILLIS + offset;
    for (; at < end && times.length < MOST; at += HOUR_MILLIS) {
      times.push(byMillis.get(at) ?? new Date(at).toISOString());
    }
    return [...new Set([...known, ...times])].sort();
  }
  const name = (time: number) => {
    const date = dateIn(zone, new Date(time));
    return interval === 'month' ? monthOf(date) : date;
  };
  const byName = new Map(known.map((start) => [name(new Date(start).getTime()), start]));
  const add = (at: number) => {
    if (!byName.has(name(at))) {
      byName.set(name(at), new Date(at).toISOString());
    }
  };
  // half days: no day is left out where a clock is changed
  for (let at = begin; at < end && byName.size < MOST; at += 12 * HOUR_MILLIS) {
    add(at);
  }
  add(end - 1);
  return [...byName.values()].sort();
}
