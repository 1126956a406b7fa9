import { useState } from 'react';
import { api, type Body } from '@/api/client';
import { useChange, useGet } from '@/api/hooks';
import { cleared, filled, useForm, wholeOf } from '@/parts/form';
import { Button, fieldError, FormDialog, Icon, Select, TextField, useToast } from '@/ui';
import type { Model } from '../../../generated/schema';
import { useWords } from './words';

interface TargetForm {
  upstream: string;
  model: string;
  priority: string;
  weight: string;
}

const PRICE_KEYS = ['input_per_mtok', 'cached_input_per_mtok', 'output_per_mtok'] as const;

/** The keys this form can show; anything more is kept as it is. */
function simplePrice(price: unknown): Record<string, string> | null {
  if (price === null || price === undefined) {
    return {};
  }
  const entries = Object.entries(price as Record<string, unknown>);
  return entries.every(
    ([key, value]) => PRICE_KEYS.includes(key as 'output_per_mtok') && typeof value === 'string',
  )
    ? (Object.fromEntries(entries) as Record<string, string>)
    : null;
}

export function ModelForm({
  model,
  upstream,
  onClose,
}: {
  model?: Model;
  upstream?: string | undefined;
  onClose: () => void;
}) {
  const t = useWords();
  const toast = useToast();
  const upstreams = useGet('/admin/v1/upstreams', { query: { limit: 500 } });
  const price = simplePrice(model?.price);
  const { values, field } = useForm({
    name: model?.name ?? '',
    strategy: model?.strategy ?? 'priority',
    max_output_tokens: model?.max_output_tokens == null ? '' : String(model.max_output_tokens),
    context_window: model?.context_window == null ? '' : String(model.context_window),
    input_per_mtok: price?.input_per_mtok ?? '',
    cached_input_per_mtok: price?.cached_input_per_mtok ?? '',
    output_per_mtok: price?.output_per_mtok ?? '',
  });
  const [targets, setTargets] = useState<TargetForm[]>(
    model === undefined
      ? [{ upstream: upstream ?? '', model: '', priority: '1', weight: '100' }]
      : model.targets.map((target) => ({
          upstream: target.upstream,
          model: target.model,
          priority: String(target.priority),
          weight: String(target.weight),
        })),
  );
  const setTarget = (at: number, change: Partial<TargetForm>) =>
    setTargets((all) => all.map((one, index) => (index === at ? { ...one, ...change } : one)));
  const first = upstreams.data?.data[0]?.name ?? '';
  const change = useChange(
    () => {
      const prices = filled({
        input_per_mtok: values.input_per_mtok.trim(),
        cached_input_per_mtok: values.cached_input_per_mtok.trim(),
        output_per_mtok: values.output_per_mtok.trim(),
      });
      const body = {
        name: values.name.trim(),
        strategy: values.strategy,
        targets: targets.map((target) =>
          filled({
            upstream: target.upstream === '' ? first : target.upstream,
            model: target.model.trim() === '' ? values.name.trim() : target.model.trim(),
            priority: wholeOf(target.priority),
            weight: wholeOf(target.weight),
          }),
        ),
        max_output_tokens: wholeOf(values.max_output_tokens) ?? '',
        context_window: wholeOf(values.context_window) ?? '',
        ...(price === null
          ? {}
          : { price: Object.keys(prices).length === 0 ? '' : prices }),
      };
      return model === undefined
        ? api.post('/admin/v1/models', filled(body) as Body<'post', '/admin/v1/models'>)
        : api.patch(
            '/admin/v1/models/{id}',
            cleared(body) as Partial<Body<'patch', '/admin/v1/models/{id}'>>,
            { path: { id: model.id } },
          );
    },
    {
      touches: ['/admin/v1/models', '/admin/v1/routing/upstreams'],
      onDone: (made) => {
        toast(
          model !== undefined
            ? t('saved')
            : t(made.priced ? 'created' : 'createdUnpriced', { name: made.name }),
        );
        onClose();
      },
    },
  );
  const error = (name: string) => fieldError(change.error, name);
  return (
    <FormDialog
      title={model === undefined ? t('create') : t('editTitle', { name: model.name })}
      submit={model === undefined ? t('create') : t('save')}
      wide
      change={change}
      onClose={onClose}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField label={t('name')} required {...field('name')} error={error('name')} />
        {targets.length > 1 && (
          <Select
            label={t('strategy')}
            {...field('strategy')}
            hint={t(values.strategy === 'weighted' ? 'weightedHint' : 'priorityHint')}
            choices={[
              { value: 'priority', label: t('priority') },
              { value: 'weighted', label: t('weighted') },
            ]}
          />
        )}
      </div>
      <fieldset className="rounded-md border border-line p-3">
        <legend className="px-1 font-medium">{t('targets')}</legend>
        <ul className="flex flex-col gap-3">
          {targets.map((target, at) => (
            <li key={at} className="grid grid-cols-2 items-start gap-2 sm:flex">
              <Select
                label={t('upstream')}
                value={target.upstream === '' ? first : target.upstream}
                onChange={(event) => setTarget(at, { upstream: event.target.value })}
                choices={(upstreams.data?.data ?? []).map((one) => ({
                  value: one.name,
                  label: one.name,
                }))}
                error={error(`targets[${at}].upstream`)}
                className="sm:flex-1"
              />
              <TextField
                label={t('modelThere')}
                placeholder={t('sameName')}
                value={target.model}
                onChange={(event) => setTarget(at, { model: event.target.value })}
                error={error(`targets[${at}].model`)}
                className="sm:flex-1"
              />
              {targets.length > 1 && (
                <>
                  <TextField
                    label={t('prio')}
                    inputMode="numeric"
                    value={target.priority}
                    onChange={(event) => setTarget(at, { priority: event.target.value })}
                    error={error(`targets[${at}].priority`)}
                    className="sm:w-20"
                  />
                  {values.strategy === 'weighted' && (
                    <TextField
                      label={t('weight')}
                      inputMode="numeric"
                      value={target.weight}
                      onChange={(event) => setTarget(at, { weight: event.target.value })}
                      error={error(`targets[${at}].weight`)}
                      className="sm:w-20"
                    />
                  )}
                  <Button
                    look="quiet"
                    size="icon"
                    aria-label={t('removeTarget')}
                    className="self-end"
                    onClick={() => setTargets(targets.filter((_, index) => index !== at))}
                  >
                    <Icon name="close" />
                  </Button>
                </>
              )}
            </li>
          ))}
        </ul>
        <Button
          size="small"
          className="mt-3"
          onClick={() =>
            setTargets([
              ...targets,
              {
                upstream: '',
                model: '',
                priority: String(targets.length + 1),
                weight: '100',
              },
            ])
          }
        >
          <Icon name="plus" />
          {t('addTarget')}
        </Button>
      </fieldset>
      <details className="rounded-md border border-line" open={model !== undefined}>
        <summary className="cursor-pointer px-3 py-2 font-medium">{t('limits')}</summary>
        <div className="grid gap-3 border-t border-line p-3 sm:grid-cols-2">
          <TextField
            label={t('maxOutput')}
            inputMode="numeric"
            {...field('max_output_tokens')}
            error={error('max_output_tokens')}
          />
          <TextField
            label={t('context')}
            inputMode="numeric"
            {...field('context_window')}
            hint={t('contextHint')}
            error={error('context_window')}
          />
          <div className="sm:col-span-2">
            <p className="font-medium">{t('ownPrice')}</p>
            <p className="mb-2 text-[0.93rem] text-muted">
              {price === null ? t('tiers') : t('ownPriceHint')}
            </p>
            {price !== null && (
              <div className="grid gap-3 sm:grid-cols-3">
                <TextField
                  label={t('input')}
                  inputMode="decimal"
                  {...field('input_per_mtok')}
                  error={error('price.input_per_mtok')}
                />
                <TextField
                  label={t('cachedInput')}
                  inputMode="decimal"
                  {...field('cached_input_per_mtok')}
                  error={error('price.cached_input_per_mtok')}
                />
                <TextField
                  label={t('output')}
                  inputMode="decimal"
                  {...field('output_per_mtok')}
                  error={error('price.output_per_mtok')}
                />
              </div>
            )}
          </div>
        </div>
      </details>
    </FormDialog>
  );
}
