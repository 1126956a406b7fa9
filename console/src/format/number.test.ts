import { expect, it } from 'vitest';
import { formatMillis, formatPercent } from './number';

it('never says 0 % of what is not nothing', () => {
  expect(formatPercent(0, 'en-US')).toBe('0%');
  expect(formatPercent(0.00000686, 'en-US')).toBe('<0.1%');
  expect(formatPercent(0.0012, 'en-US')).toBe('0.1%');
  expect(formatPercent(-0.54, 'en-US')).toBe('-54%');
  expect(formatPercent(0.5, 'de-DE')).toBe('50\u00a0%');
});

it('keeps a number and its unit on one line', () => {
  expect(formatMillis(85, 'en-US')).toBe('85\u00a0ms');
  expect(formatMillis(6_700, 'en-US')).toBe('6.7\u00a0s');
  expect(formatMillis(125_000, 'en-US')).toBe('2\u00a0min 5\u00a0s');
});
