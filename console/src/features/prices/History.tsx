// What the model cost before, and what it will: prices set here, imported ones, and the book this
// build came with.
import { useGet } from '@/api/hooks';
import { useFormat } from '@/format';
import { Badge, Loaded, Table } from '@/ui';
import { priceRows } from './conditions';
import type { PricingRow } from './example';
import { useWords } from './words';

const MOST = 100;

interface Entry {
  id: string;
  /** null: the book this build came with, which holds until another price does */
  from: string | null;
  version: string;
  whose: string;
  source: string | null;
  /** null: another price took its place, and the catalogue tells of that one */
  price: unknown;
}

export function History({ of }: { of: PricingRow }) {
  const t = useWords();
  const format = useFormat();
  const book = useGet('/admin/v1/prices/book');
  const set = useGet('/admin/v1/prices', {
    query: { provider: of.provider, model: of.model_name, limit: MOST },
  });
  /** The usual price in a line, and how many others there are. */
  const summary = (price: unknown) => {
    const rows = priceRows(price);
    const usual = rows.find(({ when }) => when.length === 0);
    const others = rows.length - (usual === undefined ? 0 : 1);
    return [
      ...[...(usual?.rates ?? [])].map(
        ([unit, { usd }]) => `${t(unit as 'per_image')} ${format.exactMoney(usd)}`,
      ),
      ...(others === 0 ? [] : [t('historyOthers', { n: others })]),
    ].join(' · ');
  };
  return (
    <section>
      <h3 className="font-semibold">{t('history')}</h3>
      <p className="mb-1.5 text-muted">{t('historyText')}</p>
      <div className="rounded-md border border-line">
        <Loaded of={set} lines={2}>
          {({ data }) => {
            const entries = data
              .map((one): Entry => ({
                id: one.id,
                from: one.effective_at,
                version: one.version,
                whose: t(
                  one.owned_by_file ? 'fromFile' : one.shared ? 'ofInstallation' : 'ofOrganization',
                ),
                source: one.source ?? null,
                price: one.price,
              }))
              .sort((a, b) => (b.from ?? '').localeCompare(a.from ?? ''));
            const shipped: Entry = {
              id: 'shipped',
              from: null,
              version: t('book', { version: book.data?.shipped_version ?? '…' }),
              whose: t('shipped'),
              source: null,
              price: data.length === 0 ? of.native_price : null,
            };
            return (
              <Table<Entry>
                label={t('history')}
                rows={[...entries, shipped]}
                rowKey={(entry) => entry.id}
                columns={[
                  {
                    key: 'from',
                    header: t('historyFrom'),
                    className: 'align-top whitespace-nowrap',
                    cell: ({ from }) => (
                      <span title={from === null ? undefined : format.time(from, 'full')}>
                        {from === null ? '–' : format.time(from, 'date')}
                      </span>
                    ),
                  },
                  {
                    key: 'price',
                    header: t('historyWhat'),
                    cell: (entry) => (
                      <>
                        <span className="flex flex-wrap items-center gap-x-2">
                          <span className="break-all">{entry.version}</span>
                          <Badge>{entry.whose}</Badge>
                        </span>
                        {entry.price !== null && (
                          <span className="block text-[0.93rem] text-muted">
                            {summary(entry.price)}
                          </span>
                        )}
                        {entry.source !== null && (
                          <span className="block text-[0.93rem] break-words text-muted">
                            {entry.source}
                          </span>
                        )}
                      </>
                    ),
                  },
                ]}
              />
            );
          }}
        </Loaded>
      </div>
    </section>
  );
}
