// Before a call is sent: what it may cost, whether it would pass, what is left.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { useCan } from '@/app/session';
import { useFormat } from '@/format';
import { useWords } from './words';

const PAUSE_MILLIS = 500;

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MILLIS);
    return () => clearTimeout(timer);
    // the text says whether it changed
  }, [text]);
  return settled;
}

export function Forecast({ body, keyId }: { body: Record<string, unknown>; keyId: string | null }) {
  const t = useWords();
  const can = useCan();
  const format = useFormat();
  const asked = useSettled({ body, keyId });
  const estimate = useQuery({
    queryKey: ['/admin/v1/estimate', asked],
    queryFn: () =>
      api.post('/admin/v1/estimate', {
        endpoint: '/v1/chat/completions',
        body: asked.body,
        ...(asked.keyId === null ? {} : { key: asked.keyId }),
      } as never),
    // who may estimate only for own keys has one as soon as the first call is made
    enabled: can('post_admin_v1_estimate') && asked.keyId !== null && asked.body.model !== '',
    retry: false,
    placeholderData: (before) => before,
    refetchInterval: 5000,
  });
  const found = estimate.data;
  if (found === undefined) {
    return null;
  }
  const rules = found.rules.filter((rule) => !rule.shadow);
  const refusal = found.refusal as { message?: string } | null;
  return (
    <div className="flex flex-wrap gap-x-4 gap-y-1 text-[0.93rem] text-muted">
      {found.allowed ? (
        <span>
          {t('estimate', {
            most: format.money(found.worst_case_usd),
            likely: format.money(found.expected_usd),
          })}
        </span>
      ) : (
        <span className="text-bad">{t('refusedNow', { why: refusal?.message ?? '' })}</span>
      )}
      {rules.map((rule) => (
        <span key={rule.id}>
          {rule.unit === 'usd'
            ? t('left', { left: format.money(rule.remaining), rule: rule.name })
            : t('leftUnits', {
                left: format.number(rule.remaining),
                unit: rule.unit,
                rule: rule.name,
              })}
        </span>
      ))}
      {found.balance !== undefined && (
        <span>{t('balance', { money: format.money(found.balance.available) })}</span>
      )}
    </div>
  );
}
