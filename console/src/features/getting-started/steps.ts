// What must be there before a call can be made, as far as the caller may know it.
import { useGet } from '@/api/hooks';
import { useCan } from '@/app/session';
import { serves } from '@/features/playground/modes';
import { pico } from '@/format/money';

export interface Steps {
  isPending: boolean;
  models: string[];
  /** of these, the ones that answer a chat */
  talkers: string[];
  hasMoney: boolean;
  hasKey: boolean;
  hasCall: boolean;
}

const MODELS_SHOWN = 200;
const KEYS_LOOKED_AT = 50;

export function useSteps(): Steps {
  const can = useCan();
  const models = useGet(
    '/admin/v1/models',
    { query: { limit: MODELS_SHOWN } },
    { live: true, enabled: can('get_admin_v1_models') },
  );
  const balance = useGet('/admin/v1/balance', undefined, {
    live: true,
    enabled: can('get_admin_v1_balance'),
  });
  const keys = useGet(
    '/admin/v1/keys',
    { query: { limit: KEYS_LOOKED_AT } },
    { live: true, enabled: can('get_admin_v1_keys') },
  );
  const calls = useGet(
    '/admin/v1/requests',
    { query: { limit: 1 } },
    { live: true, enabled: can('get_admin_v1_requests') },
  );
  const money = balance.data;
  // oldest first: what was set up first is what to begin with
  const known = (models.data?.data ?? []).toReversed();
  return {
    isPending: [models, balance, keys, calls].some((one) => one.isLoading),
    models: known.map(({ name }) => name),
    talkers: known.filter((model) => serves('chat', model)).map(({ name }) => name),
    // who may not see the balance need not care for it
    hasMoney:
      money === undefined ||
      money.mode !== 'prepaid' ||
      (pico(money.available) ?? 0n) + (pico(money.credit_limit) ?? 0n) > 0n,
    // the playground's own are made unseen, and nobody can paste them
    hasKey: (keys.data?.data ?? []).some((key) => key.workflow !== 'playground'),
    hasCall: (calls.data?.data.length ?? 0) > 0,
  };
}
