import { api, type Body } from '@/api/client';
import { useGet, usePages } from '@/api/hooks';
import { useCan } from '@/app/session';
import { cleared, filled, useForm } from '@/parts/form';
import { useTeamChoices } from '@/parts/names';
import { Select, TextField } from '@/ui';
import type { ServiceCaller } from '../../../generated/schema';
import { useCallerColumns } from './columns';
import { EditedList, EditForm, type ListProps } from './Editing';
import { useWords } from './words';

function useUsers() {
  return useGet('/admin/v1/users', { query: { limit: 500 } }).data?.data ?? [];
}

export function Services(list: ListProps) {
  const t = useWords();
  const can = useCan();
  const { team, keys } = useCallerColumns<ServiceCaller>('service');
  const users = useUsers();
  const pages = usePages('/admin/v1/services', {}, { live: true });
  const human = (id: string | null | undefined) =>
    id == null ? '–' : (users.find((user) => user.id === id)?.name ?? id);
  return (
    <EditedList<ServiceCaller>
      {...list}
      label={t('services')}
      path="/admin/v1/services"
      pages={pages}
      columns={[
        {
          key: 'description',
          header: t('description'),
          from: 'md',
          cell: (service) => <span className="break-words">{service.description ?? '–'}</span>,
        },
        { key: 'human', header: t('human'), cell: (service) => human(service.user) },
        team,
        keys,
      ]}
      empty={t('emptyServices')}
      emptyHint={t('emptyServicesHint')}
      mayEdit={can('patch_admin_v1_services_id_')}
      form={(service, onClose) => <ServiceForm service={service} onClose={onClose} />}
      remove={(service) => api.delete('/admin/v1/services/{id}', { path: { id: service.id } })}
    />
  );
}

function ServiceForm({
  service,
  onClose,
}: {
  service: ServiceCaller | undefined;
  onClose: () => void;
}) {
  const t = useWords();
  const teams = useTeamChoices();
  const users = useUsers();
  const { values, field } = useForm({
    name: service?.name ?? '',
    description: service?.description ?? '',
    user: service?.user ?? '',
    team: service?.team ?? '',
  });
  const save = () =>
    service === undefined
      ? api.post('/admin/v1/services', filled(values) as Body<'post', '/admin/v1/services'>)
      : api.patch(
          '/admin/v1/services/{id}',
          cleared(values) as Partial<Body<'patch', '/admin/v1/services/{id}'>>,
          { path: { id: service.id } },
        );
  return (
    <EditForm
      existing={service}
      make={t('newService')}
      path="/admin/v1/services"
      save={save}
      onClose={onClose}
    >
      {(error) => (
        <>
          <TextField label={t('name')} required {...field('name')} error={error('name')} />
          <TextField
            label={t('description')}
            {...field('description')}
            error={error('description')}
          />
          <Select
            label={t('human')}
            {...field('user')}
            error={error('user')}
            choices={[
              { value: '', label: t('noTeam') },
              ...users.map((user) => ({ value: user.id, label: user.name })),
            ]}
          />
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
