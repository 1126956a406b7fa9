import { expect, it } from 'vitest';
import { formatTime } from './time';

const NIGHT = '2026-01-02T00:05:09.250Z';

it('counts hours to 23 wherever it shows them', () => {
  expect(formatTime(NIGHT, 'en-US', 'UTC', 'full')).toBe('Jan 2, 2026, 00:05:09.250 UTC');
  expect(formatTime(NIGHT, 'en-US', 'UTC')).toBe('Jan 2, 00:05:09');
  expect(formatTime('2026-01-02T23:05:09Z', 'en-US', 'UTC', 'full')).toMatch(/23:05:09/);
});
