import { useState } from 'react';
import { api, type Body } from '@/api/client';
import { useChange, usePages } from '@/api/hooks';
import { useCan } from '@/app/session';
import { Confirm } from '@/parts/Confirm';
import { cleared, filled, useForm } from '@/parts/form';
import { useTeamName, useTeams } from '@/parts/names';
import {
  Card,
  EmptyState,
  fieldError,
  FormDialog,
  PagedTable,
  Select,
  TextField,
  TextLink,
  Time,
  useToast,
} from '@/ui';
import type { User } from '../../../generated/schema';
import { RowActions, type ListProps } from './Editing';
import { useWords } from './words';

export function People({ making, onClose, make }: ListProps) {
  const t = useWords();
  const can = useCan();
  const teamName = useTeamName();
  const [doing, setDoing] = useState<{ user: User; what: 'edit' | 'delete' } | null>(null);
  const pages = usePages('/admin/v1/users', {}, { live: true });
  return (
    <Card flush>
      <PagedTable<User>
        label={t('users')}
        pages={pages}
        rowKey={(user) => user.id}
        columns={[
          {
            key: 'name',
            header: t('name'),
            cell: (user) => <span className="font-medium break-all">{user.name}</span>,
          },
          {
            key: 'email',
            header: t('email'),
            from: 'sm',
            cell: (user) => <span className="break-all">{user.email ?? '–'}</span>,
          },
          { key: 'team', header: t('team'), cell: (user) => teamName(user.team) ?? '–' },
          {
            key: 'keys',
            header: t('keys'),
            cell: (user) => (
              <TextLink to="/keys" search={{ search: '', owner: `user:${user.name}` } as never}>
                {t('keys')}
              </TextLink>
            ),
          },
          { key: 'made', header: t('made'), from: 'lg', cell: (user) => <Time at={user.created_at} /> },
          {
            key: 'do',
            header: '',
            align: 'end',
            from: 'sm',
            cell: (user) => (
              <RowActions
                may={can('patch_admin_v1_users_id_')}
                ofFile={user.owned_by_file}
                onEdit={() => setDoing({ user, what: 'edit' })}
                onDelete={() => setDoing({ user, what: 'delete' })}
              />
            ),
          },
        ]}
        empty={
          <EmptyState title={t('emptyUsers')} action={make}>
            {t('emptyUsersHint')}
          </EmptyState>
        }
      />
      {making && <PersonForm onClose={onClose} />}
      {doing?.what === 'edit' && <PersonForm user={doing.user} onClose={() => setDoing(null)} />}
      {doing?.what === 'delete' && (
        <Confirm
          title={t('deleteTitle', { name: doing.user.name })}
          submit={t('delete')}
          done={t('deleted', { name: doing.user.name })}
          act={() => api.delete('/admin/v1/users/{id}', { path: { id: doing.user.id } })}
          touches={['/admin/v1/users']}
          onClose={() => setDoing(null)}
        >
          {t('deleteHint')}
        </Confirm>
      )}
    </Card>
  );
}

function PersonForm({ user, onClose }: { user?: User; onClose: () => void }) {
  const t = useWords();
  const toast = useToast();
  const teams = useTeams();
  const { values, field } = useForm({
    name: user?.name ?? '',
    email: user?.email ?? '',
    team: user?.team ?? '',
  });
  const change = useChange(
    () =>
      user === undefined
        ? api.post('/admin/v1/users', filled(values) as Body<'post', '/admin/v1/users'>)
        : api.patch(
            '/admin/v1/users/{id}',
            cleared(values) as Partial<Body<'patch', '/admin/v1/users/{id}'>>,
            { path: { id: user.id } },
          ),
    {
      touches: ['/admin/v1/users'],
      onDone: (made) => {
        toast(user === undefined ? t('created', { name: made.name }) : t('saved'));
        onClose();
      },
    },
  );
  const error = (name: string) => fieldError(change.error, name);
  return (
    <FormDialog
      title={user === undefined ? t('newUser') : t('editTitle', { name: user.name })}
      submit={user === undefined ? t('newUser') : t('save')}
      busy={change.isPending}
      problem={change.error}
      onSubmit={() => change.mutate(undefined)}
      onClose={onClose}
    >
      {user === undefined && <p className="text-muted">{t('invite')}</p>}
      <TextField label={t('name')} required {...field('name')} error={error('name')} />
      <TextField label={t('email')} type="email" {...field('email')} error={error('email')} />
      <Select
        label={t('team')}
        {...field('team')}
        error={error('team')}
        choices={[
          { value: '', label: t('noTeam') },
          ...(teams.data?.data ?? []).map((team) => ({ value: team.id, label: team.name })),
        ]}
      />
    </FormDialog>
  );
}
