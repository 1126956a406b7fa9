import { api, type Body } from '@/api/client';
import { useChange, useGet } from '@/api/hooks';
import { useCan, useSession } from '@/app/session';
import { cleared, useForm } from '@/parts/form';
import {
  Button,
  Card,
  Code,
  ErrorState,
  Facts,
  fieldError,
  Loaded,
  Select,
  TextField,
  useToast,
} from '@/ui';
import type { Organization } from '../../../generated/schema';
import { useWords } from './words';

export function OrganizationCard() {
  const me = useSession();
  const id = me?.organization?.id ?? '';
  const organization = useGet(
    '/admin/v1/organizations/{id}',
    { path: { id } },
    { enabled: id !== '' },
  );
  return (
    <Loaded of={organization}>{(found) => <Form key={found.id} organization={found} />}</Loaded>
  );
}

function Form({ organization }: { organization: Organization }) {
  const t = useWords();
  const can = useCan();
  const me = useSession();
  const toast = useToast();
  const { values, field } = useForm({
    name: organization.name,
    time_zone: organization.time_zone,
    mode: organization.billing.mode,
    credit_limit: organization.billing.credit_limit ?? '',
    multiply: organization.price_rule?.multiply ?? '',
  });
  const admin = me?.rights.includes('admin') === true;
  const money = me?.rights.includes('billing.manage') === true;
  const may = can('patch_admin_v1_organizations_id_') && !organization.owned_by_file;
  const change = useChange(
    () => {
      const body = {
        ...(admin ? { name: values.name.trim(), time_zone: values.time_zone.trim() } : {}),
        ...(money
          ? {
              billing: {
                mode: values.mode,
                ...(values.mode === 'postpaid' ? { credit_limit: values.credit_limit.trim() } : {}),
              },
              price_rule: values.multiply === '' ? '' : { multiply: values.multiply.trim() },
            }
          : {}),
      };
      return api.patch(
        '/admin/v1/organizations/{id}',
        cleared(body) as Partial<Body<'patch', '/admin/v1/organizations/{id}'>>,
        { path: { id: organization.id } },
      );
    },
    { onDone: () => toast(t('saved')) },
  );
  const error = (name: string) => fieldError(change.error, name);
  return (
    <Card title={t('organization')} className="max-w-3xl">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(undefined);
        }}
      >
        {organization.sandbox && <p className="text-muted">{t('sandbox')}</p>}
        {organization.owned_by_file && <p className="text-muted">{t('ofFile')}</p>}
        {!may && !organization.owned_by_file && <p className="text-muted">{t('readOnly')}</p>}
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label={t('name')}
            required
            disabled={!may || !admin}
            {...field('name')}
            error={error('name')}
          />
          <TextField
            label={t('timeZone')}
            disabled={!may || !admin}
            {...field('time_zone')}
            hint={t('timeZoneHint')}
            error={error('time_zone')}
          />
          <Select
            label={t('mode')}
            disabled={!may || !money}
            {...field('mode')}
            error={error('billing.mode')}
            choices={[
              { value: 'prepaid', label: t('prepaid') },
              { value: 'postpaid', label: t('postpaid') },
            ]}
          />
          {values.mode === 'postpaid' && (
            <TextField
              label={t('creditLimit')}
              inputMode="decimal"
              disabled={!may || !money}
              {...field('credit_limit')}
              error={error('billing.credit_limit')}
            />
          )}
          <TextField
            label={t('multiply')}
            inputMode="decimal"
            placeholder="1.00"
            disabled={!may || !money}
            {...field('multiply')}
            hint={t('multiplyHint')}
            error={error('price_rule.multiply')}
          />
        </div>
        <Facts
          of={[
            [t('currency'), `${organization.currency} · ${t('currencyHint')}`],
            [t('id'), <Code key="id" text={organization.id} />],
          ]}
        />
        {change.error !== null && <ErrorState problem={change.error} />}
        {may && (
          <div className="flex justify-end">
            <Button type="submit" look="primary" busy={change.isPending}>
              {t('save')}
            </Button>
          </div>
        )}
      </form>
    </Card>
  );
}
