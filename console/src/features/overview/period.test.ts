import { expect, it } from 'vitest';
import { stretch } from './period';

const NOW = Date.parse('2026-11-29T22:40:00Z');

it('counts days in the zone of the organization', () => {
  const berlin = stretch('week', 'Europe/Berlin', NOW);
  expect(berlin.keys).toHaveLength(7);
  expect(berlin.from).toBe('2026-11-23');
  expect(berlin.keys.at(-1)).toBe('2026-11-29');
  expect(berlin.keyOf('2026-11-28T23:00:00Z')).toBe('2026-11-29');
  // already tomorrow there
  expect(stretch('week', 'Asia/Tokyo', NOW).keys.at(-1)).toBe('2026-11-30');
});

it('compares with as much of the stretch before', () => {
  expect(stretch('week', 'UTC', NOW).before).toEqual({
    from: '2026-11-16',
    to: '2026-11-22T22:30:00.000Z',
  });
  expect(stretch('month', 'UTC', NOW).before.from).toBe('2026-10-01');
});

it('has an hour for each of the last twenty-four', () => {
  const day = stretch('day', 'UTC', NOW);
  expect(day.keys).toHaveLength(24);
  expect(day.keys[0]).toBe('2026-11-28T23:00:00.000Z');
  expect(day.keyOf('2026-11-29T22:00:00Z')).toBe(day.keys[23]);
});
