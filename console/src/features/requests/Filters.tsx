import { useState } from 'react';
import { useNames, type Named } from '@/api/names';
import { useCan } from '@/app/session';
import { Button, Icon, Select, TextField, type Choice } from '@/ui';
import { useWords } from './words';

export const FILTERS = [
  'model',
  'team',
  'key',
  'environment',
  'upstream',
  'status',
  'state',
  'period',
  'min_cost',
  'error_code',
  'workflow',
  'customer',
  'owner',
  'action_id',
  'provider_request_id',
] as const;
export type FilterName = (typeof FILTERS)[number];
export type FilterValues = Partial<Record<FilterName, string>>;

const HOUR_MILLIS = 3_600_000;
const PERIODS = { hour: 1, day: 24, week: 7 * 24, month: 30 * 24 } as const;

/** The filters as the API takes them; a period is counted back from `now`. */
export function asQuery(values: FilterValues, now: number): Record<string, string | undefined> {
  const { period, ...rest } = values;
  const hours = PERIODS[period as keyof typeof PERIODS];
  return {
    ...rest,
    ...(hours === undefined ? {} : { from: new Date(now - hours * HOUR_MILLIS).toISOString() }),
  };
}

const STATUSES = ['200', '400', '401', '402', '403', '404', '429', '499', '500', '502', '503', '504'];
const SHOWN: FilterName[] = ['model', 'team', 'key', 'state', 'status', 'period'];

export function Filters({
  values,
  set,
}: {
  values: FilterValues;
  set: (change: Partial<Record<FilterName, string | null>>) => void;
}) {
  const t = useWords();
  const can = useCan();
  const names = useNames();
  const [more, setMore] = useState(false);
  const any: Choice = { value: '', label: t('any') };
  const byName = (all: Named[]) => [
    any,
    ...all.map(({ name }) => ({ value: name, label: name })),
  ];
  const select = (name: FilterName, label: string, choices: Choice[]) => {
    const value = values[name] ?? '';
    const known = choices.some((choice) => choice.value === value);
    return (
      <Select
        key={name}
        label={label}
        value={value}
        choices={known ? choices : [...choices, { value, label: value }]}
        onChange={(event) => set({ [name]: event.target.value })}
      />
    );
  };
  const hidden = FILTERS.filter((name) => !SHOWN.includes(name) && values[name] !== undefined);
  return (
    <div className="flex flex-col gap-3">
      <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
        {select('model', t('model'), byName(names.models))}
        {can('get_admin_v1_teams') && select('team', t('team'), byName(names.teams))}
        {select('key', t('key'), byName(names.keys))}
        {select('state', t('outcome'), [
          any,
          { value: 'settled', label: t('stateSettled') },
          { value: 'refused', label: t('stateRefused') },
          { value: 'held', label: t('stateHeld') },
        ])}
        {select('status', t('status'), [
          any,
          ...STATUSES.map((status) => ({ value: status, label: status })),
        ])}
        {select('period', t('period'), [
          any,
          ...(Object.keys(PERIODS) as (keyof typeof PERIODS)[]).map((period) => ({
            value: period,
            label: t(period),
          })),
        ])}
        {more && (
          <>
            {select('upstream', t('upstream'), byName(names.upstreams))}
            <Typed name="environment" label={t('environment')} values={values} set={set} />
            <Typed name="min_cost" label={t('min_cost')} values={values} set={set} />
            <Typed name="error_code" label={t('error_code')} values={values} set={set} />
            <Typed name="workflow" label={t('workflow')} values={values} set={set} />
            <Typed name="customer" label={t('customer')} values={values} set={set} />
          </>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button size="small" look="quiet" aria-expanded={more} onClick={() => setMore(!more)}>
          <Icon name={more ? 'up' : 'down'} />
          {t(more ? 'fewer' : 'more')}
        </Button>
        {hidden.map((name) => (
          <Button
            key={name}
            size="small"
            aria-label={t('remove', { name })}
            onClick={() => set({ [name]: null })}
          >
            {t('filterLabel', { name: t(name as 'state'), value: values[name] ?? '' })}
            <Icon name="close" className="size-3" />
          </Button>
        ))}
        {Object.keys(values).length > 0 && (
          <Button
            size="small"
            look="quiet"
            onClick={() => set(Object.fromEntries(FILTERS.map((name) => [name, null])))}
          >
            {t('clear')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Takes effect when it is left or sent, not at each letter. */
function Typed({
  name,
  label,
  values,
  set,
}: {
  name: FilterName;
  label: string;
  values: FilterValues;
  set: (change: Partial<Record<FilterName, string | null>>) => void;
}) {
  return (
    <TextField
      key={values[name] ?? ''}
      label={label}
      defaultValue={values[name] ?? ''}
      onBlur={(event) => {
        const value = event.target.value.trim();
        if (value !== (values[name] ?? '')) {
          set({ [name]: value });
        }
      }}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  );
}
