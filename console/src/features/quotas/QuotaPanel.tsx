// One quota: where its window stands, how it got there, where it is heading, and who can raise it.
import { useMemo, useState } from 'react';
import { api } from '@/api/client';
import { SLOW_MILLIS, useGet } from '@/api/hooks';
import { useCan } from '@/app/session';
import { everyInterval } from '@/features/usage/times';
import { useFormat } from '@/format';
import { decimal, pico, plotted } from '@/format/money';
import { Confirm } from '@/parts/Confirm';
import { Badge, Button, Chart, Dialog, Facts, Meter, PanelHead, Time } from '@/ui';
import type { Quota, QuotaState } from '../../../generated/schema';
import { share, useAmount } from './amounts';
import { QuotaForm } from './QuotaForm';
import { OutlookBadge } from './QuotasPage';
import { useWords } from './words';

export function QuotaPanel({
  quota,
  state,
  scope,
  window: span,
  onClose,
}: {
  quota: Quota;
  state: QuotaState | undefined;
  scope: string;
  window: string;
  onClose: () => void;
}) {
  const t = useWords();
  const can = useCan();
  const format = useFormat();
  const amount = useAmount();
  const [doing, setDoing] = useState<'edit' | 'delete' | null>(null);
  const unit = quota.unit === 'usd' ? '' : ` ${t(quota.unit as 'requests')}`;
  const mayEdit = can('patch_admin_v1_quotas_id_') && !quota.owned_by_file;
  return (
    <Dialog title={quota.name} onClose={onClose} side>
      <div className="flex flex-col gap-5">
        {(mayEdit || state !== undefined || quota.shadow) && (
          <PanelHead
            actions={
              mayEdit && (
                <>
                  <Button onClick={() => setDoing('edit')}>{t('edit')}</Button>
                  <Button look="quiet" onClick={() => setDoing('delete')}>
                    {t('delete')}
                  </Button>
                </>
              )
            }
          >
            <OutlookBadge of={state} />
            {quota.shadow && <Badge>{t('shadow')}</Badge>}
          </PanelHead>
        )}
        {quota.owned_by_file && (
          <p className="rounded-md bg-sunken px-3 py-2 text-muted">{t('ofFile')}</p>
        )}
        {!can('get_admin_v1_quota_states') && <p className="text-muted">{t('stateHidden')}</p>}
        {state !== undefined && (
          <>
            <div className="flex flex-col gap-2">
              <div className="flex flex-wrap items-baseline justify-between gap-2">
                <span className="text-[1.57rem] leading-none font-semibold">
                  {amount(state.used, state.unit)}
                </span>
                <span className="text-muted">
                  {t('ofLimit', {
                    used: format.percent(share(state.used, state.limit)),
                    limit: amount(state.limit, state.unit) + unit,
                  })}
                </span>
              </div>
              {!quota.shadow && (pico(state.remaining) ?? 1n) <= 0n && (
                <p className="text-bad">
                  {state.resets_at == null
                    ? t('fullForEver')
                    : t('fullUntil', { time: format.time(state.resets_at) })}
                </p>
              )}
              <Meter
                label={t('used')}
                used={share(state.used, state.limit)}
                held={share(state.held, state.limit)}
              />
            </div>
            <Facts
              of={[
                [t('remaining'), amount(state.remaining, state.unit) + unit],
                ...(pico(state.held) === 0n
                  ? []
                  : ([[t('heldNow', { held: '' }).trim(), amount(state.held, state.unit)]] as [
                      string,
                      React.ReactNode,
                    ][])),
                [
                  t('forecast'),
                  state.forecast == null
                    ? t('forecastNone')
                    : amount(state.forecast, state.unit) + unit,
                ],
                [
                  t('resets'),
                  state.resets_at == null ? (
                    t('never')
                  ) : (
                    <span key="resets">
                      <Time at={state.resets_at} ago /> (<Time at={state.resets_at} />)
                    </span>
                  ),
                ],
              ]}
            />
            {can('get_admin_v1_usage') && <BurnDown quota={quota} state={state} />}
          </>
        )}
        <section>
          <h3 className="mb-1.5 font-semibold">{t('whoRaises')}</h3>
          <p>
            {quota.owner != null && `${t('whoAsk', { owner: quota.owner })} `}
            {t('whoRoles')}
          </p>
        </section>
        <Facts
          of={[
            [t('scope'), scope],
            [t('limit'), `${amount(quota.limit, quota.unit)}${unit} ${span}`],
            ...(quota.window.time_zone == null
              ? []
              : ([[t('timeZone'), quota.window.time_zone]] as [string, string][])),
            ...(quota.message == null ? [] : ([[t('message'), quota.message]] as [string, string][])),
            ...(quota.upgrade_url == null
              ? []
              : ([[t('upgrade'), quota.upgrade_url]] as [string, string][])),
          ]}
        />
      </div>
      {doing === 'edit' && <QuotaForm quota={quota} onClose={() => setDoing(null)} />}
      {doing === 'delete' && (
        <Confirm
          title={t('deleteTitle', { name: quota.name })}
          submit={t('delete')}
          done={t('deleted', { name: quota.name })}
          act={() => api.delete('/admin/v1/quotas/{id}', { path: { id: quota.id } })}
          touches={['/admin/v1/quotas', '/admin/v1/quota-states']}
          onClose={() => setDoing(null)}
          onDone={onClose}
        >
          {t('deleteHint')}
        </Confirm>
      )}
    </Dialog>
  );
}

/** Units of usage that make up the unit of a quota, where it is not one itself. */
const COUNTED: Record<string, string[]> = {
  total_tokens: ['input_tokens', 'output_tokens'],
  video_seconds: ['video_milliseconds'],
  audio_seconds: ['audio_milliseconds'],
};

/** Summed up from the roll-ups of the same calls; shown for windows of an hour or more. */
function BurnDown({ quota, state }: { quota: Quota; state: QuotaState }) {
  const t = useWords();
  const format = useFormat();
  const amount = useAmount();
  const short = quota.window.calendar === 'minute' || quota.window.calendar === 'hour';
  const ever = quota.window.lifetime === true;
  const long = ever || quota.window.calendar === 'month' || quota.window.calendar === 'week';
  const scope = Object.fromEntries(
    Object.entries(quota.scope).filter(([name, value]) => name !== 'organization' && value != null),
  ) as Record<string, string>;
  // a window that never ends has no beginning either: its last three months say enough
  const from = ever ? new Date(Date.now() - 90 * 86_400_000).toISOString().slice(0, 10) : state.starts_at;
  const usage = useGet(
    '/admin/v1/usage',
    { query: { ...scope, from, interval: long ? 'day' : 'hour' } },
    { live: SLOW_MILLIS, enabled: !short },
  );
  const { times, values } = useMemo(() => {
    const report = usage.data;
    if (report === undefined) {
      return { times: [], values: [] };
    }
    const interval = long ? 'day' : 'hour';
    const starts = report.data.map((row) => row.start);
    // up to now, also where nothing was used
    const ends = everyInterval(starts, interval, report.from, report.to, report.time_zone);
    const used = new Map<string, bigint>();
    for (const row of report.data) {
      for (const name of COUNTED[quota.unit] ?? [quota.unit]) {
        const counted = pico(String(row[name] ?? '0')) ?? 0n;
        const whole = name.endsWith('_milliseconds') ? counted / 1000n : counted;
        used.set(row.start, (used.get(row.start) ?? 0n) + whole);
      }
    }
    let sum = 0n;
    // from nothing at the beginning, so that the slope is to be seen
    const start = ends[0] === undefined || ends[0] <= from ? [] : [from];
    return {
      times: [...start, ...ends],
      values: [
        ...start.map(() => 0),
        ...ends.map((end) => {
          sum += used.get(end) ?? 0n;
          return plotted(decimal(sum));
        }),
      ],
    };
  }, [usage.data, quota.unit, from, long]);
  if (short || times.length < 2) {
    return null;
  }
  return (
    <section>
      <h3 className="mb-1.5 font-semibold">{t('burnDown')}</h3>
      <Chart
        label={t('burnDownLabel', { name: quota.name })}
        className="h-52"
        times={times}
        series={[
          { name: t('usedLine'), values },
          { name: t('limitLine'), values: times.map(() => plotted(quota.limit)) },
        ]}
        format={(value) => amount(value.toFixed(12), quota.unit)}
        formatTime={(time) =>
          long ? format.time(time, 'day') : format.time(time).replace(/:00$/, '')
        }
      />
    </section>
  );
}
