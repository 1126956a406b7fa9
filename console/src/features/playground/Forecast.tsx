// Before a call is sent: what it may cost, whether it would pass, what is left.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { useCan } from '@/app/session';
import { useFormat } from '@/format';
import type { Body } from './body';
import { ENDPOINTS, isConversation, type Mode } from './modes';
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

/** What stands for what was not said yet: what is left is worth knowing before. */
function asked(mode: Mode, body: Body, seconds: number | null): Body {
  switch (mode) {
    case 'chat':
    case 'tools':
      return body;
    case 'images':
    case 'video':
      return { ...body, prompt: body.prompt ?? '…' };
    case 'speech':
      return { ...body, input: body.input ?? '…' };
    case 'transcription':
      return { ...body, seconds: seconds ?? 1 };
  }
}

export function Forecast({
  mode,
  body,
  seconds,
  costs,
  model,
  keyId,
}: {
  mode: Mode;
  body: Body;
  /** named where there are two of them */
  model: string | undefined;
  /** how long the sound is that is to be written down */
  seconds: number | null;
  /** whether what is to be sent is known, and so what it may cost */
  costs: boolean;
  keyId: string | null;
}) {
  const t = useWords();
  const can = useCan();
  const format = useFormat();
  const settled = useSettled({ body: asked(mode, body, seconds), keyId });
  const estimate = useQuery({
    queryKey: ['/admin/v1/estimate', mode, settled],
    queryFn: () =>
      api.post('/admin/v1/estimate', {
        endpoint: ENDPOINTS[mode].path,
        body: settled.body,
        ...(settled.keyId === null ? {} : { key: settled.keyId }),
      } as never),
    // who may estimate only for own keys has one as soon as the first call is made
    enabled: can('post_admin_v1_estimate') && settled.keyId !== null && settled.body.model !== '',
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
  const isKnown = costs || isConversation(mode);
  return (
    <div className="flex flex-wrap gap-x-4 gap-y-1 text-[0.93rem] text-muted">
      {!found.allowed && (
        <span className="text-bad">{t('refusedNow', { why: refusal?.message ?? '' })}</span>
      )}
      {found.allowed && isKnown && (
        <span>
          {t(model === undefined ? 'estimate' : 'estimateOf', {
            model: model ?? '',
            most: format.money(found.worst_case_usd),
            likely: format.money(found.expected_usd),
          })}
        </span>
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
