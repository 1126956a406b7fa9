import { SLOW_MILLIS, useGet } from '@/api/hooks';
import { useCan, useSession } from '@/app/session';
import { dateIn } from '@/features/usage/query';
import { useFormat } from '@/format';
import { compareMoney } from '@/format/money';
import { Card, EmptyState, Loaded, Money, Table, TextLink } from '@/ui';
import { customersOf, type Customer } from './customers';
import { useWords } from './words';

/** For whom calls were made: what they cost, and the keys that are theirs alone. */
export function Customers() {
  const t = useWords();
  const can = useCan();
  const me = useSession();
  const format = useFormat();
  const from = dateIn(me?.organization?.time_zone ?? undefined, new Date(), -29);
  const usage = useGet(
    '/admin/v1/usage',
    { query: { from, group_by: 'customer' } },
    { live: SLOW_MILLIS },
  );
  const keys = useGet(
    '/admin/v1/keys',
    { query: { limit: 500 } },
    { live: SLOW_MILLIS, enabled: can('get_admin_v1_keys') },
  );
  const unnamed = (usage.data?.data ?? []).find((row) => row['customer'] === null);
  return (
    <Card flush>
      <Loaded of={usage} lines={6}>
        {(found) => {
          const customers = customersOf(found.data, keys.data?.data ?? []);
          return customers.length === 0 ? (
            <EmptyState title={t('emptyCustomers')}>{t('emptyCustomersHint')}</EmptyState>
          ) : (
            <Table<Customer>
              label={t('customers')}
              rows={customers}
              rowKey={(customer) => customer.name}
              sort={{ key: 'spent', down: true }}
              columns={[
                {
                  key: 'name',
                  header: t('name'),
                  compare: (a, b) => a.name.localeCompare(b.name),
                  cell: (customer) => (
                    <span className="font-medium wrap-anywhere">{customer.name}</span>
                  ),
                },
                {
                  key: 'keys',
                  header: t('ownKeys'),
                  from: 'sm',
                  cell: (customer) => <OwnKeys of={customer} />,
                },
                {
                  key: 'calls',
                  header: t('calls'),
                  align: 'end',
                  compare: (a, b) => a.requests - b.requests,
                  cell: (customer) =>
                    can('get_admin_v1_requests') ? (
                      <TextLink to="/requests" search={{ customer: customer.name } as never}>
                        {format.number(customer.requests)}
                      </TextLink>
                    ) : (
                      format.number(customer.requests)
                    ),
                },
                {
                  key: 'spent',
                  header: t('spent'),
                  align: 'end',
                  compare: (a, b) => compareMoney(a.usd, b.usd),
                  cell: (customer) => (
                    <TextLink
                      to="/usage"
                      search={{ customer: customer.name, group: 'model' } as never}
                    >
                      <Money usd={customer.usd} />
                    </TextLink>
                  ),
                },
              ]}
            />
          );
        }}
      </Loaded>
      {unnamed !== undefined && (
        <p className="border-t border-line px-3 py-2 sm:px-4 text-muted">
          {t('unnamed', {
            n: unnamed.requests,
            calls: format.number(unnamed.requests),
            usd: format.money(unnamed.usd),
          })}{' '}
          {t('naming')}
        </p>
      )}
    </Card>
  );
}

function OwnKeys({ of: { keys } }: { of: Customer }) {
  return keys.length === 0 ? (
    <span className="text-muted">–</span>
  ) : (
    <span className="flex flex-wrap gap-x-3">
      {keys.map(({ id, label }) => (
        <TextLink key={id} to="/keys" search={{ key: id } as never} className="wrap-anywhere">
          {label}
        </TextLink>
      ))}
    </span>
  );
}
