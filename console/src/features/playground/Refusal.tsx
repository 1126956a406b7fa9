// A call that was refused or failed: why, what to do about it, and where.
import type { OperationId } from '@/api/client';
import type { ApiProblem } from '@/api/problem';
import { useCan } from '@/app/session';
import { ErrorState, TextLink } from '@/ui';
import { useWords } from './words';

type Word = Parameters<ReturnType<typeof useWords>>[0];

interface Step {
  advice: Word;
  to?: string;
  label?: Word;
  needs?: OperationId;
}

const STEPS: Partial<Record<string, Step>> = {
  quota_exceeded: {
    advice: 'adviceQuota',
    to: '/quotas',
    label: 'doQuota',
    needs: 'get_admin_v1_quotas',
  },
  insufficient_balance: {
    advice: 'adviceMoney',
    to: '/billing',
    label: 'doMoney',
    needs: 'get_admin_v1_balance',
  },
  model_not_priced: {
    advice: 'advicePrice',
    to: '/prices',
    label: 'doPrice',
    needs: 'get_admin_v1_prices',
  },
  model_not_found: {
    advice: 'adviceModel',
    to: '/models',
    label: 'doModel',
    needs: 'get_admin_v1_models',
  },
  policy_denied: {
    advice: 'advicePolicy',
    to: '/keys',
    label: 'doPolicy',
    needs: 'get_admin_v1_keys',
  },
  video_failed: { advice: 'adviceVideo' },
  upstream_rejected: { advice: 'adviceRejected' },
  upstream_rate_limited: { advice: 'adviceUpstream' },
  upstream_error: { advice: 'adviceUpstream' },
  upstream_timeout: { advice: 'adviceUpstream' },
};

export function Refusal({ problem }: { problem: ApiProblem }) {
  const t = useWords();
  const can = useCan();
  const step = STEPS[problem.code ?? ''];
  if (step === undefined) {
    return <ErrorState problem={problem} />;
  }
  const { to, label, needs } = step;
  return (
    <ErrorState
      problem={problem}
      advice={
        <>
          {t(step.advice)}{' '}
          {to !== undefined && label !== undefined && (needs === undefined || can(needs)) && (
            <TextLink to={to as never}>{t(label)}</TextLink>
          )}
        </>
      }
    />
  );
}
