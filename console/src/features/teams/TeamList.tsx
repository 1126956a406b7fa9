import { api, type Body } from '@/api/client';
import { SLOW_MILLIS, useGet, usePages } from '@/api/hooks';
import { useCan, useSession } from '@/app/session';
import { dateIn } from '@/features/usage/query';
import { useFormat } from '@/format';
import { cleared, filled, useForm } from '@/parts/form';
import { TextField, TextLink, Time } from '@/ui';
import type { Team } from '../../../generated/schema';
import { EditedList, EditForm, type ListProps } from './Editing';
import { useWords } from './words';

export function TeamList(list: ListProps) {
  const t = useWords();
  const can = useCan();
  const me = useSession();
  const format = useFormat();
  const pages = usePages('/admin/v1/teams', { query: { limit: 200 } }, { live: true });
  const from = dateIn(me?.organization?.time_zone ?? undefined, new Date(), -29);
  const seesAll = me?.rights.includes('usage.view') === true;
  const usage = useGet(
    '/admin/v1/usage',
    { query: { from, group_by: 'team' } },
    { live: SLOW_MILLIS, enabled: seesAll },
  );
  const spent = new Map((usage.data?.data ?? []).map((row) => [row['team'], row.usd]));
  return (
    <EditedList<Team>
      {...list}
      label={t('teams')}
      path="/admin/v1/teams"
      pages={pages}
      columns={[
        {
          key: 'owner',
          header: t('budgetOwner'),
          from: 'sm',
          cell: (team) => <span className="wrap-anywhere">{team.budget_owner ?? '–'}</span>,
        },
        {
          key: 'keys',
          header: t('keys'),
          from: 'sm',
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
      ]}
      empty={t('emptyTeams')}
      emptyHint={t('emptyTeamsHint')}
      mayEdit={can('patch_admin_v1_teams_id_')}
      form={(team, onClose) => <TeamForm team={team} onClose={onClose} />}
      remove={(team) => api.delete('/admin/v1/teams/{id}', { path: { id: team.id } })}
    />
  );
}

function TeamForm({ team, onClose }: { team: Team | undefined; onClose: () => void }) {
  const t = useWords();
  const me = useSession();
  const { values, field } = useForm({
    name: team?.name ?? '',
    budget_owner: team?.budget_owner ?? '',
    multiply: team?.price_rule?.multiply ?? '',
  });
  const maySetPrice = me?.rights.includes('billing.manage') === true;
  const save = () => {
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
  };
  return (
    <EditForm existing={team} make={t('newTeam')} path="/admin/v1/teams" save={save} onClose={onClose}>
      {(error) => (
        <>
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
        </>
      )}
    </EditForm>
  );
}
