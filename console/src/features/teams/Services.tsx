import { useState } from 'react';
import { api, type Body } from '@/api/client';
import { useChange, useGet, usePages } from '@/api/hooks';
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
  useToast,
} from '@/ui';
import type { ServiceCaller } from '../../../generated/schema';
import { RowActions, type ListProps } from './Editing';
import { useWords } from './words';

export function Services({ making, onClose, make }: ListProps) {
  const t = useWords();
  const can = useCan();
  const teamName = useTeamName();
  const users = useGet('/admin/v1/users', { query: { limit: 500 } });
  const [doing, setDoing] = useState<{ service: ServiceCaller; what: 'edit' | 'delete' } | null>(null);
  const pages = usePages('/admin/v1/services', {}, { live: true });
  const human = (id: string | null | undefined) =>
    id == null ? '–' : (users.data?.data.find((user) => user.id === id)?.name ?? id);
  return (
    <Card flush>
      <PagedTable<ServiceCaller>
        label={t('services')}
        pages={pages}
        rowKey={(service) => service.id}
        columns={[
          {
            key: 'name',
            header: t('name'),
            cell: (service) => <span className="font-medium break-all">{service.name}</span>,
          },
          {
            key: 'description',
            header: t('description'),
            from: 'md',
            cell: (service) => <span className="break-words">{service.description ?? '–'}</span>,
          },
          { key: 'human', header: t('human'), cell: (service) => human(service.user) },
          { key: 'team', header: t('team'), from: 'sm', cell: (service) => teamName(service.team) ?? '–' },
          {
            key: 'keys',
            header: t('keys'),
            cell: (service) => (
              <TextLink to="/keys" search={{ owner: `service:${service.name}` } as never}>
                {t('keys')}
              </TextLink>
            ),
          },
          {
            key: 'do',
            header: '',
            align: 'end',
            from: 'sm',
            cell: (service) => (
              <RowActions
                may={can('patch_admin_v1_services_id_')}
                ofFile={service.owned_by_file}
                onEdit={() => setDoing({ service, what: 'edit' })}
                onDelete={() => setDoing({ service, what: 'delete' })}
              />
            ),
          },
        ]}
        empty={
          <EmptyState title={t('emptyServices')} action={make}>
            {t('emptyServicesHint')}
          </EmptyState>
        }
      />
      {making && <ServiceForm onClose={onClose} />}
      {doing?.what === 'edit' && (
        <ServiceForm service={doing.service} onClose={() => setDoing(null)} />
      )}
      {doing?.what === 'delete' && (
        <Confirm
          title={t('deleteTitle', { name: doing.service.name })}
          submit={t('delete')}
          done={t('deleted', { name: doing.service.name })}
          act={() => api.delete('/admin/v1/services/{id}', { path: { id: doing.service.id } })}
          touches={['/admin/v1/services']}
          onClose={() => setDoing(null)}
        >
          {t('deleteHint')}
        </Confirm>
      )}
    </Card>
  );
}

function ServiceForm({ service, onClose }: { service?: ServiceCaller; onClose: () => void }) {
  const t = useWords();
  const toast = useToast();
  const teams = useTeams();
  const users = useGet('/admin/v1/users', { query: { limit: 500 } });
  const { values, field } = useForm({
    name: service?.name ?? '',
    description: service?.description ?? '',
    user: service?.user ?? '',
    team: service?.team ?? '',
  });
  const change = useChange(
    () =>
      service === undefined
        ? api.post('/admin/v1/services', filled(values) as Body<'post', '/admin/v1/services'>)
        : api.patch(
            '/admin/v1/services/{id}',
            cleared(values) as Partial<Body<'patch', '/admin/v1/services/{id}'>>,
            { path: { id: service.id } },
          ),
    {
      touches: ['/admin/v1/services'],
      onDone: (made) => {
        toast(service === undefined ? t('created', { name: made.name }) : t('saved'));
        onClose();
      },
    },
  );
  const error = (name: string) => fieldError(change.error, name);
  return (
    <FormDialog
      title={service === undefined ? t('newService') : t('editTitle', { name: service.name })}
      submit={service === undefined ? t('newService') : t('save')}
      busy={change.isPending}
      problem={change.error}
      onSubmit={() => change.mutate(undefined)}
      onClose={onClose}
    >
      <TextField label={t('name')} required {...field('name')} error={error('name')} />
      <TextField label={t('description')} {...field('description')} error={error('description')} />
      <Select
        label={t('human')}
        {...field('user')}
        error={error('user')}
        choices={[
          { value: '', label: t('noTeam') },
          ...(users.data?.data ?? []).map((user) => ({ value: user.id, label: user.name })),
        ]}
      />
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
