import { useState } from 'react';
import { Button, Icon, Select, TextField } from '@/ui';
import { useModels, useTeamChoices } from '@/parts/names';
import { DIMENSIONS, STRETCHES, UNOWNED, type Dimension, type Interval, type Stretch } from './query';
import type { Naming } from './UsagePage';
import { useUnitName } from './Units';
import { useWords } from './words';

const ENVIRONMENTS = ['development', 'staging', 'production', 'evaluation', 'batch'];

export function Controls({
  stretch,
  interval,
  unit,
  groups,
  only,
  filters,
  units,
  naming,
  set,
}: {
  stretch: Stretch;
  interval: Interval;
  unit: string;
  groups: Dimension[];
  only: Record<string, string | undefined>;
  filters: Partial<Record<string, string>>;
  units: Record<string, unknown> | undefined;
  naming: Naming;
  set: (change: Record<string, string | null>) => void;
}) {
  const t = useWords();
  const unitName = useUnitName();
  const shown = [...new Set(['usd', 'provider_usd', ...Object.keys(units ?? {}), unit])];
  const group = (at: number, value: string) => {
    const next = [...groups];
    next.splice(at, 1, ...(value === '' ? [] : [value as Dimension]));
    set({ group: [...new Set(next)].join(',') });
  };
  return (
    <div className="mb-4 flex flex-col gap-3">
      <div className="grid grid-cols-2 items-end gap-2 sm:flex sm:flex-wrap">
        <Select
          label={t('stretch')}
          value={stretch}
          onChange={(event) =>
            set({ range: event.target.value, interval: null, from: null, to: null })
          }
          choices={STRETCHES.map((one) => ({ value: one, label: t(one) }))}
          className="sm:w-44"
        />
        {stretch === 'custom' && (
          <>
            <TextField
              label={t('from')}
              type="date"
              value={(filters.from ?? '').slice(0, 10)}
              onChange={(event) => set({ from: event.target.value, range: 'custom' })}
              className="sm:w-38"
            />
            <TextField
              label={t('to')}
              type="date"
              value={(filters.to ?? '').slice(0, 10)}
              onChange={(event) => set({ to: event.target.value, range: 'custom' })}
              className="sm:w-38"
            />
          </>
        )}
        <Select
          label={t('every')}
          value={interval}
          onChange={(event) => set({ interval: event.target.value })}
          choices={[
            { value: 'hour', label: t('hour') },
            { value: 'day', label: t('day') },
            { value: 'month', label: t('monthly') },
          ]}
          className="sm:w-28"
        />
        <Select
          label={t('show')}
          value={unit}
          onChange={(event) => set({ unit: event.target.value })}
          choices={shown.map((name) => ({ value: name, label: unitName(name) }))}
          className="sm:w-44"
        />
        {[0, 1, 2].map((at) =>
          at > groups.length ? null : (
            <Select
              key={at}
              label={at === 0 ? t('groupBy') : t('thenBy')}
              value={groups[at] ?? ''}
              onChange={(event) => group(at, event.target.value)}
              choices={[
                { value: '', label: t('nothing') },
                ...DIMENSIONS.map((name) => ({
                  value: name,
                  label: t(name),
                  disabled: groups.includes(name) && groups[at] !== name,
                })),
              ]}
              className="sm:w-40"
            />
          ),
        )}
        <AddFilter taken={Object.keys(only)} onAdd={(name, value) => set({ [name]: value })} />
      </div>
      <div className="flex flex-wrap items-center gap-2 empty:hidden">
        {Object.entries(only).map(([name, value]) => (
          <span
            key={name}
            className="inline-flex min-w-0 items-center gap-1 rounded bg-accent-soft py-0.5 pr-0.5 pl-2 text-accent-ink"
          >
            <span className="min-w-0 break-all">
              {t(name as Dimension)}: {naming(name, value ?? null)}
            </span>
            <button
              type="button"
              aria-label={t('remove', { name: t(name as Dimension) })}
              onClick={() => set({ [name]: null })}
              className="rounded p-0.5 hover:bg-surface"
            >
              <Icon name="close" className="size-3.5" />
            </button>
          </span>
        ))}
      </div>
    </div>
  );
}

function AddFilter({
  taken,
  onAdd,
}: {
  taken: string[];
  onAdd: (name: Dimension, value: string) => void;
}) {
  const t = useWords();
  const teams = useTeamChoices();
  const models = useModels();
  const [name, setName] = useState<Dimension | ''>('');
  const [value, setValue] = useState('');
  const free = DIMENSIONS.filter((one) => !taken.includes(one));
  const known: Partial<Record<Dimension, { value: string; label: string }[]>> = {
    team: teams,
    model: (models.data?.data ?? []).map((model) => ({ value: model.name, label: model.name })),
    environment: ENVIRONMENTS.map((one) => ({ value: one, label: one })),
  };
  const choices = name === '' ? undefined : known[name];
  const add = (chosen: string) => {
    if (name !== '' && chosen !== '') {
      onAdd(name, chosen);
      setName('');
      setValue('');
    }
  };
  return (
    <form
      className="col-span-2 flex flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        add(value.trim());
      }}
    >
      <Select
        label={t('addFilter')}
        hideLabel
        value={name}
        onChange={(event) => setName(event.target.value as Dimension | '')}
        choices={[
          { value: '', label: t('addFilter') },
          ...free.map((one) => ({ value: one, label: t(one) })),
        ]}
        className="w-52"
      />
      {choices !== undefined && (
        <Select
          label={t('value')}
          hideLabel
          value=""
          onChange={(event) => add(event.target.value)}
          choices={[
            { value: '', label: t('value') },
            ...choices,
            { value: UNOWNED, label: t('isUnowned') },
          ]}
          className="w-44"
        />
      )}
      {name !== '' && choices === undefined && (
        <>
          <TextField
            label={t('value')}
            hideLabel
            placeholder={t('value')}
            value={value}
            onChange={(event) => setValue(event.target.value)}
            className="w-44"
          />
          <Button type="submit">{t('add')}</Button>
          <Button look="quiet" onClick={() => add(UNOWNED)}>
            {t('isUnowned')}
          </Button>
        </>
      )}
    </form>
  );
}
