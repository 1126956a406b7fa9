// The fields of a key, shared by making and changing one.
import { useSession } from '@/app/session';
import type { ApiProblem } from '@/api/problem';
import { listOf, wholeOf, type useForm } from '@/parts/form';
import { useModels, useTeamChoices } from '@/parts/names';
import { fieldError, Select, TextField } from '@/ui';
import type { Key } from '../../../generated/schema';
import { useWords } from './words';

export const ENVIRONMENTS = ['development', 'staging', 'production', 'evaluation', 'batch'];
const TRAFFIC = ['internal', 'test', 'evaluation', 'production', 'customer', 'batch'];

export type KeyForm = ReturnType<typeof formOf>;

export function formOf(key: Partial<Key>) {
  return {
    label: key.label ?? '',
    team: key.team ?? '',
    owner: key.owner ?? '',
    environment: key.environment ?? 'development',
    expires_at: (key.expires_at ?? '').slice(0, 10),
    rotate_days: key.rotate_days == null ? '' : String(key.rotate_days),
    models: (key.models ?? []).join(', '),
    endpoint_families: (key.endpoint_families ?? []).join(', '),
    allowed_ips: (key.allowed_ips ?? []).join(', '),
    workflow: key.workflow ?? '',
    customer: key.customer ?? '',
    product_area: key.product_area ?? '',
    plan: key.plan ?? '',
    traffic_class: key.traffic_class ?? '',
    purpose: key.purpose ?? '',
    storage_ref: key.storage_ref ?? '',
  };
}

/** What the API takes; empty fields are left to the caller. */
export function bodyOf(values: KeyForm) {
  return {
    label: values.label.trim(),
    team: values.team,
    owner: values.owner.trim(),
    environment: values.environment,
    // the end of that day, for a date is meant inclusively
    expires_at: values.expires_at === '' ? '' : `${values.expires_at}T23:59:59Z`,
    rotate_days: wholeOf(values.rotate_days) ?? '',
    models: listOf(values.models),
    endpoint_families: listOf(values.endpoint_families),
    allowed_ips: listOf(values.allowed_ips),
    workflow: values.workflow.trim(),
    customer: values.customer.trim(),
    product_area: values.product_area.trim(),
    plan: values.plan.trim(),
    traffic_class: values.traffic_class,
    purpose: values.purpose.trim(),
    storage_ref: values.storage_ref.trim(),
  };
}

export function KeyFields({
  form,
  problem,
  changing = false,
}: {
  form: ReturnType<typeof useForm<keyof KeyForm>>;
  problem: ApiProblem | null;
  changing?: boolean;
}) {
  const t = useWords();
  const me = useSession();
  const teams = useTeamChoices();
  const models = useModels();
  const { field, values, set } = form;
  const managesAll = me?.rights.includes('keys.manage') === true;
  const error = (name: string) => fieldError(problem, name);
  const production = values.environment === 'production';
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField label={t('label')} required {...field('label')} error={error('label')} />
        <Select
          label={t('team')}
          required
          {...field('team')}
          error={error('team')}
          choices={[
            { value: '', label: '–', disabled: true },
            ...teams,
          ]}
        />
        {managesAll ? (
          <TextField
            label={t('owner')}
            required
            placeholder={production ? 'service:' : 'user:'}
            {...field('owner')}
            hint={production ? t('ownerProduction') : t('ownerHint')}
            error={error('owner')}
          />
        ) : (
          <p className="self-center text-muted">{t('ownKey', { owner: values.owner })}</p>
        )}
        <Select
          label={t('environment')}
          required
          disabled={changing}
          {...field('environment')}
          hint={managesAll ? t('environmentHint') : t('environmentOwn')}
          error={error('environment')}
          choices={[
            ...new Set([...ENVIRONMENTS, values.environment]),
          ].map((name) => ({
            value: name,
            label: name,
            disabled: name === 'production' && !managesAll,
          }))}
        />
        <TextField
          label={t('expires')}
          type="date"
          {...field('expires_at')}
          hint={t('expiresHint')}
          error={error('expires_at')}
        />
        <TextField
          label={t('rotateDays')}
          inputMode="numeric"
          pattern="[0-9]*"
          {...field('rotate_days')}
          error={error('rotate_days')}
        />
      </div>
      <details className="rounded-md border border-line" open={changing}>
        <summary className="cursor-pointer px-3 py-2 font-medium">
          {t('limits')} <span className="font-normal text-muted">· {t('limitsHint')}</span>
        </summary>
        <div className="grid gap-3 border-t border-line p-3 sm:grid-cols-2">
          <div className="sm:col-span-2">
            <TextField
              label={t('models')}
              list="key-models"
              {...field('models')}
              hint={t('modelsHint')}
              error={error('models')}
            />
            <div className="mt-2 flex flex-wrap gap-1.5">
              {(models.data?.data ?? []).slice(0, 12).map((model) => {
                const chosen = listOf(values.models);
                const on = chosen.includes(model.name);
                return (
                  <button
                    key={model.id}
                    type="button"
                    aria-pressed={on}
                    onClick={() =>
                      set({
                        models: (on
                          ? chosen.filter((name) => name !== model.name)
                          : [...chosen, model.name]
                        ).join(', '),
                      })
                    }
                    className={`rounded border px-1.5 text-[0.93rem] ${
                      on ? 'border-accent bg-accent-soft text-accent-ink' : 'border-line text-muted'
                    }`}
                  >
                    {model.name}
                  </button>
                );
              })}
            </div>
          </div>
          <TextField
            label={t('families')}
            {...field('endpoint_families')}
            hint={t('familiesHint')}
            error={error('endpoint_families')}
          />
          <TextField
            label={t('ips')}
            {...field('allowed_ips')}
            hint={t('ipsHint')}
            error={error('allowed_ips')}
          />
        </div>
      </details>
      <details className="rounded-md border border-line" open={changing}>
        <summary className="cursor-pointer px-3 py-2 font-medium">{t('attribution')}</summary>
        <div className="grid gap-3 border-t border-line p-3 sm:grid-cols-2">
          <TextField label={t('workflow')} {...field('workflow')} error={error('workflow')} />
          <TextField label={t('customer')} {...field('customer')} error={error('customer')} />
          <TextField
            label={t('productArea')}
            {...field('product_area')}
            error={error('product_area')}
          />
          <TextField label={t('plan')} {...field('plan')} error={error('plan')} />
          <Select
            label={t('trafficClass')}
            {...field('traffic_class')}
            error={error('traffic_class')}
            choices={[
              { value: '', label: t('notGiven') },
              ...TRAFFIC.map((name) => ({ value: name, label: name })),
            ]}
          />
          <TextField label={t('purpose')} {...field('purpose')} error={error('purpose')} />
          <TextField
            label={t('storage')}
            {...field('storage_ref')}
            hint={t('storageHint')}
            error={error('storage_ref')}
            className="sm:col-span-2"
          />
        </div>
      </details>
    </>
  );
}
