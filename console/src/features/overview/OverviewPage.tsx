import { useMemo, useState } from 'react';
import { LIVE_MILLIS, SLOW_MILLIS, useGet } from '@/api/hooks';
import { useNavigation } from '@/app/navigation';
import { useCan, useSession } from '@/app/session';
import { useFilters } from '@/app/url';
import { useSteps } from '@/features/getting-started/steps';
import { useFormat } from '@/format';
import { compareMoney, pico } from '@/format/money';
import { useLabel } from '@/i18n';
import {
  ButtonLink,
  Card,
  cx,
  Figure,
  Icon,
  Loading,
  PageHeader,
  Select,
  TextLink,
} from '@/ui';
import { Attention } from './Attention';
import { Movers } from './Movers';
import { NewestCalls } from './NewestCalls';
import { PERIODS, stretch as stretchOf, type Period, type Stretch } from './period';
import { SpendChart } from './SpendChart';
import { useWords } from './words';

const DAYS: Record<Period, bigint> = { day: 1n, week: 7n, month: 30n };

export default function OverviewPage() {
  const t = useWords();
  const can = useCan();
  const [values, set] = useFilters(['period']);
  const period = PERIODS.find((one) => one === values.period) ?? 'week';
  const zone = useSession()?.organization?.time_zone ?? 'UTC';
  const [now] = useState(Date.now);
  const stretch = useMemo(() => stretchOf(period, zone, now), [period, zone, now]);
  const steps = useSteps();
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          can('get_admin_v1_usage') && (
            <Select
              label={t('period')}
              hideLabel
              value={period}
              onChange={(event) => set({ period: event.target.value })}
              choices={PERIODS.map((one) => ({ value: one, label: t(one) }))}
            />
          )
        }
      />
      {steps.isPending ? (
        <Loading lines={8} />
      ) : (
        <>
          {!steps.hasCall && can('post_admin_v1_keys') && <Begin />}
          {can('get_admin_v1_usage') ? (
            <Figures period={period} stretch={stretch} />
          ) : (
            <YourPages />
          )}
        </>
      )}
    </>
  );
}

/** For roles that see no spend: what they do see. */
function YourPages() {
  const t = useWords();
  const label = useLabel();
  const me = useSession();
  const items = useNavigation().filter((item) => item.path !== '/');
  return (
    <Card title={t('yours')}>
      <p className="mb-3 text-muted">{t('yoursText', { roles: me?.roles.join(', ') ?? '' })}</p>
      <div className="flex flex-wrap gap-2">
        {items.map((item) => (
          <ButtonLink key={item.path} to={item.path}>
            <Icon name={item.icon} />
            {label(item.label)}
          </ButtonLink>
        ))}
      </div>
    </Card>
  );
}

function Begin() {
  const t = useWords();
  return (
    <Card className="mb-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h2 className="text-[1.07rem] font-semibold">{t('begin')}</h2>
          <p className="text-muted">{t('beginText')}</p>
        </div>
        <ButtonLink to="/get-started" look="primary">
          {t('start')}
        </ButtonLink>
      </div>
    </Card>
  );
}

/** How much more or less than before, in words. */
function useComparison() {
  const t = useWords();
  const format = useFormat();
  return (now: bigint, before: bigint | null): string => {
    if (before === null) {
      return '';
    }
    if (before === 0n) {
      return now === 0n ? t('same') : t('fresh');
    }
    const share = Number(((now - before) * 1000n) / before) / 1000;
    return share === 0
      ? t('same')
      : t('before', { share: `${share > 0 ? '+' : ''}${format.percent(share)}` });
  };
}

function Figures({ period, stretch }: { period: Period; stretch: Stretch }) {
  const t = useWords();
  const can = useCan();
  const format = useFormat();
  const compare = useComparison();
  const usage = useGet('/admin/v1/usage', { query: { from: stretch.from } }, { live: LIVE_MILLIS });
  const before = useGet('/admin/v1/usage', { query: stretch.before });
  const latency = useGet('/admin/v1/usage/latency', undefined, { live: SLOW_MILLIS });
  const balance = useGet('/admin/v1/balance', undefined, {
    live: true,
    enabled: can('get_admin_v1_balance'),
  });
  const totals = usage.data?.totals;
  const calls = totals?.requests ?? 0;
  const errors = totals?.errors ?? 0;
  const refused = Number(totals?.refused ?? 0);
  const spent = pico(totals?.usd ?? '0') ?? 0n;
  const earlier = before.data?.totals;
  const all = latency.data?.data[0];
  const rate = calls === 0 ? 0 : errors / calls;
  const errorNote = [
    errors > 0 ? t('errorRate', { share: format.percent(rate) }) : t('noErrors'),
    refused > 0 ? t('refused', { n: refused }) : '',
  ];
  return (
    <div className="flex flex-col gap-4">
      <div
        className={cx(
          'grid grid-cols-2 gap-3 max-lg:[&>:last-child:nth-child(odd)]:col-span-2',
          balance.data === undefined ? 'lg:grid-cols-4' : 'lg:grid-cols-3 xl:grid-cols-5',
        )}
      >
        <Figure
          label={t('spend')}
          value={format.money(totals?.usd)}
          note={compare(spent, earlier === undefined ? null : (pico(earlier.usd) ?? 0n))}
        />
        <Figure
          label={t('calls')}
          value={totals === undefined ? '–' : format.short(calls)}
          note={compare(BigInt(calls), earlier === undefined ? null : BigInt(earlier.requests))}
        />
        <Figure
          label={t('errors')}
          value={totals === undefined ? '–' : format.short(errors)}
          note={calls + refused === 0 ? '' : errorNote.filter(Boolean).join(' · ')}
          {...(rate > 0.05 ? { tone: 'bad' as const } : {})}
        />
        <Figure
          label={t('latency')}
          value={format.millis(all?.first_byte_p50_ms)}
          note={
            all === undefined || all.calls === 0
              ? t('noLatency')
              : t('latencyNote', {
                  time: format.millis(all.first_byte_p95_ms),
                  n: format.number(all.calls),
                })
          }
        />
        {balance.data !== undefined && (
          <Figure
            label={t('balance')}
            value={format.money(balance.data.available)}
            note={t('held', { money: format.money(balance.data.held) })}
            {...(compareMoney(balance.data.available, '0') < 0 ? { tone: 'bad' as const } : {})}
          />
        )}
      </div>
      <div className="grid grid-cols-1 gap-4 xl:grid-cols-3">
        <div className="min-w-0 xl:col-span-2">
          <SpendChart stretch={stretch} />
        </div>
        <Attention spentPerDay={spent / DAYS[period]} calls={calls} errors={errors} />
      </div>
      <div className="grid grid-cols-1 gap-4 xl:grid-cols-2">
        <Movers stretch={stretch} />
        {can('get_admin_v1_requests') && (
          <Card
            title={t('newest')}
            flush
            actions={<TextLink to="/requests">{t('all')}</TextLink>}
          >
            <NewestCalls />
          </Card>
        )}
      </div>
    </div>
  );
}
