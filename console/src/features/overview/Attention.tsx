// What somebody should look at, worst first, each with the page where it is mended.
import { useQueries } from '@tanstack/react-query';
import { api, type Answer } from '@/api/client';
import { SLOW_MILLIS, useGet } from '@/api/hooks';
import { useCan } from '@/app/session';
import { useFormat } from '@/format';
import { pico } from '@/format/money';
import { Card, cx, Icon, TextLink } from '@/ui';
import { useWords } from './words';

interface Matter {
  key: string;
  bad: boolean;
  text: string;
  to: string;
}

/** More rules than these are watched on their own page. */
const QUOTAS_WATCHED = 30;
const NEAR = 0.8;

/** Shown as 100 %, although a small call may still fit. */
const NEXT_TO_NOTHING = 0.995;
const DAYS_LEFT = 7;
const EXPIRES_DAYS = 7;
const ERROR_SHARE = 0.05;
const ERRORS_AT_LEAST = 5;
const DAY_MILLIS = 86_400_000;

type State = Answer<'get', '/admin/v1/quotas/{id}/state'>;

function useQuotaMatters(): Matter[] {
  const t = useWords();
  const format = useFormat();
  const can = useCan();
  const enabled = can('get_admin_v1_quotas') && can('get_admin_v1_quotas_id_state');
  const quotas = useGet('/admin/v1/quotas', { query: { limit: QUOTAS_WATCHED } }, {
    live: SLOW_MILLIS,
    enabled,
  });
  // one that only counts refuses nothing
  const rules = (quotas.data?.data ?? []).filter((rule) => !rule.shadow);
  const states = useQueries({
    queries: rules.map((rule) => ({
      queryKey: ['/admin/v1/quotas/{id}/state', rule.id],
      queryFn: () => api.get('/admin/v1/quotas/{id}/state', { path: { id: rule.id ?? '' } }),
      refetchInterval: SLOW_MILLIS,
      retry: false,
    })),
  });
  return rules.flatMap((rule, index) => {
    const state: State | undefined = states[index]?.data;
    const limit = pico(state?.in_force ?? '') ?? 0n;
    const used = (pico(state?.used ?? '') ?? 0n) + (pico(state?.held ?? '') ?? 0n);
    if (state === undefined || limit === 0n) {
      return [];
    }
    const share = Number((used * 1000n) / limit) / 1000;
    const full = (pico(state.remaining) ?? 1n) <= 0n;
    if (!full && share < NEAR) {
      return [];
    }
    const text = !full
      ? t(share >= NEXT_TO_NOTHING ? 'quotaAtItsEnd' : 'quotaNear', {
          name: rule.name,
          share: format.percent(share),
        })
      : state.resets_at == null
        ? t('quotaFullForEver', { name: rule.name })
        : t('quotaFull', { name: rule.name, time: format.time(state.resets_at) });
    return [{ key: `quota ${rule.id}`, bad: full, text, to: '/quotas' }];
  });
}

function useMoneyMatters(spentPerDay: bigint): Matter[] {
  const t = useWords();
  const format = useFormat();
  const can = useCan();
  const balance = useGet('/admin/v1/balance', undefined, {
    live: true,
    enabled: can('get_admin_v1_balance'),
  });
  const money = balance.data;
  if (money === undefined || money.mode !== 'prepaid') {
    return [];
  }
  const left = (pico(money.available) ?? 0n) + (pico(money.credit_limit) ?? 0n);
  if (left <= 0n) {
    return [{ key: 'balance', bad: true, text: t('balanceOut'), to: '/billing' }];
  }
  if (spentPerDay === 0n) {
    return [];
  }
  const days = Number(left / spentPerDay);
  if (days >= DAYS_LEFT) {
    return [];
  }
  const text = t('balanceLow', { money: format.money(money.available), n: days });
  return [{ key: 'balance', bad: days < 1, text, to: '/billing' }];
}

function useSetupMatters(): Matter[] {
  const t = useWords();
  const format = useFormat();
  const can = useCan();
  const manages = can('patch_admin_v1_upstreams_id_');
  const upstreams = useGet('/admin/v1/upstreams', undefined, { live: SLOW_MILLIS, enabled: manages });
  const models = useGet('/admin/v1/models', undefined, { live: SLOW_MILLIS, enabled: manages });
  const rotates = can('post_admin_v1_keys');
  const keys = useGet('/admin/v1/keys', { query: { limit: 500 } }, {
    live: SLOW_MILLIS,
    enabled: rotates,
  });
  const matters: Matter[] = [];
  // lists may be there for their names alone: what nobody here can mend is nobody's matter
  for (const upstream of manages ? (upstreams.data?.data ?? []) : []) {
    if (upstream.drained === true) {
      const text = t('upstreamDrained', { name: upstream.name });
      matters.push({ key: `drained ${upstream.id}`, bad: false, text, to: '/upstreams' });
    }
  }
  for (const model of manages ? (models.data?.data ?? []) : []) {
    if (model.priced === false) {
      const why = model.unpriced_reason ?? '';
      const text = t('modelUnpriced', { name: model.name, why });
      matters.push({ key: `unpriced ${model.id}`, bad: false, text, to: '/models' });
    }
  }
  const now = Date.now();
  for (const key of rotates ? (keys.data?.data ?? []) : []) {
    const due = key.rotation_due_at;
    const end = key.expires_at;
    if (key.revoked_at != null || (end != null && Date.parse(end) <= now)) {
      continue;
    }
    if (due != null && Date.parse(due) < now) {
      const text = t('keyOverdue', { name: key.label, time: format.ago(due) });
      matters.push({ key: `overdue ${key.id}`, bad: false, text, to: '/keys' });
    }
    const soon = end != null && Date.parse(end) - now < EXPIRES_DAYS * DAY_MILLIS;
    if (soon && key.last_used_at != null && key.workflow !== 'playground') {
      const text = t('keyExpiring', { name: key.label, time: format.ago(end) });
      matters.push({ key: `expires ${key.id}`, bad: false, text, to: '/keys' });
    }
  }
  return matters;
}

export function Attention({
  spentPerDay,
  calls,
  errors,
}: {
  spentPerDay: bigint;
  calls: number;
  errors: number;
}) {
  const t = useWords();
  const format = useFormat();
  const matters = [...useQuotaMatters(), ...useMoneyMatters(spentPerDay), ...useSetupMatters()];
  if (errors >= ERRORS_AT_LEAST && errors / calls > ERROR_SHARE) {
    const text = t('errorsHigh', { share: format.percent(errors / calls) });
    matters.push({ key: 'errors', bad: true, text, to: '/requests' });
  }
  matters.sort((a, b) => Number(b.bad) - Number(a.bad));
  return (
    <Card title={t('attention')} flush>
      {matters.length === 0 ? (
        <p className="flex items-center gap-2 p-4 text-muted">
          <Icon name="check" className="size-4 text-good" />
          {t('allWell')}
        </p>
      ) : (
        <ul className="max-h-72 divide-y divide-line overflow-y-auto">
          {matters.map((matter) => (
            <li key={matter.key} className="flex items-start gap-2.5 px-4 py-2.5">
              <Icon
                name="warning"
                className={cx('mt-0.5 size-4', matter.bad ? 'text-bad' : 'text-warn')}
              />
              <span className="min-w-0 flex-1 break-words">{matter.text}</span>
              <TextLink to={matter.to}>{t('look')}</TextLink>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
