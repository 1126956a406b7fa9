// Whose calls were made: customers are not kept in a list of their own, so they are put together
// of the keys that name one and of the calls that did.
import type { Key } from '../../../generated/schema';
import type { UsageRow } from '@/features/usage/query';

export interface Customer {
  name: string;
  /** the keys whose every call is for this customer */
  keys: { id: string; label: string }[];
  requests: number;
  usd: string;
}

/** Those who spent most come first as the report has them, then those who have a key only. */
export function customersOf(
  rows: readonly UsageRow[],
  keys: readonly Pick<Key, 'id' | 'label' | 'customer'>[],
): Customer[] {
  const found = new Map<string, Customer>();
  const of = (name: string) => {
    const known = found.get(name) ?? { name, keys: [], requests: 0, usd: '0' };
    found.set(name, known);
    return known;
  };
  for (const row of rows) {
    const name = row['customer'];
    if (typeof name === 'string') {
      Object.assign(of(name), { requests: row.requests, usd: row.usd });
    }
  }
  for (const key of keys) {
    if (key.customer != null) {
      of(key.customer).keys.push({ id: key.id, label: key.label });
    }
  }
  return [...found.values()];
}
