// Movements made by hand, with the balance before and after.
import { usePages } from '@/api/hooks';
import { useCan } from '@/app/session';
import { useFormat } from '@/format';
import { Actor } from '@/parts/Actor';
import { CallLink } from '@/parts/CallLink';
import { Button, Card, EmptyState, PagedTable, Time, type Column } from '@/ui';
import type { Movement } from '../../../generated/schema';
import { useWords } from './words';

function useColumns(withReason: boolean): Column<Movement>[] {
  const t = useWords();
  const format = useFormat();
  const money = (amount: string | null) => (
    <span title={format.exactMoney(amount)}>{format.money(amount)}</span>
  );
  const what = (row: Movement) => (
    <span className="flex flex-wrap items-center gap-x-2">
      {row.request_id != null && <CallLink id={row.request_id} />}
      <span className="break-all">{row.reference ?? (row.request_id == null ? '–' : '')}</span>
    </span>
  );
  return [
    {
      key: 'at',
      header: t('at'),
      cell: (row) => (
        <>
          <Time at={row.created_at} />
          <span className="block text-[0.93rem] sm:hidden">{what(row)}</span>
        </>
      ),
    },
    { key: 'reference', header: t('reference'), from: 'sm', cell: what },
    ...(withReason
      ? [{ key: 'reason', header: t('reason'), cell: (row: Movement) => row.reason ?? '–' }]
      : []),
    {
      key: 'actor',
      header: t('actor'),
      from: 'lg',
      cell: (row) => <Actor name={row.actor} />,
    },
    {
      key: 'amount',
      header: t('amount'),
      align: 'end',
      cell: (row) => (
        <>
          {money(row.amount)}
          <span className="block text-[0.93rem] text-muted sm:hidden">
            {t('thenBalance', { balance: format.money(row.balance_after) })}
          </span>
        </>
      ),
    },
    {
      key: 'before',
      header: t('before'),
      align: 'end',
      from: 'lg',
      cell: (row) => money(row.balance_before),
    },
    {
      key: 'after',
      header: t('after'),
      align: 'end',
      from: 'sm',
      cell: (row) => money(row.balance_after),
    },
  ];
}

export function TopUps({ onTopUp }: { onTopUp: () => void }) {
  const t = useWords();
  const can = useCan();
  const pages = usePages('/admin/v1/topups', {}, { live: true });
  const columns = useColumns(false);
  return (
    <Card flush>
      <PagedTable
        label={t('topups')}
        pages={pages}
        columns={columns}
        rowKey={(row) => row.id}
        empty={
          <EmptyState
            title={t('noTopups')}
            action={
              can('post_admin_v1_topups') && (
                <Button look="primary" onClick={onTopUp}>
                  {t('topUp')}
                </Button>
              )
            }
          >
            {t('noTopupsHint')}
          </EmptyState>
        }
      />
    </Card>
  );
}

export function Corrections() {
  const t = useWords();
  const refunds = usePages('/admin/v1/refunds', {}, { live: true });
  const adjustments = usePages('/admin/v1/adjustments', {}, { live: true });
  const columns = useColumns(true);
  if (
    !refunds.isPending &&
    !adjustments.isPending &&
    refunds.error === null &&
    adjustments.error === null &&
    refunds.rows.length + adjustments.rows.length === 0
  ) {
    return (
      <Card>
        <EmptyState title={t('noCorrections')}>{t('noCorrectionsHint')}</EmptyState>
      </Card>
    );
  }
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      <Card title={t('refund')} flush>
        <PagedTable
          label={t('refund')}
          pages={refunds}
          columns={columns}
          rowKey={(row) => row.id}
          empty={<EmptyState title={t('noEntries')} />}
        />
      </Card>
      <Card title={t('adjust')} flush>
        <PagedTable
          label={t('adjust')}
          pages={adjustments}
          columns={columns}
          rowKey={(row) => row.id}
          empty={<EmptyState title={t('noEntries')} />}
        />
      </Card>
    </div>
  );
}
