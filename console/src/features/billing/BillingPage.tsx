import { useState } from 'react';
import { SLOW_MILLIS, useGet } from '@/api/hooks';
import { useCan } from '@/app/session';
import { useFilters } from '@/app/url';
import { useFormat } from '@/format';
import { pico, plotted } from '@/format/money';
import { everyInterval } from '@/features/usage/times';
import { Button, Card, Chart, Figure, Icon, Loaded, PageHeader, Tabs } from '@/ui';
import type { Balance } from '../../../generated/schema';
import { Accounts } from './Accounts';
import { Ledger } from './Ledger';
import { Corrections, TopUps } from './Movements';
import { Adjust, Refund, TopUp } from './MoneyForms';
import { Proof } from './Proof';
import { useWords } from './words';

const TABS = ['ledger', 'topups', 'corrections', 'accounts'] as const;
type Tab = (typeof TABS)[number];
type Doing = 'topup' | 'adjust' | 'refund' | null;

const WARN_DAYS = 14;
const DAY_MILLIS = 86_400_000;

export default function BillingPage() {
  const t = useWords();
  const can = useCan();
  const [filters, set] = useFilters(['tab', 'request_id', 'refund']);
  const [doing, setDoing] = useState<Doing>(filters.refund === undefined ? null : 'refund');
  const balance = useGet('/admin/v1/balance', {}, { live: true });
  const tab = TABS.find((one) => one === filters.tab) ?? 'ledger';
  const close = () => {
    setDoing(null);
    set({ refund: null });
  };
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          <>
            {can('post_admin_v1_refunds') && (
              <Button onClick={() => setDoing('refund')}>{t('refund')}</Button>
            )}
            {can('post_admin_v1_adjustments') && (
              <Button onClick={() => setDoing('adjust')}>{t('adjust')}</Button>
            )}
            {can('post_admin_v1_topups') && (
              <Button look="primary" onClick={() => setDoing('topup')}>
                <Icon name="plus" />
                {t('topUp')}
              </Button>
            )}
          </>
        }
      >
        {t('about')}
      </PageHeader>
      <Loaded of={balance} lines={3}>
        {(found) => <Figures of={found} />}
      </Loaded>
      {can('get_admin_v1_usage') && <Spend />}
      <div className="mt-5">
        <Tabs<Tab>
          label={t('tabs')}
          value={tab}
          onChange={(next) => set({ tab: next, request_id: null })}
          tabs={TABS.map((key) => ({ key, label: t(key) }))}
        >
          {tab === 'ledger' && <Ledger />}
          {tab === 'topups' && <TopUps onTopUp={() => setDoing('topup')} />}
          {tab === 'corrections' && <Corrections />}
          {tab === 'accounts' && <Accounts />}
        </Tabs>
      </div>
      {doing === 'topup' && (
        <TopUp currency={balance.data?.currency ?? 'USD'} onClose={close} />
      )}
      {doing === 'adjust' && (
        <Adjust currency={balance.data?.currency ?? 'USD'} onClose={close} />
      )}
      {doing === 'refund' && (
        <Refund
          currency={balance.data?.currency ?? 'USD'}
          requestId={filters.refund ?? ''}
          onClose={close}
        />
      )}
    </>
  );
}

function Figures({ of }: { of: Balance }) {
  const t = useWords();
  const can = useCan();
  const format = useFormat();
  const ends = of.burn.runs_out_at;
  const gone = (pico(of.available) ?? 0n) + (pico(of.credit_limit) ?? 0n) <= 0n;
  const days = ends == null ? null : (new Date(ends).getTime() - Date.now()) / 86_400_000;
  // a first hour of trying says little about the days to come
  const isMeasured = of.burn.from != null && Date.now() - Date.parse(of.burn.from) >= DAY_MILLIS;
  const soon = days !== null && days < WARN_DAYS && isMeasured;
  return (
    <>
      {(gone || soon) && (
        <p
          className={`mb-4 flex gap-2 rounded-md px-3 py-2 ${gone ? 'bg-bad-soft text-bad' : 'bg-warn-soft text-warn'}`}
        >
          <Icon name="warning" className="mt-0.5 size-4" />
          <span>
            {gone ? t('empty') : t('low', { ago: format.ago(ends ?? '') })}
            {!can('post_admin_v1_topups') && ` ${t('askFinance')}`}
          </span>
        </p>
      )}
      <div className="grid grid-cols-2 gap-3 max-xl:*:last:col-span-2 xl:grid-cols-5">
        <Figure
          label={t('balance')}
          value={<span title={format.exactMoney(of.balance)}>{format.money(of.balance)}</span>}
          note={
            of.mode === 'postpaid'
              ? t('postpaid', { limit: format.money(of.credit_limit) })
              : t('prepaid')
          }
        />
        <Figure
          label={t('available')}
          value={<span title={format.exactMoney(of.available)}>{format.money(of.available)}</span>}
          note={pico(of.held) === 0n ? t('nothingHeld') : t('held', { held: format.money(of.held) })}
          {...(gone ? { tone: 'bad' as const } : {})}
        />
        <Figure
          label={t('pace')}
          value={format.money(of.burn.from == null ? null : of.burn.per_day)}
          note={
            of.burn.from == null
              ? t('noPace')
              : t('paceSince', { from: format.time(of.burn.from, 'date') })
          }
        />
        <Figure
          label={t('runsOut')}
          value={gone ? '–' : ends == null ? t('runsOutNever') : format.time(ends, 'date')}
          note={
            gone
              ? t('runsOutNow')
              : ends == null
                ? undefined
                : of.mode === 'postpaid'
                  ? t('runsOutCredit')
                  : t('runsOutHint')
          }
          {...(gone ? { tone: 'bad' as const } : soon ? { tone: 'warn' as const } : {})}
        />
        <Proof />
      </div>
    </>
  );
}

function Spend() {
  const t = useWords();
  const format = useFormat();
  const from = new Date(Date.now() - 29 * 86_400_000).toISOString().slice(0, 10);
  const usage = useGet(
    '/admin/v1/usage',
    { query: { from, interval: 'day' } },
    { live: SLOW_MILLIS },
  );
  const report = usage.data;
  if (report === undefined || report.data.length === 0) {
    return null;
  }
  const spent = new Map(report.data.map((row) => [row.start, plotted(row.usd)]));
  const times = everyInterval([...spent.keys()], 'day', report.from, report.to, report.time_zone);
  return (
    <Card title={t('spend')} className="mt-4">
      <Chart
        label={t('spendLabel')}
        kind="bar"
        className="h-44"
        times={times}
        series={[{ name: t('pace'), values: times.map((time) => spent.get(time) ?? 0) }]}
        format={(value) => format.money(value.toFixed(12))}
        formatTime={(time) => format.time(time, 'day')}
      />
    </Card>
  );
}
