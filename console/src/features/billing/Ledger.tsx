import { usePages } from '@/api/hooks';
import { useFilters } from '@/app/url';
import { useFormat } from '@/format';
import { Actor } from '@/parts/Actor';
import { CallLink } from '@/parts/CallLink';
import { Badge, Button, Card, EmptyState, PagedTable, Select, TextField, Time } from '@/ui';
import type { LedgerEntry } from '../../../generated/schema';
import { useWords } from './words';

const KINDS = [
  'topup',
  'charge',
  'provider_cost',
  'absorbed',
  'refund',
  'adjustment',
  'credit',
  'expiry',
] as const;
const ACCOUNTS = [
  'wallet',
  'revenue',
  'provider_cost',
  'provider_payable',
  'operator_absorbed',
  'cash',
  'refunds',
  'adjustments',
];

/** What a kind is called; `refund` and `absorbed` are also words of their own on this page. */
export function useKind() {
  const t = useWords();
  return (kind: string) => {
    switch (kind) {
      case 'refund':
        return t('refundKind');
      case 'absorbed':
        return t('absorbedKind');
      case 'topup':
      case 'charge':
      case 'provider_cost':
      case 'adjustment':
      case 'credit':
      case 'expiry':
      case 'hold':
      case 'release':
        return t(kind);
      default:
        return kind;
    }
  };
}

const TONES: Record<string, 'good' | 'accent' | 'neutral' | 'warn'> = {
  topup: 'good',
  credit: 'good',
  charge: 'accent',
  refund: 'warn',
  adjustment: 'warn',
};

/** What an entry is of: the call it leads back to, or a payment and its reason. */
function What({ of: { request_id: call, reference, reason } }: { of: LedgerEntry }) {
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      {call != null && <CallLink id={call} />}
      {reference != null && <span className="break-all">{reference}</span>}
      {reason != null && <span className="text-muted">{reason}</span>}
    </span>
  );
}

export function Ledger() {
  const t = useWords();
  const kindName = useKind();
  const format = useFormat();
  const [filters, set] = useFilters(['kind', 'account', 'from', 'to', 'request_id']);
  const pages = usePages(
    '/admin/v1/ledger/entries',
    { query: { ...filters } },
    { live: true },
  );
  const filtered = Object.keys(filters).length > 0;
  return (
    <Card flush>
      <div className="grid grid-cols-2 items-end gap-2 border-b border-line p-3 sm:flex sm:flex-wrap">
        <Select
          label={t('kind')}
          value={filters.kind ?? ''}
          onChange={(event) => set({ kind: event.target.value })}
          choices={[
            { value: '', label: t('anyKind') },
            ...KINDS.map((kind) => ({ value: kind, label: kindName(kind) })),
          ]}
          className="sm:w-44"
        />
        <Select
          label={t('account')}
          value={filters.account ?? ''}
          onChange={(event) => set({ account: event.target.value })}
          choices={[
            { value: '', label: t('anyAccount') },
            ...ACCOUNTS.map((name) => ({ value: name, label: name })),
          ]}
          className="sm:w-48"
        />
        <TextField
          label={t('from')}
          type="date"
          value={filters.from ?? ''}
          onChange={(event) => set({ from: event.target.value })}
          className="sm:w-40"
        />
        <TextField
          label={t('to')}
          type="date"
          value={filters.to ?? ''}
          onChange={(event) => set({ to: event.target.value })}
          className="sm:w-40"
        />
        {filters.request_id !== undefined && (
          <span className="col-span-2 flex items-center gap-2 rounded bg-accent-soft px-2 py-1 text-accent-ink">
            {t('ofCall', { id: filters.request_id })}
            <Button size="small" look="quiet" onClick={() => set({ request_id: null })}>
              {t('clear')}
            </Button>
          </span>
        )}
      </div>
      <PagedTable<LedgerEntry>
        label={t('ledger')}
        pages={pages}
        rowKey={(entry) => entry.id}
        columns={[
          { key: 'at', header: t('at'), cell: (entry) => <Time at={entry.at} /> },
          {
            key: 'kind',
            header: t('kind'),
            cell: (entry) => (
              <>
                <Badge tone={TONES[entry.kind] ?? 'neutral'}>{kindName(entry.kind)}</Badge>
                <span className="mt-0.5 block md:hidden">
                  <What of={entry} />
                </span>
              </>
            ),
          },
          {
            key: 'movement',
            header: t('movement'),
            from: 'sm',
            cell: (entry) => (
              <span className="text-muted">
                {entry.debit} → {entry.credit}
              </span>
            ),
          },
          {
            key: 'what',
            header: `${t('call')} / ${t('reference')}`,
            from: 'md',
            cell: (entry) => <What of={entry} />,
          },
          {
            key: 'actor',
            header: t('actor'),
            from: 'xl',
            cell: (entry) => (entry.actor == null ? '' : <Actor name={entry.actor} />),
          },
          {
            key: 'amount',
            header: t('amount'),
            align: 'end',
            cell: (entry) => (
              <span title={format.exactMoney(entry.amount)}>{format.money(entry.amount)}</span>
            ),
          },
        ]}
        empty={
          <EmptyState title={t('noEntries')}>
            {filtered ? t('noMatch') : t('noEntriesHint')}
          </EmptyState>
        }
      />
    </Card>
  );
}
