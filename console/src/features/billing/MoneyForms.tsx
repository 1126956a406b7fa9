import { api } from '@/api/client';
import { useChange } from '@/api/hooks';
import { useFormat } from '@/format';
import { useForm } from '@/parts/form';
import { fieldError, FormDialog, TextField, useToast } from '@/ui';
import type { Movement } from '../../../generated/schema';
import { useWords } from './words';

const TOUCHES = [
  '/admin/v1/balance',
  '/admin/v1/topups',
  '/admin/v1/adjustments',
  '/admin/v1/refunds',
  '/admin/v1/ledger/entries',
  '/admin/v1/ledger/accounts',
] as const;

interface Props {
  currency: string;
  onClose: () => void;
}

/** A reference books once, whatever happens to the answer. */
function useBooking(book: () => Promise<Movement>, onClose: () => void) {
  const t = useWords();
  const format = useFormat();
  const toast = useToast();
  return useChange(book, {
    touches: TOUCHES,
    onDone: (movement) => {
      toast(t('booked', { balance: format.money(movement.balance_after) }));
      onClose();
    },
  });
}

const AMOUNT = { inputMode: 'decimal', placeholder: '100.00' } as const;

interface FieldsProps {
  currency: string;
  field: (name: 'amount' | 'reason' | 'reference') => ReturnType<Field>;
  problem: Parameters<typeof fieldError>[0];
  hint?: string;
  reasoned?: boolean;
}

type Field = ReturnType<typeof useForm<string>>['field'];

/** What every movement by hand says of itself. */
function MovementFields({ currency, field, problem, hint, reasoned = false }: FieldsProps) {
  const t = useWords();
  return (
    <>
      <TextField
        label={t('amountUsd', { currency })}
        required
        {...AMOUNT}
        {...field('amount')}
        hint={hint}
        error={fieldError(problem, 'amount')}
      />
      {reasoned && (
        <TextField
          label={t('reason')}
          required
          {...field('reason')}
          error={fieldError(problem, 'reason')}
        />
      )}
      <TextField
        label={t('reference')}
        required
        {...field('reference')}
        hint={t('referenceHint')}
        error={fieldError(problem, 'reference')}
      />
    </>
  );
}

export function TopUp({ currency, onClose }: Props) {
  const t = useWords();
  const { values, field } = useForm({ amount: '', reason: '', reference: '' });
  const change = useBooking(
    () =>
      api.post('/admin/v1/topups', {
        amount: values.amount.trim(),
        reference: values.reference.trim(),
      }),
    onClose,
  );
  return (
    <FormDialog
      title={t('topUpTitle')}
      submit={t('topUp')}
      change={change}
      onClose={onClose}
    >
      <MovementFields currency={currency} field={field} problem={change.error} />
    </FormDialog>
  );
}

export function Adjust({ currency, onClose }: Props) {
  const t = useWords();
  const { values, field } = useForm({ amount: '', reason: '', reference: '' });
  const change = useBooking(
    () =>
      api.post(
        '/admin/v1/adjustments',
        {
          amount: values.amount.trim(),
          reason: values.reason.trim(),
          reference: values.reference.trim(),
        },
      ),
    onClose,
  );
  return (
    <FormDialog
      title={t('adjustTitle')}
      submit={t('adjust')}
      change={change}
      onClose={onClose}
    >
      <p className="text-muted">{t('adjustHint')}</p>
      <MovementFields currency={currency} field={field} problem={change.error} reasoned />
    </FormDialog>
  );
}

export function Refund({ currency, requestId, onClose }: Props & { requestId: string }) {
  const t = useWords();
  const { values, field } = useForm({ request_id: requestId, amount: '', reason: '', reference: '' });
  const change = useBooking(
    () =>
      api.post(
        '/admin/v1/refunds',
        {
          request_id: values.request_id.trim(),
          amount: values.amount.trim(),
          reason: values.reason.trim(),
          reference: values.reference.trim(),
        },
      ),
    onClose,
  );
  return (
    <FormDialog
      title={t('refundTitle')}
      submit={t('refund')}
      change={change}
      onClose={onClose}
    >
      <TextField
        label={t('requestId')}
        required
        placeholder="req_…"
        {...field('request_id')}
        error={fieldError(change.error, 'request_id')}
      />
      <MovementFields
        currency={currency}
        field={field}
        problem={change.error}
        hint={t('refundHint')}
        reasoned
      />
    </FormDialog>
  );
}
