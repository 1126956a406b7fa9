import { describe, expect, it } from 'vitest';
import { exampleOf, type PricingRow } from './example';

function row(mode: string, units: Record<string, string | null>): PricingRow {
  return {
    mode,
    pricing_units: Object.entries(units).map(([unit, price]) => ({
      unit,
      price,
      meter: '',
      meaning: '',
    })),
  } as PricingRow;
}

describe('the example of a price', () => {
  it('is exact for tokens', () => {
    expect(exampleOf(row('chat', { input_per_mtok: '0.15', output_per_mtok: '0.6' }))).toEqual({
      kind: 'exampleText',
      usd: '0.00045',
    });
  });

  it('takes the unit of the modality', () => {
    expect(exampleOf(row('video_generation', { per_video_second: '0.1' }))?.usd).toBe('0.8');
    expect(exampleOf(row('embedding', { input_per_mtok: '0.02' }))?.usd).toBe('0.00002');
  });

  it('is absent where the price depends on the call', () => {
    expect(exampleOf(row('image_generation', { per_image: null }))).toBeNull();
  });
});
