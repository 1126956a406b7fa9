import { useGet, usePages } from '@/api/hooks';
import { useCan } from '@/app/session';
import { useFilters } from '@/app/url';
import { useFormat } from '@/format';
import { useKeyLabel, useTeamName } from '@/parts/names';
import {
  Badge,
  Button,
  Card,
  EmptyState,
  Icon,
  Meter,
  PagedTable,
  PageHeader,
  Time,
  type Column,
} from '@/ui';
import type { Quota, QuotaState } from '../../../generated/schema';
import { OUTLOOK_TONES, outlookOf, share, useAmount } from './amounts';
import { QuotaForm } from './QuotaForm';
import { QuotaPanel } from './QuotaPanel';
import { WouldPass } from './WouldPass';
import { useWords } from './words';

/** What a rule applies to, in words: `staging · gpt-5-mini`. */
export function useScopeText(quotas: readonly Quota[]) {
  const t = useWords();
  const teamName = useTeamName();
  const keyLabel = useKeyLabel(
    quotas.map((quota) => quota.scope.key).filter((key): key is string => typeof key === 'string'),
  );
  return (quota: Quota) => {
    const { team, key, environment, model } = quota.scope;
    const parts = [
      team == null ? null : `${t('team')} ${teamName(team)}`,
      // a key that one may not see has no label here
      key == null ? null : keyLabel(key) === key ? t('otherKey') : `${t('key')} ${keyLabel(key)}`,
      environment ?? null,
      model ?? null,
    ].filter((part) => part !== null);
    return parts.length === 0 ? t('everyone') : parts.join(' · ');
  };
}

export function useWindowText() {
  const t = useWords();
  return (quota: Quota) =>
    quota.window.lifetime === true || quota.window.calendar == null
      ? t('lifetime')
      : t('per', { span: t(quota.window.calendar) });
}

export default function QuotasPage() {
  const t = useWords();
  const can = useCan();
  const amount = useAmount();
  const [filters, set] = useFilters(['quota', 'new', 'pass'], 'quota');
  const making = filters.new !== undefined;
  const pages = usePages('/admin/v1/quotas', { query: { limit: 200 } }, { live: true });
  const seesStates = can('get_admin_v1_quota_states');
  const states = useGet('/admin/v1/quota-states', {}, { live: true, enabled: seesStates });
  const scopeText = useScopeText(pages.rows);
  const windowText = useWindowText();
  const standing = new Map((states.data?.data ?? []).map((state) => [state.quota, state]));
  const open = pages.rows.find((quota) => quota.id === filters.quota);
  const columns: Column<Quota>[] = [
    {
      key: 'name',
      header: t('name'),
      className: 'min-w-36',
      cell: (quota) => (
        <span className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium wrap-anywhere">{quota.name}</span>
          {quota.shadow && <Badge>{t('shadow')}</Badge>}
          <span className="w-full text-[0.93rem] text-muted">
            {amount(quota.limit, quota.unit)} {quota.unit === 'usd' ? '' : t(quota.unit as 'requests')}{' '}
            {windowText(quota)}
          </span>
        </span>
      ),
    },
    {
      key: 'scope',
      header: t('scope'),
      className: 'min-w-30 wrap-anywhere',
      cell: scopeText,
      from: 'lg',
    },
    ...(seesStates
      ? ([
          {
            key: 'used',
            header: t('used'),
            className: 'min-w-36 w-64',
            cell: (quota) => <Used of={standing.get(quota.id)} />,
          },
          {
            key: 'left',
            header: t('left'),
            align: 'end',
            from: 'md',
            cell: (quota) => amount(standing.get(quota.id)?.remaining, quota.unit),
          },
          {
            key: 'outlook',
            header: t('outlook'),
            from: 'sm',
            cell: (quota) => <OutlookBadge of={standing.get(quota.id)} />,
          },
          {
            key: 'resets',
            header: t('resets'),
            from: 'md',
            cell: (quota) => {
              const resets = standing.get(quota.id)?.resets_at;
              return resets == null ? (
                <span className="text-muted">{t('never')}</span>
              ) : (
                <Time at={resets} ago />
              );
            },
          },
        ] satisfies Column<Quota>[])
      : []),
  ];
  const make = can('post_admin_v1_quotas') && (
    <Button look="primary" onClick={() => set({ new: '1' })}>
      <Icon name="plus" />
      {t('create')}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          <>
            {can('post_admin_v1_estimate') && (
              <Button onClick={() => set({ pass: '1' })}>{t('wouldPass')}</Button>
            )}
            {make}
          </>
        }
      >
        {t('about')}
      </PageHeader>
      <Card flush>
        <PagedTable
          label={t('title')}
          pages={pages}
          columns={columns}
          rowKey={(quota) => quota.id}
          onOpen={(quota) => set({ quota: quota.id })}
          selected={filters.quota ?? null}
          empty={
            <EmptyState title={t('empty')}>
              {t(can('post_admin_v1_quotas') ? 'emptyHint' : 'emptyOthers')}
            </EmptyState>
          }
        />
      </Card>
      {making && (
        <QuotaForm
          onClose={() => set({ new: null })}
        />
      )}
      {open !== undefined && (
        <QuotaPanel
          key={open.id}
          quota={open}
          state={standing.get(open.id)}
          scope={scopeText(open)}
          window={windowText(open)}
          onClose={() => set({ quota: null })}
        />
      )}
      {filters.pass !== undefined && <WouldPass onClose={() => set({ pass: null })} />}
    </>
  );
}

function Used({ of }: { of: QuotaState | undefined }) {
  const t = useWords();
  const amount = useAmount();
  if (of === undefined) {
    return <span className="text-muted">…</span>;
  }
  return (
    <span className="flex flex-col gap-1">
      <Meter
        label={t('ofLimit', { used: amount(of.used, of.unit), limit: amount(of.limit, of.unit) })}
        used={share(of.used, of.limit)}
        held={share(of.held, of.limit)}
      />
      <span className="tabular text-[0.93rem]">
        {t('ofLimit', { used: amount(of.used, of.unit), limit: amount(of.limit, of.unit) })}
      </span>
    </span>
  );
}

export function OutlookBadge({ of }: { of: QuotaState | undefined }) {
  const t = useWords();
  const format = useFormat();
  if (of === undefined) {
    return null;
  }
  const outlook = outlookOf(of);
  return (
    <Badge tone={OUTLOOK_TONES[outlook]}>
      {t(outlook, { ago: of.runs_out_at == null ? '' : format.ago(of.runs_out_at) })}
    </Badge>
  );
}
