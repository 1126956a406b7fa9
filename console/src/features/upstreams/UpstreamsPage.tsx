import { useState } from 'react';
import { useGet, usePages } from '@/api/hooks';
import { useCan } from '@/app/session';
import { useFilters } from '@/app/url';
import { useFormat } from '@/format';
import { CallLink } from '@/parts/CallLink';
import {
  Badge,
  Button,
  Card,
  EmptyState,
  Icon,
  Loaded,
  PagedTable,
  PageHeader,
  Table,
  Time,
  type Column,
} from '@/ui';
import type { Upstream } from '../../../generated/schema';
import type { RoutingTarget } from './target';
import { AddProvider } from './AddProvider';
import { Availability } from './Availability';
import { TestDialog } from './TestDialog';
import { UpstreamPanel } from './UpstreamPanel';
import { useWords } from './words';

export const STATE_TONES = {
  healthy: 'good',
  degraded: 'warn',
  failing: 'bad',
  idle: 'neutral',
  drained: 'neutral',
} as const;
type State = keyof typeof STATE_TONES;

const WORST_FIRST: State[] = ['failing', 'degraded', 'drained', 'healthy', 'idle'];

export default function UpstreamsPage() {
  const t = useWords();
  const can = useCan();
  const format = useFormat();
  const [filters, set] = useFilters(['upstream', 'new', 'test'], 'upstream');
  const [testing, setTesting] = useState<Upstream | null>(null);
  const pages = usePages('/admin/v1/upstreams', { query: { limit: 200 } }, { live: true });
  const health = useGet('/admin/v1/routing/upstreams', {}, { live: 3_000 });
  const targets = health.data?.data ?? [];
  const stateOf = (upstream: Upstream): State =>
    WORST_FIRST.find((state) =>
      targets.some((target) => target.upstream_id === upstream.id && target.state === state),
    ) ?? 'idle';
  const columns: Column<Upstream>[] = [
    {
      key: 'name',
      header: t('name'),
      cell: (upstream) => (
        <span className="flex flex-wrap items-center gap-2">
          <span className="font-medium wrap-anywhere">{upstream.name}</span>
          {upstream.shared && <Badge>{t('shared')}</Badge>}
        </span>
      ),
    },
    { key: 'provider', header: t('provider'), cell: (upstream) => upstream.provider, from: 'sm' },
    {
      key: 'state',
      header: t('state'),
      cell: (upstream) => {
        const state = upstream.drained ? 'drained' : stateOf(upstream);
        return <Badge tone={STATE_TONES[state]}>{t(state)}</Badge>;
      },
    },
    {
      key: 'models',
      header: t('models'),
      from: 'md',
      cell: (upstream) => {
        const its = new Set(
          targets.filter((one) => one.upstream_id === upstream.id).flatMap((one) => one.models),
        );
        return its.size === 0 ? (
          <span className="text-muted">{t('noTargets')}</span>
        ) : (
          <span className="break-words">
            {[...its].slice(0, 4).join(', ')}
            {its.size > 4 && ` +${its.size - 4}`}
          </span>
        );
      },
    },
    {
      key: 'credential',
      header: t('credential'),
      from: 'lg',
      cell: (upstream) =>
        upstream.credential_set_at == null ? (
          <span className="text-muted">{t('none')}</span>
        ) : (
          t('set', { ago: format.ago(upstream.credential_set_at) })
        ),
    },
    {
      key: 'test',
      header: '',
      align: 'end',
      cell: (upstream) =>
        can('post_admin_v1_upstreams_id_test') && (
          <Button size="small" onClick={() => setTesting(upstream)}>
            {t('test')}
          </Button>
        ),
    },
  ];
  const add = can('post_admin_v1_upstreams') && (
    <Button look="primary" onClick={() => set({ new: '1' })}>
      <Icon name="plus" />
      {t('add')}
    </Button>
  );
  const open = pages.rows.find((upstream) => upstream.id === filters.upstream);
  return (
    <>
      <PageHeader title={t('title')} actions={add}>
        {t('about')}
      </PageHeader>
      <Card flush>
        <PagedTable
          label={t('title')}
          pages={pages}
          columns={columns}
          rowKey={(upstream) => upstream.id}
          selected={filters.upstream ?? null}
          onOpen={(upstream) => set({ upstream: upstream.id })}
          empty={
            <EmptyState title={t('empty')}>
              {t('emptyHint')}
            </EmptyState>
          }
        />
      </Card>
      <Card
        title={t('health')}
        flush
        className="mt-4"
        actions={
          health.data !== undefined && (
            <span className="text-[0.93rem] text-muted">
              {t('healthHint', {
                n: health.data.calls,
                calls: t('calls', { n: health.data.calls }),
              })}
            </span>
          )
        }
      >
        <Loaded of={health}>
          {(found) =>
            found.data.length === 0 ? (
              <EmptyState title={t('noTargets')} />
            ) : (
              <Table<RoutingTarget>
                label={t('health')}
                rows={found.data}
                rowKey={(target) => `${target.upstream_id}\n${target.model}`}
                columns={healthColumns(t, format)}
              />
            )
          }
        </Loaded>
      </Card>
      <Availability />
      {filters.new !== undefined && (
        <AddProvider
          onClose={() => set({ new: null })}
          onTest={(upstream) => {
            set({ new: null });
            setTesting(upstream);
          }}
        />
      )}
      {open !== undefined && (
        <UpstreamPanel
          key={open.id}
          upstream={open}
          targets={targets.filter((target) => target.upstream_id === open.id)}
          onTest={() => setTesting(open)}
          onClose={() => set({ upstream: null })}
        />
      )}
      {testing !== null && (
        <TestDialog
          upstream={testing}
          targets={targets.filter((target) => target.upstream_id === testing.id)}
          onClose={() => setTesting(null)}
        />
      )}
    </>
  );
}

export function healthColumns(
  t: ReturnType<typeof useWords>,
  format: ReturnType<typeof useFormat>,
  /** the upstream is said where the table stands */
  isOne = false,
): Column<RoutingTarget>[] {
  return [
    {
      key: 'target',
      header: t('target'),
      cell: (target) => (
        <span className="wrap-anywhere">
          {!isOne && <span className="text-muted">{target.upstream} · </span>}
          <span className="font-medium">{target.model}</span>
        </span>
      ),
    },
    {
      key: 'state',
      header: t('state'),
      cell: (target) => <Badge tone={STATE_TONES[target.state]}>{t(target.state)}</Badge>,
    },
    {
      key: 'attempts',
      header: t('attempts'),
      align: 'end',
      from: 'sm',
      cell: (target) => format.number(target.attempts),
    },
    {
      key: 'failed',
      header: t('failed'),
      align: 'end',
      from: 'sm',
      cell: (target) => (
        <span className={target.failures > 0 ? 'text-bad' : 'text-muted'}>
          {format.number(target.failures)}
        </span>
      ),
    },
    {
      key: 'p50',
      header: t('median'),
      align: 'end',
      from: 'md',
      cell: (target) => format.millis(target.p50_ms),
    },
    {
      key: 'p95',
      header: t('slow'),
      align: 'end',
      from: 'lg',
      cell: (target) => format.millis(target.p95_ms),
    },
    {
      key: 'failure',
      header: t('lastFailure'),
      from: 'lg',
      cell: (target) =>
        target.last_failure == null ? (
          <span className="text-muted">–</span>
        ) : (
          <span className="flex flex-wrap items-center gap-x-2">
            <span className="text-bad">
              {target.last_failure.status === 0 ? '' : `${target.last_failure.status} `}
              {target.last_failure.code ?? ''}
            </span>
            <Time at={target.last_failure.at} ago />
            <CallLink id={target.last_failure.request_id} />
          </span>
        ),
    },
  ];
}
