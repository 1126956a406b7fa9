import { describe, expect, it } from 'vitest';
import { compareMoney, decimal, formatMoney, isZero, minus, pico } from './money';

describe('money', () => {
  it('is a decimal string that loses nothing', () => {
    expect(pico('0.000000000001')).toBe(1n);
    expect(pico('-12.5')).toBe(-12_500_000_000_000n);
    expect(decimal(pico('90071992547409931.123456789012') ?? 0n)).toBe(
      '90071992547409931.123456789012',
    );
    expect(pico('1e5')).toBeNull();
    expect(pico('')).toBeNull();
    expect(isZero('0.000000000000')).toBe(true);
    expect(minus('0.3', '0.1')).toBe('0.2');
    expect(minus('1', '2.50')).toBe('-1.5');
    expect(compareMoney('9', '10')).toBeLessThan(0);
  });

  it('is rounded for the eye but never to nothing', () => {
    expect(formatMoney('0', 'en-US')).toBe('$0.00');
    expect(formatMoney('1234.567', 'en-US')).toBe('$1,234.57');
    expect(formatMoney('0.25', 'en-US')).toBe('$0.25');
    expect(formatMoney('0.02', 'en-US')).toBe('$0.02');
    expect(formatMoney('0.05304', 'en-US')).toBe('$0.053');
    expect(formatMoney('0.0000425', 'en-US')).toBe('$0.0000425');
    expect(formatMoney('0.000000000001', 'en-US')).toBe('$0.000000000001');
    expect(formatMoney('-0.5', 'en-US')).toBe('-$0.50');
    expect(formatMoney(null, 'en-US')).toBe('–');
    expect(formatMoney('1234.5', 'de-DE')).toBe('1.234,50\u00a0$');
  });

  it('is shown to the last digit on request', () => {
    expect(formatMoney('1.000000000001', 'en-US', true)).toBe('$1.000000000001');
    expect(formatMoney('90071992547409931.123456789012', 'en-US', true)).toBe(
      '$90,071,992,547,409,931.123456789012',
    );
  });
});
