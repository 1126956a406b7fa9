import { useState } from 'react';
import { api } from '@/api/client';
import { useChange, useGet } from '@/api/hooks';
import { useCan } from '@/app/session';
import { useFormat } from '@/format';
import { Button, ErrorState, fieldError, TextField } from '@/ui';
import { Step } from './Step';
import { useWords } from './words';

export function MoneyStep({ done }: { done: boolean }) {
  const t = useWords();
  const can = useCan();
  const format = useFormat();
  const [amount, setAmount] = useState('5.00');
  const [reference, setReference] = useState('first-payment');
  const balance = useGet('/admin/v1/balance', undefined, {
    live: true,
    enabled: can('get_admin_v1_balance'),
  });
  const topUp = useChange(() => api.post('/admin/v1/topups', { amount, reference }));
  return (
    <Step number={2} title={t('money')} done={done}>
      {done ? (
        <p className="text-muted">
          {balance.data === undefined
            ? t('moneyOk')
            : t('moneyDone', { money: format.money(balance.data.available) })}
        </p>
      ) : !can('post_admin_v1_topups') ? (
        <p className="text-muted">{t('moneyRole')}</p>
      ) : (
        <form
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            topUp.mutate(undefined);
          }}
        >
          <p className="max-w-prose text-muted">{t('moneyText')}</p>
          <div className="flex flex-wrap items-end gap-3">
            <TextField
              label={t('amount')}
              inputMode="decimal"
              required
              className="w-full sm:w-48"
              value={amount}
              onChange={(event) => setAmount(event.target.value)}
              error={fieldError(topUp.error, 'amount')}
            />
            <TextField
              label={t('reference')}
              required
              className="w-full sm:w-56"
              value={reference}
              onChange={(event) => setReference(event.target.value)}
              error={fieldError(topUp.error, 'reference')}
            />
            <Button type="submit" look="primary" busy={topUp.isPending}>
              {t('topUp')}
            </Button>
          </div>
          {topUp.error !== null && topUp.error.param === null && (
            <ErrorState problem={topUp.error} />
          )}
        </form>
      )}
    </Step>
  );
}
