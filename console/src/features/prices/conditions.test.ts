import { expect, it } from 'vitest';
import { priceRows, unitsThatDiffer } from './conditions';

const BY_SIZE = {
  input_per_mtok: '1.25',
  output_per_mtok: '10',
  per_search: '0.035',
  tiers: [{ above_input_tokens: 200000, input_per_mtok: '2.5', output_per_mtok: '15' }],
  by: [
    {
      service_tier: 'batch',
      input_per_mtok: '0.625',
      tiers: [{ above_input_tokens: 200000, output_per_mtok: '7.5' }],
    },
  ],
};

function read(native: unknown) {
  return priceRows(native).map(({ when, rates }) => [
    when.map(({ kind, value }) => `${kind}=${value}`).join(' '),
    Object.fromEntries([...rates].map(([unit, { usd, own }]) => [unit, own ? usd : `(${usd})`])),
  ]);
}

it('has a row for every condition, with what holds anyway where a row is silent', () => {
  expect(read(BY_SIZE)).toEqual([
    ['', { input_per_mtok: '1.25', output_per_mtok: '10', per_search: '0.035' }],
    ['above=200000', { input_per_mtok: '2.5', output_per_mtok: '15', per_search: '(0.035)' }],
    [
      'service_tier=batch',
      { input_per_mtok: '0.625', output_per_mtok: '(10)', per_search: '(0.035)' },
    ],
    [
      'service_tier=batch above=200000',
      { input_per_mtok: '(0.625)', output_per_mtok: '7.5', per_search: '(0.035)' },
    ],
  ]);
});

it('shows the units that depend on something, and those alone', () => {
  expect(unitsThatDiffer(priceRows(BY_SIZE))).toEqual(['input_per_mtok', 'output_per_mtok']);
});

it('has no usual price where every picture is priced by what it is', () => {
  const native = { by: [{ quality: 'high', size: '1024x1536', per_image: '0.25' }] };
  expect(read(native)).toEqual([['quality=high size=1024x1536', { per_image: '0.25' }]]);
});

it('has nothing to say of a price that depends on nothing', () => {
  expect(unitsThatDiffer(priceRows({ input_per_mtok: '1' }))).toEqual([]);
  expect(priceRows(null)).toEqual([]);
});
