// Everything about one call: what happened, what it cost and why, what was booked, whose it was.
import type { ReactNode } from 'react';
import { useGet, LIVE_MILLIS } from '@/api/hooks';
import { useNames } from '@/api/names';
import { useCan } from '@/app/session';
import { useFormat } from '@/format';
import { isZero, minus, pico } from '@/format/money';
import {
  Badge,
  Code,
  cx,
  EmptyState,
  Facts,
  Loaded,
  Meter,
  Money,
  Table,
  TextLink,
  Time,
} from '@/ui';
import { useUnitName } from '@/features/usage/Units';
import { quantity } from '@/features/usage/query';
import { failedOver, outcome, type Call } from './call';
import { CallBadge } from './CallBadge';
import { Waterfall } from './Waterfall';
import { useWords } from './words';

export function CallDetail({ id }: { id: string }) {
  const call = useGet('/admin/v1/requests/{id}', { path: { id } }, { live: LIVE_MILLIS });
  return (
    <Loaded of={call} lines={10}>
      {(found) => <Detail call={found} />}
    </Loaded>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-t border-line pt-4">
      <h3 className="mb-2 font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Detail({ call }: { call: Call }) {
  const t = useWords();
  const can = useCan();
  return (
    <div className="flex flex-col gap-5">
      <Head call={call} />
      <Part title={t('whatHappened')}>
        {outcome(call) === 'running' && <p className="mb-2 text-muted">{t('runningText')}</p>}
        <Waterfall call={call} />
      </Part>
      <Part title={t('decided')}>
        <Decisions call={call} />
      </Part>
      {call.hold_usd != null && (
        <Part title={t('moneyTitle')}>
          <HoldAndFinal call={call} />
        </Part>
      )}
      <Part title={t('costLines')}>
        <CostLines call={call} />
      </Part>
      {can('get_admin_v1_ledger_entries') && (
        <Part title={t('ledger')}>
          <LedgerEntries call={call} />
        </Part>
      )}
      <Part title={t('who')}>
        <Who call={call} />
      </Part>
      <Part title={t('ids')}>
        <Ids call={call} />
      </Part>
    </div>
  );
}

function Head({ call }: { call: Call }) {
  const t = useWords();
  const format = useFormat();
  const figures: [string, ReactNode][] = [
    [t('status'), <CallBadge key="status" call={call} />],
    [t('cost'), <Money key="cost" usd={call.cost_usd} />],
    [t('duration'), format.millis(call.timings.total_ms)],
    [t('time'), <Time key="time" at={call.created_at} />],
  ];
  return (
    <div>
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-[1.15rem] font-semibold break-all">{call.model ?? '–'}</span>
        {call.model_served != null && call.model_served !== call.model && (
          <span className="text-muted">{t('served', { model: call.model_served })}</span>
        )}
        {failedOver(call) && <Badge tone="warn">{t('failover')}</Badge>}
        {call.estimated && <Badge tone="warn">{t('estimated')}</Badge>}
        {call.count > 1 && <Badge>{t('counted', { n: call.count })}</Badge>}
      </div>
      <dl className="mt-3 grid grid-cols-2 gap-3 sm:grid-cols-4">
        {figures.map(([label, value]) => (
          <div key={label}>
            <dt className="text-[0.93rem] text-muted">{label}</dt>
            <dd className="tabular text-[1.07rem] font-semibold">{value}</dd>
          </div>
        ))}
      </dl>
      {(call.error_code != null || call.rule != null) && (
        <div className="mt-3 rounded-md bg-bad-soft px-3 py-2">
          {call.error_code != null && (
            <>
              {t('errorCode')}: <strong>{call.error_code}</strong>
            </>
          )}
          {call.rule != null && (
            <>
              {' · '}
              {t('rule')} <strong>{call.rule}</strong>
            </>
          )}
        </div>
      )}
    </div>
  );
}

function Decisions({ call }: { call: Call }) {
  const t = useWords();
  const names = useNames();
  if (call.decisions.length === 0) {
    return <p className="text-muted">{t('noCandidates')}</p>;
  }
  return (
    <ol className="flex flex-col gap-1.5">
      {call.decisions.map((decision, index) => {
        const note = decision.note ?? '';
        const taken = !note.startsWith('skipped');
        return (
          <li key={index} className="flex flex-wrap items-baseline gap-x-2">
            <span className="tabular w-5 shrink-0 text-muted">{index + 1}.</span>
            <span className="min-w-0 break-all">
              {names.upstream(decision.upstream)}{' '}
              <span className="text-muted">/ {decision.model}</span>
            </span>
            <Badge tone={taken ? 'neutral' : 'warn'}>{note}</Badge>
          </li>
        );
      })}
    </ol>
  );
}

/** How much of what was set aside was used. */
function share(part: string, whole: string): number {
  const all = pico(whole) ?? 0n;
  return all === 0n ? 0 : Number(((pico(part) ?? 0n) * 10_000n) / all) / 10_000;
}

function HoldAndFinal({ call }: { call: Call }) {
  const t = useWords();
  const format = useFormat();
  const hold = call.hold_usd ?? '0';
  const used = share(call.cost_usd, hold);
  const running = outcome(call) === 'running';
  return (
    <div>
      <p className="mb-2 text-muted">{t('holdText')}</p>
      <Meter label={t('used')} used={running ? 0 : used} held={running ? 1 : 0} />
      <div className="mt-2 flex flex-wrap gap-x-6 gap-y-1">
        <span>
          {t('held')} <strong>{format.exactMoney(hold)}</strong>
        </span>
        {!running && (
          <>
            <span>
              {t('used')} <strong>{format.exactMoney(call.cost_usd)}</strong> (
              {format.percent(used)})
            </span>
            <span>
              {t('released')} <strong>{format.exactMoney(minus(hold, call.cost_usd))}</strong>
            </span>
          </>
        )}
      </div>
      {!running && (
        <div className="mt-1 flex flex-wrap gap-x-6 gap-y-1 text-muted">
          <span>
            {t('providerCost')} {format.exactMoney(call.provider_usd)}
          </span>
          {!isZero(call.absorbed_usd) && (
            <span>
              {t('absorbed')} {format.exactMoney(call.absorbed_usd)}
            </span>
          )}
        </div>
      )}
    </div>
  );
}

/** On a phone, where its own column has no room, the second stands below the first. */
function Narrow({ first, second }: { first: string; second: string }) {
  return (
    <>
      {first}
      <span className="block text-[0.93rem] text-muted sm:hidden">{second}</span>
    </>
  );
}

function CostLines({ call }: { call: Call }) {
  const t = useWords();
  const format = useFormat();
  if (call.cost_lines.length === 0) {
    return <p className="text-muted">{t('noCost')}</p>;
  }
  const priceOf = (line: Call['cost_lines'][number]) =>
    t('per', {
      price: format.money(line.unit_price),
      units: format.number(line.units_per_price),
    }) + (line.multiply === '1' ? '' : ` × ${line.multiply}`);
  return (
    <div className="-mx-4">
      <Table
        label={t('costLines')}
        rows={call.cost_lines}
        rowKey={(line) => `${line.meter} ${line.unit_price} ${line.amount_usd}`}
        columns={[
          {
            key: 'meter',
            header: t('meter'),
            cell: (line) => <Narrow first={line.meter} second={priceOf(line)} />,
          },
          {
            key: 'quantity',
            header: t('quantity'),
            align: 'end',
            cell: (line) => format.number(line.quantity),
          },
          {
            key: 'price',
            header: t('unitPrice'),
            align: 'end',
            from: 'sm',
            cell: priceOf,
          },
          {
            key: 'amount',
            header: t('amount'),
            align: 'end',
            cell: (line) => format.exactMoney(line.amount_usd),
          },
        ]}
        foot={
          <tr className="font-semibold">
            <td className="px-3 py-2 sm:px-4">{t('cost')}</td>
            <td />
            <td className="max-sm:hidden" />
            <td className="tabular px-3 py-2 text-right sm:px-4">{format.exactMoney(call.cost_usd)}</td>
          </tr>
        }
      />
    </div>
  );
}

function LedgerEntries({ call }: { call: Call }) {
  const t = useWords();
  const format = useFormat();
  const entries = useGet(
    '/admin/v1/ledger/entries',
    { query: { request_id: call.request_id } },
    { live: true },
  );
  return (
    <Loaded of={entries} lines={2}>
      {({ data }) =>
        data.length === 0 ? (
          <p className="text-muted">
            {isZero(call.cost_usd) && call.timings.ended_at != null
              ? t('ledgerNone')
              : t('ledgerLater')}
          </p>
        ) : (
          <div className="-mx-4">
            <Table
              label={t('ledger')}
              rows={data}
              rowKey={(entry) => entry.id}
              columns={[
                {
                  key: 'kind',
                  header: t('kind'),
                  cell: (entry) => (
                    <Narrow first={entry.kind} second={`${entry.debit} → ${entry.credit}`} />
                  ),
                },
                { key: 'debit', header: t('debit'), from: 'sm', cell: (entry) => entry.debit },
                { key: 'credit', header: t('credit'), from: 'sm', cell: (entry) => entry.credit },
                { key: 'at', header: t('time'), from: 'sm', cell: (entry) => <Time at={entry.at} /> },
                {
                  key: 'amount',
                  header: t('amount'),
                  align: 'end',
                  cell: (entry) => format.exactMoney(entry.amount),
                },
              ]}
            />
          </div>
        )
      }
    </Loaded>
  );
}

function Who({ call }: { call: Call }) {
  const t = useWords();
  const names = useNames();
  const who = call.attribution;
  const facts: [string, ReactNode][] = [
    [t('team'), names.team(call.team)],
    [t('key'), names.key(call.key)],
    [t('owner'), who.owner],
    [t('environment'), call.environment],
    [t('workflow'), who.workflow],
    [t('productArea'), who.product_area],
    [t('customer'), who.customer],
    [t('plan'), who.plan],
    [t('trafficClass'), who.traffic_class],
    [t('user'), who.user],
  ];
  const known = facts.filter(([, value]) => value != null);
  if (known.length === 0) {
    return <EmptyState title={t('unowned')} />;
  }
  const tags = Object.entries(call.tags);
  return (
    <>
      <Facts of={known} />
      {tags.length > 0 && (
        <div className="mt-2 flex flex-wrap items-center gap-1.5">
          <span className="text-muted">{t('tags')}</span>
          {tags.map(([name, value]) => (
            <Badge key={name}>
              {name}={value}
            </Badge>
          ))}
        </div>
      )}
    </>
  );
}

function Ids({ call }: { call: Call }) {
  const t = useWords();
  const format = useFormat();
  const unitName = useUnitName();
  const facts: [string, ReactNode][] = [
    [t('ourId'), <Code key="id" text={call.request_id} label={t('ourId')} />],
    ...call.attempts
      .filter((attempt) => attempt.provider_request_id != null)
      .map((attempt): [string, ReactNode] => [
        `${t('providerId')} (${attempt.upstream})`,
        <Code key={attempt.id} text={attempt.provider_request_id ?? ''} label={t('providerId')} />,
      ]),
    [t('time'), format.time(call.created_at, 'full')],
    [t('endpoint'), `${call.endpoint}${call.stream ? `, ${t('stream')}` : ''}`],
    [t('finish'), call.finish_reason],
    [t('tier'), call.service_tier],
    [t('priceVersion'), call.price_version],
    [
      t('units'),
      Object.keys(call.units)
        .map((name) => `${unitName(name)} ${format.number(quantity(call.units, name))}`)
        .join(' · '),
    ],
    [
      t('action_id'),
      call.action_id == null ? null : (
        <TextLink to="/requests" search={{ action_id: call.action_id } as never}>
          {call.action_id}
        </TextLink>
      ),
    ],
  ];
  return (
    <div className={cx('break-words')}>
      <Facts of={facts.filter(([, value]) => value != null && value !== '')} />
    </div>
  );
}
