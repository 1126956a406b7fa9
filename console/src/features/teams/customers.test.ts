import { expect, it } from 'vitest';
import type { UsageRow } from '@/features/usage/query';
import { customersOf } from './customers';

const row = (customer: string | null, requests: number, usd: string) =>
  ({ customer, requests, usd }) as unknown as UsageRow;

it('has whom calls named and whom keys name, once each, and leaves out what is unowned', () => {
  const customers = customersOf(
    [row('acme', 3, '0.25'), row(null, 9, '1'), row('globex', 1, '0.01')],
    [
      { id: 'key_1', label: 'acme-app', customer: 'acme' },
      { id: 'key_2', label: 'initech-app', customer: 'initech' },
      { id: 'key_3', label: 'inner' },
    ],
  );
  expect(customers).toEqual([
    { name: 'acme', keys: [{ id: 'key_1', label: 'acme-app' }], requests: 3, usd: '0.25' },
    { name: 'globex', keys: [], requests: 1, usd: '0.01' },
    { name: 'initech', keys: [{ id: 'key_2', label: 'initech-app' }], requests: 0, usd: '0' },
  ]);
});
