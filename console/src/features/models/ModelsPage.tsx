import { useState } from 'react';
import { useGet, usePages } from '@/api/hooks';
import { useCan } from '@/app/session';
import { useFilters } from '@/app/url';
import {
  Badge,
  Button,
  ButtonLink,
  Card,
  EmptyState,
  Icon,
  PagedTable,
  PageHeader,
  TextField,
  type Column,
} from '@/ui';
import type { Model } from '../../../generated/schema';
import { ModelForm } from './ModelForm';
import { ModelPanel } from './ModelPanel';
import { useWords } from './words';

export default function ModelsPage() {
  const t = useWords();
  const can = useCan();
  const [filters, set] = useFilters(['model', 'new', 'upstream'], 'model');
  const [part, setPart] = useState('');
  const pages = usePages('/admin/v1/models', { query: { limit: 500 } }, { live: true });
  const upstreams = useGet('/admin/v1/upstreams', { query: { limit: 500 } });
  const rows = pages.rows.filter((model) => model.name.toLowerCase().includes(part.toLowerCase()));
  const columns: Column<Model>[] = [
    {
      key: 'name',
      header: t('name'),
      cell: (model) => <span className="font-medium wrap-anywhere">{model.name}</span>,
      compare: (a, b) => a.name.localeCompare(b.name),
    },
    {
      key: 'modes',
      header: t('modes'),
      from: 'md',
      cell: (model) => model.modes.map((mode) => mode.replaceAll('_', ' ')).join(', '),
      compare: (a, b) => a.modes.join().localeCompare(b.modes.join()),
    },
    {
      key: 'targets',
      header: t('targets'),
      className: 'min-w-28',
      cell: (model) => (
        <span className="flex flex-col">
          {model.targets.slice(0, 3).map((target, at) => (
            <span key={at} className="wrap-anywhere">
              {target.upstream}
              <span className="text-muted"> · {target.model}</span>
            </span>
          ))}
          {model.targets.length > 3 && (
            <span className="text-muted">+{model.targets.length - 3}</span>
          )}
        </span>
      ),
    },
    {
      key: 'strategy',
      header: t('strategy'),
      from: 'md',
      cell: (model) => (model.targets.length > 1 ? t(model.strategy) : ''),
    },
    {
      key: 'price',
      header: t('price'),
      from: 'md',
      cell: (model) => (model.price == null ? t('priceBook') : t('priceOwn')),
    },
    {
      key: 'state',
      header: t('state'),
      cell: (model) => (
        <Badge tone={model.priced ? 'good' : 'warn'}>{t(model.priced ? 'ready' : 'unpriced')}</Badge>
      ),
    },
  ];
  const none = upstreams.data !== undefined && upstreams.data.data.length === 0;
  const make = can('post_admin_v1_models') && !none && (
    <Button look="primary" onClick={() => set({ new: '1' })}>
      <Icon name="plus" />
      {t('create')}
    </Button>
  );
  const open = pages.rows.find(
    (model) => model.id === filters.model || model.name === filters.model,
  );
  return (
    <>
      <PageHeader title={t('title')} actions={make}>
        {t('about')}
      </PageHeader>
      <Card flush>
        {pages.rows.length > 8 && (
          <div className="border-b border-line p-3">
            <TextField
              label={t('search')}
              hideLabel
              type="search"
              placeholder={t('search')}
              value={part}
              onChange={(event) => setPart(event.target.value)}
              className="sm:w-64"
            />
          </div>
        )}
        <PagedTable
          label={t('title')}
          pages={{ ...pages, rows }}
          columns={columns}
          rowKey={(model) => model.id}
          selected={open?.id ?? null}
          onOpen={(model) => set({ model: model.id })}
          empty={
            part !== '' ? (
              <EmptyState
                title={t('noMatch')}
                action={<Button onClick={() => setPart('')}>{t('showAll')}</Button>}
              />
            ) : none && can('post_admin_v1_upstreams') ? (
              <EmptyState
                title={t('empty')}
                action={
                  <ButtonLink look="primary" to="/upstreams" search={{ new: '1' } as never}>
                    {t('addProvider')}
                  </ButtonLink>
                }
              >
                {t('noUpstream')}
              </EmptyState>
            ) : (
              <EmptyState title={t('empty')}>
                {t('emptyHint')}
              </EmptyState>
            )
          }
        />
      </Card>
      {filters.new !== undefined && (
        <ModelForm
          upstream={filters.upstream}
          onClose={() => set({ new: null, upstream: null })}
        />
      )}
      {open !== undefined && (
        <ModelPanel key={open.id} model={open} onClose={() => set({ model: null })} />
      )}
    </>
  );
}
