// What each model can do at each account, as the newest smoke tests found it.
import { SLOW_MILLIS, useGet } from '@/api/hooks';
import { Badge, Card, EmptyState, Icon, Loaded, Table, Time, type IconName } from '@/ui';
import type { Probe } from '../../../generated/schema';
import { availabilityOf, type Available, type Label } from './availability';
import { useWords } from './words';

const TONES = {
  available: 'good',
  simulated: 'accent',
  official_unsupported: 'neutral',
  unknown_failure: 'bad',
} as const satisfies Record<Label, string>;
const ICONS: Record<Label, IconName> = {
  available: 'check',
  simulated: 'check',
  official_unsupported: 'info',
  unknown_failure: 'warning',
};

export function Availability() {
  const t = useWords();
  const probes = useGet('/admin/v1/availability', {}, { live: SLOW_MILLIS });
  return (
    <Card title={t('availability')} flush className="mt-4">
      <Loaded of={probes}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState title={t('noProbes')}>
              {t('noProbesHint')} <code>sluice smoke --model … --record</code>
            </EmptyState>
          ) : (
            <Table<Available>
              label={t('availability')}
              rows={availabilityOf(data)}
              rowKey={(line) => `${line.model}\n${line.upstream}\n${line.family}`}
              columns={[
                {
                  key: 'model',
                  header: t('model'),
                  cell: (line) => (
                    <span className="wrap-anywhere">
                      <span className="text-muted">{line.upstream} · </span>
                      <span className="font-medium">{line.model}</span>
                    </span>
                  ),
                },
                { key: 'family', header: t('family'), from: 'md', cell: (line) => line.family },
                {
                  key: 'checks',
                  header: t('checks'),
                  cell: (line) => (
                    <span className="flex flex-wrap gap-1">
                      {line.checks.map((probe) => (
                        <Check key={probe.id} of={probe} />
                      ))}
                    </span>
                  ),
                },
                {
                  key: 'probed',
                  header: t('probed'),
                  from: 'sm',
                  cell: (line) => <Time at={line.probed_at} ago />,
                },
              ]}
            />
          )
        }
      </Loaded>
    </Card>
  );
}

function Check({ of: { check, label, note } }: { of: Probe }) {
  const t = useWords();
  return (
    <span title={note == null ? t(label) : `${t(label)}: ${note}`}>
      <Badge tone={TONES[label]}>
        <Icon name={ICONS[label]} className="size-3" />
        {check}
        <span className="sr-only">: {t(label)}</span>
      </Badge>
    </span>
  );
}
