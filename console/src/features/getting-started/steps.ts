// What must be there before a call can be made, as far as the caller may know it.
import { useGet } from '@/api/hooks';
import { useCan } from '@/app/session';
import { pico } from '@/format/money';

export interface Steps {
  isPending: boolean;
  models: string[];
  hasMoney: boolean;
  hasKey: boolean;
  hasCall: boolean;
}

const MODELS_SHOWN = 200;

/** Models by whose name nobody would begin a conversation. */
const NO_TALK = /embed|image|video|speech|tts|transcri|whisper|rerank|moderat/i;

/** Those that answer a chat first: the first call takes the first one. */
export function talkersFirst(names: string[]): string[] {
  const talkers = names.filter((name) => !NO_TALK.test(name));
  return [...talkers, ...names.filter((name) => NO_TALK.test(name))];
}

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
    { query: { limit: 1 } },
    { live: true, enabled: can('get_admin_v1_keys') },
  );
  const calls = useGet(
    '/admin/v1/requests',
    { query: { limit: 1 } },
    { live: true, enabled: can('get_admin_v1_requests') },
  );
  const money = balance.data;
  return {
    isPending: [models, balance, keys, calls].some((one) => one.isLoading),
    // oldest first: what was set up first is what to begin with
    models: talkersFirst((models.data?.data ?? []).map((model) => model.name).reverse()),
    // who may not see the balance need not care for it
    hasMoney:
      money === undefined ||
      money.mode !== 'prepaid' ||
      (pico(money.available) ?? 0n) + (pico(money.credit_limit) ?? 0n) > 0n,
    hasKey: (keys.data?.data.length ?? 0) > 0,
    hasCall: (calls.data?.data.length ?? 0) > 0,
  };
}
