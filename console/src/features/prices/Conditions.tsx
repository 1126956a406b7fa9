// What calls of other kinds cost: one line for each kind, one column for each unit.
import { useFormat } from '@/format';
import { cx, Table, type Column } from '@/ui';
import { priceRows, unitsThatDiffer, type PriceRow, type Rate } from './conditions';
import { useWords } from './words';

/** When a row holds, in words. */
function useWhen() {
  const t = useWords();
  const format = useFormat();
  return ({ when }: PriceRow): string => {
    const said = when.map(({ kind, value }) => {
      if (kind === 'above') {
        return t('above', { n: format.number(value) });
      }
      if (kind === 'audio' || kind === 'video_input') {
        return t(`of_${kind}_${value === 'true' ? 'yes' : 'no'}`);
      }
      const key = `of_${kind}`;
      // a condition that is newer than this page
      const text = t(key as 'of_region', { value });
      return text === key ? `${kind.replaceAll('_', ' ')} ${value}` : text;
    });
    return said.length === 0 ? t('usual') : said.join(', ');
  };
}

export function Conditions({ native }: { native: unknown }) {
  const t = useWords();
  const format = useFormat();
  const when = useWhen();
  const unitWord = (unit: string) => t(unit as 'per_image');
  const rows = priceRows(native);
  const units = unitsThatDiffer(rows);
  if (units.length === 0) {
    return null;
  }
  const isList = units.length > 1;
  const price = (rate: Rate | undefined) =>
    rate === undefined ? (
      <span className="text-muted">–</span>
    ) : (
      <span className={cx(!rate.own && 'text-muted')} title={rate.own ? undefined : t('asUsual')}>
        {format.exactMoney(rate.usd)}
      </span>
    );
  const columns: Column<PriceRow>[] = [
    {
      key: 'when',
      header: t('when'),
      className: 'align-top min-w-36',
      cell: (row) => (
        <>
          <span className={cx(row.when.length === 0 && 'font-medium')}>{when(row)}</span>
          {/* a phone has no room for many columns */}
          {isList && (
            <span className="mt-1 flex flex-col sm:hidden">
              {units.map((unit) => (
                <span key={unit} className="flex justify-between gap-3">
                  <span className="text-muted">{unitWord(unit)}</span>
                  <span className="tabular">{price(row.rates.get(unit))}</span>
                </span>
              ))}
            </span>
          )}
        </>
      ),
    },
    ...units.map((unit): Column<PriceRow> => ({
      key: unit,
      header: unitWord(unit),
      align: 'end',
      className: 'align-top',
      ...(isList ? { from: 'sm' as const } : {}),
      cell: (row) => price(row.rates.get(unit)),
    })),
  ];
  return (
    <section>
      <h3 className="font-semibold">{t('conditions')}</h3>
      <p className="mb-1.5 text-muted">
        {units.some((unit) => unit.endsWith('_per_mtok')) ? t('conditionsTokens') : t('conditionsText')}
      </p>
      <div className="rounded-md border border-line">
        <Table<PriceRow>
          label={t('conditions')}
          rows={rows}
          rowKey={(row) => row.when.map(({ kind, value }) => `${kind}=${value}`).join(' ')}
          columns={columns}
        />
      </div>
    </section>
  );
}
