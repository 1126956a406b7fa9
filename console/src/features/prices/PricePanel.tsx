import { useGet } from '@/api/hooks';
import { useFormat } from '@/format';
import { Badge, Dialog, EmptyState, Facts, Loaded, Table } from '@/ui';
import { Conditions } from './Conditions';
import { exampleOf, type PricingRow } from './example';
import { History } from './History';
import { useWords } from './words';

type Unit = PricingRow['pricing_units'][number];

/** One row of the catalogue: every unit in words, an example, where the figures come from. */
export function PricePanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useWords();
  const slash = id.indexOf('/');
  const [provider, model] = [id.slice(0, slash), id.slice(slash + 1)];
  const found = useGet('/admin/v1/prices/catalogue', { query: { provider, model } });
  return (
    <Dialog title={model} onClose={onClose} side>
      <Loaded of={found} lines={8}>
        {({ data: [row] }) =>
          row === undefined ? <EmptyState title={t('none')} /> : <Detail row={row} />
        }
      </Loaded>
    </Dialog>
  );
}

function Detail({ row }: { row: PricingRow }) {
  const t = useWords();
  const format = useFormat();
  const example = exampleOf(row);
  return (
      <div className="flex flex-col gap-5">
        <div className="flex flex-wrap gap-2">
          <Badge>{row.provider}</Badge>
          <Badge>{row.mode.replaceAll('_', ' ')}</Badge>
          <Badge tone={row.lifecycle === 'active' ? 'good' : 'warn'}>{t(row.lifecycle)}</Badge>
        </div>
        {!row.priced && (
          <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">{row.unpriced_reason}</p>
        )}
        <div className="rounded-md bg-sunken px-4 py-3">
          {example === null ? (
            t('exampleNone')
          ) : (
            <>
              <div className="text-muted">{t(example.kind)}</div>
              <div className="tabular text-[1.57rem] leading-tight font-semibold">
                {format.exactMoney(example.usd)}
              </div>
            </>
          )}
        </div>
        <section>
          <h3 className="mb-1.5 font-semibold">{t('units')}</h3>
          <div className="rounded-md border border-line">
            <Table<Unit>
              label={t('units')}
              rows={row.pricing_units}
              rowKey={(unit) => unit.unit}
              columns={[
                {
                  key: 'meaning',
                  header: t('meaning'),
                  cell: (unit) => (
                    <span>
                      {unit.meaning}
                      <code className="block font-mono text-[0.86rem] text-muted">{unit.unit}</code>
                    </span>
                  ),
                },
                {
                  key: 'price',
                  header: t('price'),
                  align: 'end',
                  cell: (unit) =>
                    unit.price == null ? t('dependent') : format.exactMoney(unit.price),
                },
              ]}
            />
          </div>
        </section>
        <Conditions native={row.native_price} />
        <Facts
          of={[
            [t('vendor'), row.vendor],
            [t('context'), format.number(row.limits.context_window)],
            [t('maxOutput'), format.number(row.limits.max_output_tokens)],
            [t('families'), row.endpoint_families.join(', ')],
            [t('capabilities'), row.capabilities.join(', ') || '–'],
            [t('availability'), row.availability.label],
            ...(row.retires_on == null
              ? []
              : ([[t(row.lifecycle === 'retired' ? 'retiredOn' : 'retires'), format.time(row.retires_on, 'date')]] as [string, string][])),
            [t('source'), `${row.source} ${row.source_version}`],
            [t('checked'), format.time(row.checked_on, 'date')],
          ]}
        />
        <History of={row} />
      </div>
  );
}
