import { expect, it } from 'vitest';
import { everyInterval } from './times';

it('shows days without usage, over a change of clocks', () => {
  const times = everyInterval(
    ['2026-10-23T22:00:00Z', '2026-10-26T23:00:00Z'],
    'day',
    '2026-10-22T22:00:00Z',
    '2026-10-28T10:00:00Z',
    'Europe/Berlin',
  );
  expect(times).toHaveLength(6);
  expect(times).toContain('2026-10-23T22:00:00Z');
  expect(times).toContain('2026-10-26T23:00:00Z');
});

it('steps by hours from the minute the zone’s hours begin at', () => {
  expect(
    everyInterval(
      ['2026-11-01T04:30:00Z'],
      'hour',
      '2026-11-01T03:00:00Z',
      '2026-11-01T06:00:00Z',
      'Asia/Kolkata',
    ),
  ).toEqual(['2026-11-01T03:30:00.000Z', '2026-11-01T04:30:00Z', '2026-11-01T05:30:00.000Z']);
});

it('is empty where nothing was used at all', () => {
  expect(everyInterval([], 'day', '2026-11-01', '2026-11-02', 'UTC')).toEqual([]);
});
