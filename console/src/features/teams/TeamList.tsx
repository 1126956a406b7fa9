import { useState } from 'react';
import { api, type Body } from '@/api/client';
import { SLOW_MILLIS, useChange, useGet, usePages } from '@/api/hooks';
import { useCan, useSession } from '@/app/session';
import { useFormat } from '@/format';
import { Confirm } from '@/parts/Confirm';
import { cleared, filled, useForm } from '@/parts/form';
import {
  Card,
  EmptyState,
  fieldError,
  FormDialog,
  PagedTable,
  TextField,
  TextLink,
  Time,
  useToast,
} from '@/ui';
import type { Team } from '../../../generated/schema';
import { RowActions, type ListProps } from './Editing';
import { useWords } from './words';

export function TeamList({ making, onClose, make }: ListProps) {
  const t = useWords();
  const can = useCan();
  const me = useSession();
  const format = useFormat();
  const [doing, setDoing] = useState<{ team: Team; what: 'edit' | 'delete' } | null>(null);
  const pages = usePages('/admin/v1/teams', { query: { limit: 200 } }, { live: true });
  const from = new Date(Date.now() - 29 * 86_400_000).toISOString().slice(0, 10);
  const seesAll = me?.rights.includes('usage.view') === true;
  const usage = useGet(
    '/admin/v1/usage',
    { query: { from, group_by: 'team' } },
    { live: SLOW_MILLIS, enabled: seesAll },
  );
  const spent = new Map((usage.data?.data ?? []).map((row) => [row['team'], row.usd]));
  return (
    <Card flush>
      <PagedTable<Team>
        label={t('teams')}
        pages={pages}
        rowKey={(team) => team.id}
        columns={[
          {
            key: 'name',
            header: t('name'),
            cell: (team) => <span className="font-medium break-all">{team.name}</span>,
          },
          {
            key: 'owner',
            header: t('budgetOwner'),
            from: 'sm',
            cell: (team) => <span className="break-all">{team.budget_owner ?? '–'}</span>,
          },
          {
            key: 'keys',
            header: t('keys'),
            cell: (team) => (
              <TextLink to="/keys" search={{ team: team.id } as never}>
                {t('keys')}
              </TextLink>
            ),
          },
          ...(seesAll
            ? [
                {
                  key: 'spent',
                  header: t('spent'),
                  align: 'end' as const,
                  cell: (team: Team) => (
                    <TextLink to="/usage" search={{ team: team.id, group: 'key' } as never}>
                      {format.money(spent.get(team.id) ?? (usage.data === undefined ? null : '0'))}
                    </TextLink>
                  ),
                },
              ]
            : []),
          { key: 'made', header: t('made'), from: 'lg', cell: (team) => <Time at={team.created_at} /> },
          {
            key: 'do',
            header: '',
            align: 'end',
            from: 'sm',
            cell: (team) => (
              <RowActions
                may={can('patch_admin_v1_teams_id_')}
                ofFile={team.owned_by_file}
                onEdit={() => setDoing({ team, what: 'edit' })}
                onDelete={() => setDoing({ team, what: 'delete' })}
              />
            ),
          },
        ]}
        empty={
          <EmptyState title={t('emptyTeams')} action={make}>
            {t('emptyTeamsHint')}
          </EmptyState>
        }
      />
      {making && <TeamForm onClose={onClose} />}
      {doing?.what === 'edit' && <TeamForm team={doing.team} onClose={() => setDoing(null)} />}
      {doing?.what === 'delete' && (
        <Confirm
          title={t('deleteTitle', { name: doing.team.name })}
          submit={t('delete')}
          done={t('deleted', { name: doing.team.name })}
          act={() => api.delete('/admin/v1/teams/{id}', { path: { id: doing.team.id } })}
          touches={['/admin/v1/teams']}
          onClose={() => setDoing(null)}
        >
          {t('deleteHint')}
        </Confirm>
      )}
    </Card>
  );
}

function TeamForm({ team, onClose }: { team?: Team; onClose: () => void }) {
  const t = useWords();
  const me = useSession();
  const toast = useToast();
  const { values, field } = useForm({
    name: team?.name ?? '',
    budget_owner: team?.budget_owner ?? '',
    multiply: team?.price_rule?.multiply ?? '',
  });
  const maySetPrice = me?.rights.includes('billing.manage') === true;
  const change = useChange(
    () => {
      const { multiply, ...rest } = values;
      const body = {
        ...rest,
        ...(maySetPrice ? { price_rule: multiply === '' ? '' : { multiply } } : {}),
      };
      return team === undefined
        ? api.post('/admin/v1/teams', filled(body) as Body<'post', '/admin/v1/teams'>)
        : api.patch(
            '/admin/v1/teams/{id}',
            cleared(body) as Partial<Body<'patch', '/admin/v1/teams/{id}'>>,
            { path: { id: team.id } },
          );
    },
    {
      touches: ['/admin/v1/teams'],
      onDone: (made) => {
        toast(team === undefined ? t('created', { name: made.name }) : t('saved'));
        onClose();
      },
    },
  );
  const error = (name: string) => fieldError(change.error, name);
  return (
    <FormDialog
      title={team === undefined ? t('newTeam') : t('editTitle', { name: team.name })}
      submit={team === undefined ? t('newTeam') : t('save')}
      busy={change.isPending}
      problem={change.error}
      onSubmit={() => change.mutate(undefined)}
      onClose={onClose}
    >
      <TextField label={t('name')} required {...field('name')} error={error('name')} />
      <TextField
        label={t('budgetOwner')}
        {...field('budget_owner')}
        hint={t('budgetOwnerHint')}
        error={error('budget_owner')}
      />
      {maySetPrice && (
        <TextField
          label={t('multiply')}
          inputMode="decimal"
          placeholder="1.00"
          {...field('multiply')}
          hint={t('multiplyHint')}
          error={error('price_rule.multiply')}
        />
      )}
    </FormDialog>
  );
}
