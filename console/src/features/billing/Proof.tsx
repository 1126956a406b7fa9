// When roll-ups were last proved to be what the ledger says, and proving it now.
import { useState } from 'react';
import { api } from '@/api/client';
import { useChange, useGet } from '@/api/hooks';
import { useCan } from '@/app/session';
import { useFormat } from '@/format';
import { Button, Dialog, Figure, Table, useToast } from '@/ui';
import type { LedgerVerification } from '../../../generated/schema';
import { useWords } from './words';

type LedgerProblem = LedgerVerification['problems'][number];

export function Proof() {
  const t = useWords();
  const can = useCan();
  const format = useFormat();
  const toast = useToast();
  const [found, setFound] = useState<LedgerVerification | null>(null);
  const proof = useGet('/admin/v1/ledger/proof', {}, { live: 10_000 });
  const verify = useChange(() => api.get('/admin/v1/ledger/verify'), {
    touches: ['/admin/v1/ledger/proof'],
    onDone: (result) => {
      if (result.ok) {
        toast(t('verifyOk', { n: format.number(result.checked) }));
      } else {
        setFound(result);
      }
    },
  });
  const last = proof.data;
  const done = last?.finished_at != null;
  return (
    <>
      <Figure
        label={t('proof')}
        value={
          done ? format.ago(last.finished_at ?? '') : last === undefined ? '…' : t('proofNot')
        }
        {...(done ? { tone: last.ok === true ? ('good' as const) : ('bad' as const) } : {})}
        note={
          <>
            {done && (
              <span className="block">
                {last.ok === true
                  ? t('proofOk', { n: format.number(last.checked) })
                  : t('proofBad', { n: last.problems ?? 0 })}
              </span>
            )}
            {can('get_admin_v1_ledger_verify') && (
              <Button
                size="small"
                className="mt-1.5"
                busy={verify.isPending}
                onClick={() => verify.mutate(undefined)}
              >
                {t('verify')}
              </Button>
            )}
            {verify.error !== null && <span className="block text-bad">{verify.error.message}</span>}
          </>
        }
      />
      {found !== null && (
        <Dialog
          title={t('verifyBad', { n: found.problems.length })}
          wide
          onClose={() => setFound(null)}
        >
          <Table<LedgerProblem>
            label={t('problems')}
            rows={found.problems}
            rowKey={(row) => `${row.check} ${row.where}`}
            columns={[
              { key: 'check', header: t('check'), cell: (row) => row.check },
              {
                key: 'where',
                header: t('where'),
                cell: (row) => <code className="font-mono text-[0.93rem] break-all">{row.where}</code>,
              },
              { key: 'expected', header: t('expected'), align: 'end', cell: (row) => row.expected },
              { key: 'found', header: t('found'), align: 'end', cell: (row) => row.found },
            ]}
          />
          <p className="mt-3 text-muted">
            {t('absorbed', { usd: format.money(found.operator_absorbed_usd) })}
          </p>
        </Dialog>
      )}
    </>
  );
}
