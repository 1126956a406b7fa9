// A price in one everyday quantity, so that rows of the same kind can be held side by side.
import { decimal, pico } from '@/format/money';
import type { PricingRow } from '../../../generated/schema';

export type { PricingRow };
export type ExampleKind =
  | 'exampleText'
  | 'exampleImage'
  | 'exampleVideo'
  | 'exampleAudio'
  | 'exampleChars'
  | 'exampleEmbed';

export interface Example {
  kind: ExampleKind;
  usd: string;
}

/** `rate` × quantity ÷ per, exact to the picodollar. */
function cost(rate: string | null | undefined, quantity: bigint, per: bigint): bigint | null {
  const value = rate == null ? null : pico(rate);
  return value === null ? null : (value * quantity) / per;
}

export function rateOf(row: PricingRow, unit: string): string | null {
  return row.pricing_units.find((one) => one.unit === unit)?.price ?? null;
}

export function exampleOf(row: PricingRow): Example | null {
  const million = 1_000_000n;
  const example = (kind: ExampleKind, value: bigint | null): Example | null =>
    value === null ? null : { kind, usd: decimal(value) };
  const input = cost(rateOf(row, 'input_per_mtok'), 1000n, million);
  const output = cost(rateOf(row, 'output_per_mtok'), 500n, million);
  return (
    example('exampleImage', cost(rateOf(row, 'per_image'), 1n, 1n)) ??
    example('exampleVideo', cost(rateOf(row, 'per_video_second'), 8n, 1n)) ??
    example('exampleAudio', cost(rateOf(row, 'per_audio_minute'), 1n, 1n)) ??
    example('exampleChars', cost(rateOf(row, 'per_mchar'), 1000n, million)) ??
    (row.mode === 'embedding'
      ? example('exampleEmbed', input)
      : input !== null && output !== null
        ? example('exampleText', input + output)
        : null)
  );
}

export function idOf(row: { provider: string; model_name: string }): string {
  return `${row.provider}/${row.model_name}`;
}
