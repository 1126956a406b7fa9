import { api, type Body } from '@/api/client';
import { usePages } from '@/api/hooks';
import { useCan } from '@/app/session';
import { cleared, filled, useForm } from '@/parts/form';
import { useTeamChoices } from '@/parts/names';
import { Select, TextField, Time } from '@/ui';
import type { User } from '../../../generated/schema';
import { useCallerColumns } from './columns';
import { EditedList, EditForm, type ListProps } from './Editing';
import { useWords } from './words';

export function People(list: ListProps) {
  const t = useWords();
  const can = useCan();
  const { team, keys } = useCallerColumns<User>('user');
  const pages = usePages('/admin/v1/users', {}, { live: true });
  return (
    <EditedList<User>
      {...list}
      label={t('users')}
      path="/admin/v1/users"
      pages={pages}
      columns={[
        {
          key: 'email',
          header: t('email'),
          from: 'sm',
          cell: (user) => <span className="wrap-anywhere">{user.email ?? '–'}</span>,
        },
        team,
        keys,
        { key: 'made', header: t('made'), from: 'lg', cell: (user) => <Time at={user.created_at} /> },
      ]}
      empty={t('emptyUsers')}
      emptyHint={t('emptyUsersHint')}
      mayEdit={can('patch_admin_v1_users_id_')}
      form={(user, onClose) => <PersonForm user={user} onClose={onClose} />}
      remove={(user) => api.delete('/admin/v1/users/{id}', { path: { id: user.id } })}
    />
  );
}

function PersonForm({ user, onClose }: { user: User | undefined; onClose: () => void }) {
  const t = useWords();
  const teams = useTeamChoices();
  const { values, field } = useForm({
    name: user?.name ?? '',
    email: user?.email ?? '',
    team: user?.team ?? '',
  });
  const save = () =>
    user === undefined
      ? api.post('/admin/v1/users', filled(values) as Body<'post', '/admin/v1/users'>)
      : api.patch(
          '/admin/v1/users/{id}',
          cleared(values) as Partial<Body<'patch', '/admin/v1/users/{id}'>>,
          { path: { id: user.id } },
        );
  return (
    <EditForm existing={user} make={t('newUser')} path="/admin/v1/users" save={save} onClose={onClose}>
      {(error) => (
        <>
          {user === undefined && <p className="text-muted">{t('invite')}</p>}
          <TextField label={t('name')} required {...field('name')} error={error('name')} />
          <TextField label={t('email')} type="email" {...field('email')} error={error('email')} />
          <Select
            label={t('team')}
            {...field('team')}
            error={error('team')}
            choices={[{ value: '', label: t('noTeam') }, ...teams]}
          />
        </>
      )}
    </EditForm>
  );
}
