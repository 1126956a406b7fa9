import { useGet } from '@/api/hooks';
import { useFilters } from '@/app/url';
import { useFormat } from '@/format';
import { Card, EmptyState, Loaded, Table } from '@/ui';
import type { LedgerAccount } from '../../../generated/schema';
import { useWords } from './words';

/** Totals of every account; a row opens its entries. */
export function Accounts() {
  const t = useWords();
  const format = useFormat();
  const [, set] = useFilters(['tab', 'account']);
  const accounts = useGet('/admin/v1/ledger/accounts', {}, { live: true });
  const money = (amount: string) => (
    <span title={format.exactMoney(amount)}>{format.money(amount)}</span>
  );
  return (
    <Card flush>
      <Loaded of={accounts}>
        {(found) =>
          found.data.length === 0 ? (
            <EmptyState title={t('noEntries')}>{t('noEntriesHint')}</EmptyState>
          ) : (
            <Table<LedgerAccount>
              label={t('accounts')}
              rows={found.data}
              rowKey={(row) => `${row.name} ${row.currency}`}
              onOpen={(row) => set({ tab: 'ledger', account: row.name })}
              columns={[
                { key: 'name', header: t('account'), cell: (row) => row.name },
                {
                  key: 'debits',
                  header: t('debits'),
                  align: 'end',
                  from: 'sm',
                  cell: (row) => money(row.debits),
                },
                {
                  key: 'credits',
                  header: t('credits'),
                  align: 'end',
                  from: 'sm',
                  cell: (row) => money(row.credits),
                },
                {
                  key: 'balance',
                  header: t('accountBalance'),
                  align: 'end',
                  cell: (row) => money(row.balance),
                },
              ]}
            />
          )
        }
      </Loaded>
    </Card>
  );
}
