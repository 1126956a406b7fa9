import { usePages } from '@/api/hooks';
import { useCan, useSession } from '@/app/session';
import { useFilters } from '@/app/url';
import { Search } from '@/parts/Search';
import { useTeamName, useTeams } from '@/parts/names';
import {
  Badge,
  Button,
  ButtonLink,
  Card,
  EmptyState,
  Icon,
  PagedTable,
  PageHeader,
  Select,
  Time,
  type Column,
} from '@/ui';
import type { Key } from '../../../generated/schema';
import { KeyPanel } from './KeyPanel';
import { NewKey } from './NewKey';
import { stateOf, TONES } from './state';
import { useWords } from './words';

const STATES = ['active', 'overdue', 'inactive', 'expired', 'revoked'] as const;
const ENVIRONMENTS = ['development', 'staging', 'production', 'evaluation', 'batch'];

export default function KeysPage() {
  const t = useWords();
  const can = useCan();
  const me = useSession();
  const teams = useTeams();
  const teamName = useTeamName();
  const [filters, set] = useFilters(['search', 'state', 'team', 'environment', 'owner', 'key', 'new'], 'key');
  const making = filters.new !== undefined;
  const state = filters.state ?? '';
  const pages = usePages(
    '/admin/v1/keys',
    {
      query: {
        ...(filters.search === undefined ? {} : { search: filters.search }),
        ...(filters.team === undefined ? {} : { team: filters.team }),
        ...(filters.environment === undefined ? {} : { environment: filters.environment }),
        ...(filters.owner === undefined ? {} : { owner: filters.owner }),
        ...(state === 'inactive'
          ? { inactive_days: '30' }
          : state === ''
            ? {}
            : { state: state as 'active' }),
      },
    },
    { live: true },
  );
  const filtered = ['search', 'state', 'team', 'environment', 'owner'].some((name) => name in filters);
  const onlyOwn = me?.rights.includes('keys.manage') === false;
  const columns: Column<Key>[] = [
    {
      key: 'label',
      header: t('label'),
      cell: (key) => (
        <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="font-medium wrap-anywhere">{key.label}</span>
          <Badge tone={key.environment === 'production' ? 'accent' : 'neutral'}>
            {key.environment}
          </Badge>
        </span>
      ),
    },
    {
      key: 'state',
      header: t('state'),
      cell: (key) => {
        const its = stateOf(key);
        return <Badge tone={TONES[its]}>{t(its)}</Badge>;
      },
    },
    { key: 'team', header: t('team'), cell: (key) => teamName(key.team) ?? '–', from: 'lg' },
    {
      key: 'owner',
      header: t('owner'),
      cell: (key) => <span className="wrap-anywhere">{key.owner}</span>,
      from: 'md',
    },
    {
      key: 'used',
      header: t('lastUsed'),
      cell: (key) =>
        key.last_used_at == null ? (
          <span className="text-muted">{t('never')}</span>
        ) : (
          <Time at={key.last_used_at} ago />
        ),
      from: 'sm',
    },
    {
      key: 'rotation',
      header: t('rotation'),
      cell: (key) => <Time at={key.rotation_due_at} ago />,
      from: 'xl',
    },
    { key: 'expires', header: t('expires'), cell: (key) => <Time at={key.expires_at} ago />, from: 'lg' },
  ];
  const noTeam = teams.data !== undefined && teams.data.data.length === 0;
  const mayMake = can('post_admin_v1_keys');
  const make = mayMake && (
    <Button look="primary" onClick={() => set({ new: '1' })}>
      <Icon name="plus" />
      {t('create')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('title')} actions={make}>
        {t('about')}
      </PageHeader>
      <Card flush>
        <div className="grid grid-cols-2 gap-2 border-b border-line p-3 sm:flex sm:flex-wrap">
          <Search
            label={t('search')}
            value={filters.search ?? ''}
            onChange={(search) => set({ search })}
            className="col-span-2 sm:w-64"
          />
          <Select
            label={t('state')}
            hideLabel
            value={state}
            onChange={(event) => set({ state: event.target.value })}
            choices={[
              { value: '', label: t('all') },
              ...STATES.map((one) => ({ value: one, label: t(one) })),
            ]}
            className="col-span-2 sm:w-44"
          />
          <Select
            label={t('team')}
            hideLabel
            value={filters.team ?? ''}
            onChange={(event) => set({ team: event.target.value })}
            choices={[
              { value: '', label: t('anyTeam') },
              ...(teams.data?.data ?? []).map((team) => ({ value: team.id, label: team.name })),
            ]}
            className="sm:w-40"
          />
          <Select
            label={t('environment')}
            hideLabel
            value={filters.environment ?? ''}
            onChange={(event) => set({ environment: event.target.value })}
            choices={[
              { value: '', label: t('anyEnvironment') },
              ...ENVIRONMENTS.map((name) => ({ value: name, label: name })),
            ]}
            className="sm:w-48"
          />
          {filters.owner !== undefined && (
            <span className="col-span-2 flex items-center gap-1 rounded bg-accent-soft px-2 text-accent-ink">
              <span className="wrap-anywhere">{filters.owner}</span>
              <Button
                size="small"
                look="quiet"
                aria-label={t('showAll')}
                onClick={() => set({ owner: null })}
              >
                <Icon name="close" />
              </Button>
            </span>
          )}
        </div>
        <PagedTable
          label={t('title')}
          pages={pages}
          columns={columns}
          rowKey={(key) => key.id}
          selected={filters.key ?? null}
          onOpen={(key) => set({ key: key.id })}
          empty={
            filtered ? (
              <EmptyState
                title={t('none')}
                action={
                  <Button
                    onClick={() => set({ search: null, state: null, team: null, environment: null, owner: null })}
                  >
                    {t('showAll')}
                  </Button>
                }
              >
                {t('noneHint')}
              </EmptyState>
            ) : noTeam && can('post_admin_v1_teams') ? (
              <EmptyState
                title={t('empty')}
                action={
                  <ButtonLink look="primary" to="/teams" search={{ new: 'team' } as never}>
                    {t('makeTeam')}
                  </ButtonLink>
                }
              >
                {t('needTeam')}
              </EmptyState>
            ) : (
              <EmptyState title={t('empty')}>
                {onlyOwn && mayMake ? t('emptyOwn') : t('emptyHint')}
              </EmptyState>
            )
          }
        />
      </Card>
      {making && mayMake && (
        <NewKey
          onClose={() => set({ new: null })}
        />
      )}
      {filters.key !== undefined && (
        <KeyPanel key={filters.key} id={filters.key} onClose={() => set({ key: null })} />
      )}
    </>
  );
}
