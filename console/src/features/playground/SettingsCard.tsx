// Which models are asked, with what, and which team pays.
import { useNames } from '@/api/names';
import { useCan } from '@/app/session';
import { Card, Checkbox, Select, type Choice } from '@/ui';
import type { Parameters } from './body';
import type { Mode } from './modes';
import { ParameterFields } from './ParameterFields';
import { useWords } from './words';

/** Where there is little room, what is asked comes before its parameters. */
const WIDE = matchMedia('(min-width: 64rem)');

export interface Chosen {
  models: string[];
  team: string;
  set: (change: Partial<Record<'model' | 'second' | 'team', string | null>>) => void;
}

export function SettingsCard({
  mode,
  choices,
  chosen,
  parameters,
  setParameters,
  busy,
  payer,
}: {
  mode: Mode;
  choices: Choice[];
  chosen: Chosen;
  parameters: Parameters;
  setParameters: (change: Partial<Parameters>) => void;
  busy: boolean;
  payer: string | null;
}) {
  const t = useWords();
  const can = useCan();
  const names = useNames();
  const { models, team, set } = chosen;
  const [first, second] = models;
  const other = choices.find((model) => model.value !== first)?.value ?? first ?? null;
  return (
    <Card title={t('settings')} className="self-start lg:max-h-full lg:overflow-y-auto">
      <div className="flex flex-col gap-4">
        <Select
          label={t('model')}
          value={first ?? ''}
          choices={choices}
          disabled={busy}
          onChange={(event) => set({ model: event.target.value })}
        />
        <Checkbox
          label={t('compare')}
          checked={second !== undefined}
          disabled={busy}
          onChange={(event) => set({ second: event.target.checked ? other : null })}
        />
        {second !== undefined && (
          <Select
            label={t('second')}
            value={second}
            choices={choices}
            disabled={busy}
            onChange={(event) => set({ second: event.target.value })}
          />
        )}
        <details open={WIDE.matches}>
          <summary className="mb-3 font-medium">{t('parameters')}</summary>
          <div className="flex flex-col gap-4">
            <ParameterFields mode={mode} values={parameters} set={setParameters} />
          </div>
        </details>
        {can('get_admin_v1_teams') && names.teams.length > 1 && (
          <Select
            label={t('team')}
            value={team === '' ? (payer ?? '') : team}
            disabled={busy}
            onChange={(event) => set({ team: event.target.value })}
            choices={names.teams.map(({ name }) => ({ value: name, label: name }))}
          />
        )}
      </div>
    </Card>
  );
}
