import { useGet, usePages } from '@/api/hooks';
import { useFilters } from '@/app/url';
import { useFormat } from '@/format';
import { Search } from '@/parts/Search';
import {
  Badge,
  Button,
  Card,
  Checkbox,
  EmptyState,
  PagedTable,
  PageHeader,
  Select,
  type Column,
} from '@/ui';
import { Comparison, MODELS_MAX } from './Comparison';
import { exampleOf, idOf, rateOf, type PricingRow } from './example';
import { PricePanel } from './PricePanel';
import { useWords } from './words';

const MODES = [
  'chat',
  'responses',
  'completion',
  'embedding',
  'image_generation',
  'image_edit',
  'video_generation',
  'audio_transcription',
  'audio_speech',
  'realtime',
  'rerank',
  'moderation',
  'search',
  'ocr',
];

export default function PricesPage() {
  const t = useWords();
  const format = useFormat();
  const book = useGet('/admin/v1/prices/book');
  const [filters, set] = useFilters(['search', 'mode', 'all', 'compare', 'row'], 'row');
  const chosen = (filters.compare ?? '').split(',').filter((id) => id !== '');
  const onlyFirst = filters.all === undefined;
  const pages = usePages('/admin/v1/prices/catalogue', {
    query: {
      ...(filters.search === undefined ? {} : { search: filters.search }),
      ...(filters.mode === undefined ? {} : { mode: filters.mode }),
      ...(onlyFirst ? { first_party: true } : {}),
    },
  });
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
          <span className="w-full lg:hidden">
            <Example of={row} />
          </span>
        </span>
      ),
    },
    {
      key: 'provider',
      header: t('provider'),
      from: 'sm',
      cell: (row) => row.provider,
    },
    {
      key: 'input',
      header: `${t('input')} / Mtok`,
      align: 'end',
      from: 'md',
      cell: rate('input_per_mtok'),
    },
    {
      key: 'output',
      header: `${t('output')} / Mtok`,
      align: 'end',
      from: 'md',
      cell: rate('output_per_mtok'),
    },
    {
      key: 'example',
      header: t('example'),
      from: 'lg',
      cell: (row) => <Example of={row} />,
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
  return (
    <>
      <PageHeader title={t('title')}>
        {t('about')}
        {book.data !== undefined && ` ${t('book', { version: book.data.shipped_version })}.`}
      </PageHeader>
      <div className="flex flex-col gap-4">
        <Comparison chosen={chosen} onRemove={toggle} onClear={() => set({ compare: null })} />
        <Card flush>
          <div className="grid grid-cols-2 items-center gap-2 border-b border-line p-3 sm:flex sm:flex-wrap">
            <Search
              label={t('search')}
              value={filters.search ?? ''}
              onChange={(search) => set({ search })}
              className="col-span-2 sm:w-72"
            />
            <Select
              label={t('kind')}
              hideLabel
              value={filters.mode ?? ''}
              onChange={(event) => set({ mode: event.target.value })}
              choices={[
                { value: '', label: t('anyKind') },
                ...MODES.map((mode) => ({ value: mode, label: mode.replaceAll('_', ' ') })),
              ]}
              className="col-span-2 sm:w-52"
            />
            <Checkbox
              label={t('first')}
              checked={onlyFirst}
              onChange={(event) => set({ all: event.target.checked ? null : '1' })}
              className="col-span-2"
            />
          </div>
          <PagedTable
            label={t('title')}
            pages={pages}
            rowKey={idOf}
            columns={columns}
            selected={filters.row ?? null}
            onOpen={(row) => set({ row: idOf(row) })}
            empty={<EmptyState title={t('none')}>{t('noneHint')}</EmptyState>}
          />
        </Card>
        {filters.row !== undefined && (
          <PricePanel key={filters.row} id={filters.row} onClose={() => set({ row: null })} />
        )}
      </div>
    </>
  );
}

function Example({ of }: { of: PricingRow }) {
  const t = useWords();
  const format = useFormat();
  const example = exampleOf(of);
  return example === null ? (
    <span className="text-muted">{t('dependent')}</span>
  ) : (
    <span>
      <span className="tabular font-medium">{format.money(example.usd)}</span>{' '}
      <span className="text-[0.93rem] text-muted">{t(example.kind)}</span>
    </span>
  );
}
