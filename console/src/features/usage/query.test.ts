import { describe, expect, it } from 'vitest';
import {
  bounds,
  dateIn,
  monthOf,
  quantity,
  readAs,
  usageAddress,
  usualInterval,
} from './query';

const NOW = new Date('2026-11-01T23:30:00Z');

describe('the stretch of a usage page', () => {
  it('begins with a day of the organization, not of the browser', () => {
    expect(dateIn('UTC', NOW)).toBe('2026-11-01');
    expect(dateIn('Europe/Berlin', NOW)).toBe('2026-11-02');
    expect(bounds('7d', undefined, undefined, 'Europe/Berlin', NOW)).toEqual({ from: '2026-10-27' });
  });

  it('knows months over the turn of the year', () => {
    expect(monthOf('2026-01-15', -1)).toBe('2025-12-01');
    expect(bounds('lastMonth', undefined, undefined, 'UTC', NOW)).toEqual({
      from: '2026-10-01',
      to: '2026-11-01',
    });
  });

  it('takes an interval that gives a readable number of points', () => {
    expect(usualInterval('24h', 1)).toBe('hour');
    expect(usualInterval('90d', 90)).toBe('day');
    expect(usualInterval('custom', 400)).toBe('month');
  });

  it('asks for calls without a value by what they lack', () => {
    expect(usageAddress({ from: '2026-11-01', workflow: '~', team: undefined })).toBe(
      '/admin/v1/usage?from=2026-11-01&unowned=workflow',
    );
    expect(usageAddress({ customer: '~', team: '~' })).toBe(
      '/admin/v1/usage?unowned=customer%2Cteam',
    );
  });
});

it('reads in seconds what is counted in milliseconds', () => {
  expect(readAs('video_milliseconds')).toBe('video_seconds');
  expect(readAs('images')).toBe('images');
  expect(quantity({ video_milliseconds: 4_500 }, 'video_milliseconds')).toBe(4.5);
  expect(quantity({ images: '3' }, 'images')).toBe(3);
  expect(quantity({}, 'images')).toBe(0);
});
