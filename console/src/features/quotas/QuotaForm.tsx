import { useState } from 'react';
import { api, type Body } from '@/api/client';
import { useChange } from '@/api/hooks';
import { cleared, filled, useForm } from '@/parts/form';
import { useKeyLabel, useModels, useTeamChoices } from '@/parts/names';
import { Checkbox, fieldError, FormDialog, Select, TextField, useToast } from '@/ui';
import type { Quota } from '../../../generated/schema';
import { useWords } from './words';

const UNITS = [
  'usd',
  'requests',
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'images',
  'video_seconds',
  'video_jobs',
  'audio_seconds',
  'characters',
  'searches',
  'batch_items',
] as const;
const SPANS = ['minute', 'hour', 'day', 'week', 'month'] as const;
const ENVIRONMENTS = ['development', 'staging', 'production', 'evaluation', 'batch'];

export function QuotaForm({ quota, onClose }: { quota?: Quota; onClose: () => void }) {
  const t = useWords();
  const toast = useToast();
  const teams = useTeamChoices();
  const models = useModels();
  const keyLabel = useKeyLabel(quota?.scope.key == null ? [] : [quota.scope.key]);
  const { values, field } = useForm({
    name: quota?.name ?? '',
    unit: quota?.unit ?? 'usd',
    limit: quota?.limit ?? '',
    window: quota?.window.lifetime === true ? 'lifetime' : (quota?.window.calendar ?? 'day'),
    time_zone: quota?.window.time_zone ?? '',
    team: quota?.scope.team ?? '',
    key: quota?.scope.key ?? '',
    environment: quota?.scope.environment ?? '',
    model: quota?.scope.model ?? '',
    owner: quota?.owner ?? '',
    message: quota?.message ?? '',
    upgrade_url: quota?.upgrade_url ?? '',
  });
  const [clamp, setClamp] = useState(quota?.clamp ?? true);
  const [shadow, setShadow] = useState(quota?.shadow ?? false);
  const change = useChange(
    () => {
      const scope = filled({
        team: values.team,
        key: values.key.trim(),
        environment: values.environment.trim(),
        model: values.model,
      });
      const body = {
        name: values.name.trim(),
        unit: values.unit,
        limit: values.limit.trim(),
        scope,
        window:
          values.window === 'lifetime'
            ? { lifetime: true }
            : filled({ calendar: values.window, time_zone: values.time_zone.trim() }),
        clamp,
        shadow,
        owner: values.owner.trim(),
        message: values.message.trim(),
        upgrade_url: values.upgrade_url.trim(),
      };
      return quota === undefined
        ? api.post('/admin/v1/quotas', filled(body) as Body<'post', '/admin/v1/quotas'>)
        : api.patch(
            '/admin/v1/quotas/{id}',
            cleared(body) as Partial<Body<'patch', '/admin/v1/quotas/{id}'>>,
            { path: { id: quota.id } },
          );
    },
    {
      touches: ['/admin/v1/quotas', '/admin/v1/quota-states'],
      onDone: (made) => {
        toast(quota === undefined ? t('created', { name: made.name }) : t('saved'));
        onClose();
      },
    },
  );
  const error = (name: string) => fieldError(change.error, name);
  return (
    <FormDialog
      title={quota === undefined ? t('create') : t('editTitle', { name: quota.name })}
      submit={quota === undefined ? t('create') : t('save')}
      wide
      change={change}
      onClose={onClose}
    >
      <TextField label={t('name')} required placeholder="staging-day" {...field('name')} error={error('name')} />
      <div className="grid gap-3 sm:grid-cols-3">
        <TextField
          label={t('limit')}
          required
          inputMode="decimal"
          placeholder="5.00"
          {...field('limit')}
          error={error('limit')}
        />
        <Select
          label={t('unit')}
          {...field('unit')}
          error={error('unit')}
          choices={UNITS.map((unit) => ({ value: unit, label: t(unit) }))}
        />
        <Select
          label={t('window')}
          {...field('window')}
          error={error('window') ?? error('window.calendar')}
          choices={[
            ...SPANS.map((span) => ({ value: span, label: t('per', { span: t(span) }) })),
            { value: 'lifetime', label: t('lifetime') },
          ]}
        />
      </div>
      <fieldset className="rounded-md border border-line p-3">
        <legend className="px-1 font-medium">{t('scope')}</legend>
        <p className="mb-2 text-[0.93rem] text-muted">{t('scopeHint')}</p>
        <div className="grid gap-3 sm:grid-cols-2">
          <Select
            label={t('environment')}
            {...field('environment')}
            error={error('scope.environment')}
            choices={[
              { value: '', label: t('any') },
              ...[...new Set([...ENVIRONMENTS, values.environment])]
                .filter((name) => name !== '')
                .map((name) => ({ value: name, label: name })),
            ]}
          />
          <Select
            label={t('team')}
            {...field('team')}
            error={error('scope.team')}
            choices={[
              { value: '', label: t('any') },
              ...teams,
            ]}
          />
          <Select
            label={t('model')}
            {...field('model')}
            error={error('scope.model')}
            choices={[
              { value: '', label: t('any') },
              ...(models.data?.data ?? []).map((model) => ({ value: model.name, label: model.name })),
            ]}
          />
          <TextField
            label={t('key')}
            {...field('key')}
            hint={
              values.key === quota?.scope.key && quota?.scope.key != null
                ? keyLabel(quota.scope.key)
                : t('keyHint')
            }
            error={error('scope.key')}
          />
        </div>
      </fieldset>
      <Checkbox
        label={t('clamp')}
        checked={clamp}
        onChange={(event) => setClamp(event.target.checked)}
      />
      <Checkbox
        label={t('shadowField')}
        checked={shadow}
        onChange={(event) => setShadow(event.target.checked)}
      />
      <details className="rounded-md border border-line" open={quota !== undefined}>
        <summary className="cursor-pointer px-3 py-2 font-medium">{t('more')}</summary>
        <div className="grid gap-3 border-t border-line p-3 sm:grid-cols-2">
          <TextField
            label={t('owner')}
            {...field('owner')}
            hint={t('ownerHint')}
            error={error('owner')}
          />
          <TextField label={t('upgrade')} type="url" {...field('upgrade_url')} error={error('upgrade_url')} />
          <TextField
            label={t('message')}
            {...field('message')}
            error={error('message')}
            className="sm:col-span-2"
          />
          {values.window !== 'lifetime' && (
            <TextField
              label={t('timeZone')}
              placeholder="Europe/Berlin"
              {...field('time_zone')}
              hint={t('timeZoneHint')}
              error={error('window.time_zone')}
            />
          )}
        </div>
      </details>
    </FormDialog>
  );
}
