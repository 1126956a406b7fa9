import { expect, it } from 'vitest';
import { formatPercent } from './number';

it('never says 0 % of what is not nothing', () => {
  expect(formatPercent(0, 'en-US')).toBe('0%');
  expect(formatPercent(0.00000686, 'en-US')).toBe('<0.1%');
  expect(formatPercent(0.0012, 'en-US')).toBe('0.1%');
  expect(formatPercent(-0.54, 'en-US')).toBe('-54%');
  expect(formatPercent(0.5, 'de-DE')).toBe('50\u00a0%');
});
