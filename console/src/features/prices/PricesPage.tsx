import { useDeferredValue, useMemo, useState } from 'react';
import { useGet } from '@/api/hooks';
import { useFilters } from '@/app/url';
import { useFormat } from '@/format';
import { pico } from '@/format/money';
import { Search } from '@/parts/Search';
import {
  Badge,
  Button,
  Card,
  Checkbox,
  EmptyState,
  Loaded,
  PageHeader,
  Select,
  Table,
  type Column,
} from '@/ui';
import { Comparison, MODELS_MAX } from './Comparison';
import { exampleOf, idOf, rateOf, type PricingRow } from './example';
import { PricePanel } from './PricePanel';
import { useWords } from './words';

const SHOWN = 60;

export default function PricesPage() {
  const t = useWords();
  const catalogue = useGet('/api/pricing');
  return (
    <>
      <PageHeader title={t('title')}>
        {t('about')}
        {catalogue.data !== undefined && ` ${t('book', { version: catalogue.data.version })}.`}
      </PageHeader>
      <Loaded of={catalogue} lines={10}>
        {(found) => <Catalogue rows={found.data} />}
      </Loaded>
    </>
  );
}

function Catalogue({ rows }: { rows: PricingRow[] }) {
  const t = useWords();
  const format = useFormat();
  const [filters, set] = useFilters(['search', 'mode', 'vendor', 'all', 'compare', 'row']);
  const [most, setMost] = useState(SHOWN);
  const part = useDeferredValue((filters.search ?? '').toLowerCase());
  const chosen = (filters.compare ?? '').split(',').filter((id) => id !== '');
  const modes = useMemo(() => [...new Set(rows.map((row) => row.mode))].sort(), [rows]);
  const vendors = useMemo(() => [...new Set(rows.map((row) => row.vendor))].sort(), [rows]);
  const onlyFirst = filters.all === undefined;
  const shown = useMemo(
    () =>
      rows.filter(
        (row) =>
          (filters.mode === undefined || row.mode === filters.mode) &&
          (filters.vendor === undefined || row.vendor === filters.vendor) &&
          (!onlyFirst || row.first_party || row.provider === 'simulator') &&
          (part === '' || `${row.provider}/${row.model_name}`.toLowerCase().includes(part)),
      ),
    [rows, filters.mode, filters.vendor, onlyFirst, part],
  );
  const toggle = (id: string) =>
    set({
      compare: (chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])
        .slice(0, MODELS_MAX)
        .join(','),
    });
  const rate = (unit: string) => (row: PricingRow) => {
    const price = rateOf(row, unit);
    return price === null ? <span className="text-muted">–</span> : format.exactMoney(price);
  };
  const byRate = (unit: string) => (a: PricingRow, b: PricingRow) => {
    const of = (row: PricingRow) => pico(rateOf(row, unit) ?? '') ?? -1n;
    return of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0;
  };
  const columns: Column<PricingRow>[] = [
    {
      key: 'model',
      header: t('model'),
      cell: (row) => (
        <span className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium break-all">{row.model_name}</span>
          <Badge>{row.mode.replaceAll('_', ' ')}</Badge>
          {row.lifecycle !== 'active' && <Badge tone="warn">{t(row.lifecycle)}</Badge>}
          {!row.priced && <Badge tone="bad">{t('unpriced')}</Badge>}
        </span>
      ),
      compare: (a, b) => a.model_name.localeCompare(b.model_name),
    },
    {
      key: 'provider',
      header: t('provider'),
      from: 'sm',
      cell: (row) => row.provider,
      compare: (a, b) => a.provider.localeCompare(b.provider),
    },
    {
      key: 'input',
      header: `${t('input')} / Mtok`,
      align: 'end',
      from: 'md',
      cell: rate('input_per_mtok'),
      compare: byRate('input_per_mtok'),
    },
    {
      key: 'output',
      header: `${t('output')} / Mtok`,
      align: 'end',
      from: 'md',
      cell: rate('output_per_mtok'),
      compare: byRate('output_per_mtok'),
    },
    {
      key: 'example',
      header: t('example'),
      from: 'lg',
      cell: (row) => {
        const example = exampleOf(row);
        return example === null ? (
          <span className="text-muted">{t('dependent')}</span>
        ) : (
          <span>
            <span className="tabular font-medium">{format.money(example.usd)}</span>{' '}
            <span className="text-[0.93rem] text-muted">{t(example.kind)}</span>
          </span>
        );
      },
    },
    {
      key: 'compare',
      header: '',
      align: 'end',
      cell: (row) => {
        const id = idOf(row);
        const on = chosen.includes(id);
        return (
          <Button
            size="small"
            look={on ? 'primary' : 'quiet'}
            aria-pressed={on}
            title={on ? t('remove') : t('add')}
            disabled={!on && chosen.length >= MODELS_MAX}
            onClick={() => toggle(id)}
          >
            {t('compare')}
          </Button>
        );
      },
    },
  ];
  const open = rows.find((row) => idOf(row) === filters.row);
  return (
    <div className="flex flex-col gap-4">
      <Comparison
        chosen={chosen}
        onRemove={toggle}
        onClear={() => set({ compare: null })}
      />
      <Card flush>
        <div className="grid grid-cols-2 items-center gap-2 border-b border-line p-3 sm:flex sm:flex-wrap">
          <Search
            label={t('search')}
            value={filters.search ?? ''}
            onChange={(search) => set({ search })}
            className="col-span-2 sm:w-64"
          />
          <Select
            label={t('kind')}
            hideLabel
            value={filters.mode ?? ''}
            onChange={(event) => set({ mode: event.target.value })}
            choices={[
              { value: '', label: t('anyKind') },
              ...modes.map((mode) => ({ value: mode, label: mode.replaceAll('_', ' ') })),
            ]}
            className="sm:w-44"
          />
          <Select
            label={t('vendor')}
            hideLabel
            value={filters.vendor ?? ''}
            onChange={(event) => set({ vendor: event.target.value })}
            choices={[
              { value: '', label: t('anyVendor') },
              ...vendors.map((vendor) => ({ value: vendor, label: vendor })),
            ]}
            className="sm:w-44"
          />
          <Checkbox
            label={t('first')}
            checked={onlyFirst}
            onChange={(event) => set({ all: event.target.checked ? null : '1' })}
            className="col-span-2"
          />
          <span className="col-span-2 text-muted sm:ml-auto">
            {t('found', { n: format.number(shown.length), total: format.number(rows.length) })}
          </span>
        </div>
        {shown.length === 0 ? (
          <EmptyState title={t('none')}>{t('noneHint')}</EmptyState>
        ) : (
          <Table
            label={t('title')}
            rows={shown.slice(0, most)}
            rowKey={idOf}
            columns={columns}
            selected={filters.row ?? null}
            onOpen={(row) => set({ row: idOf(row) })}
          />
        )}
        {shown.length > most && (
          <div className="border-t border-line p-2 text-center">
            <Button size="small" look="quiet" onClick={() => setMost(most + 200)}>
              {t('more')}
            </Button>
          </div>
        )}
      </Card>
      {open !== undefined && <PricePanel row={open} onClose={() => set({ row: null })} />}
    </div>
  );
}
