import { useMemo, useState } from 'react';
import { usePages } from '@/api/hooks';
import { isRequestId } from '@/api/ids';
import { useNames } from '@/api/names';
import { useCan, useSession } from '@/app/session';
import { useFilters } from '@/app/url';
import { useFormat } from '@/format';
import {
  Badge,
  Button,
  ButtonLink,
  Card,
  Dialog,
  EmptyState,
  Icon,
  Money,
  PagedTable,
  PageHeader,
  TextField,
  Time,
  type Column,
} from '@/ui';
import { failedOver, merged, unit, type Call } from './call';
import { CallBadge } from './CallBadge';
import { CallDetail } from './CallDetail';
import { asQuery, Filters, FILTERS, type FilterName } from './Filters';
import { useTail, type TailState } from './useTail';
import { useWords } from './words';

export default function RequestsPage() {
  const t = useWords();
  const me = useSession();
  const can = useCan();
  const [values, set] = useFilters<FilterName | 'open'>([...FILTERS, 'open'], 'open');
  const { open, ...filters } = values;
  const [live, setLive] = useState(true);
  // a period is counted from when it was chosen: asking again must not move it
  const query = useMemo(() => asQuery(filters, Date.now()), [JSON.stringify(filters)]);
  const pages = usePages(
    '/admin/v1/requests',
    { query },
    { live: live ? 10_000 : false },
  );
  const tail = useTail(query, live, pages.retry);
  const rows = useMemo(() => merged(tail.calls, pages.rows), [tail.calls, pages.rows]);
  const columns = useColumns();
  const filtered = Object.keys(filters).length > 0;
  const index = rows.findIndex((call) => call.request_id === open);
  const step = (by: number) => {
    const next = rows[index + by];
    return next === undefined ? undefined : () => set({ open: next.request_id });
  };
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          <>
            <Find set={set} />
            <Live state={tail.state} live={live} onToggle={() => setLive(!live)} />
          </>
        }
      >
        {t(me?.rights.includes('usage.view') === false ? 'own' : 'text')}
      </PageHeader>
      <Card className="mb-4">
        <Filters values={filters} set={set} />
      </Card>
      <Card flush>
        <PagedTable
          label={t('list')}
          pages={{ ...pages, rows }}
          columns={columns}
          rowKey={(call) => call.request_id}
          onOpen={(call) => set({ open: call.request_id })}
          selected={open ?? null}
          empty={
            filtered ? (
              <EmptyState title={t('noMatch')}>
                {t(filters.provider_request_id === undefined ? 'noMatchText' : 'noMatchId')}
              </EmptyState>
            ) : (
              <EmptyState
                title={t('noneYet')}
                action={
                  can('post_admin_v1_playground_keys') && (
                    <ButtonLink to="/playground" look="primary">
                      {t('openPlayground')}
                    </ButtonLink>
                  )
                }
              >
                {t('noneYetText')}
              </EmptyState>
            )
          }
        />
      </Card>
      {open !== undefined && (
        <Dialog side title={<CallTitle up={step(-1)} down={step(1)} />} onClose={() => set({ open: null })}>
          <CallDetail id={open} />
        </Dialog>
      )}
    </>
  );
}

function CallTitle({ up, down }: { up: (() => void) | undefined; down: (() => void) | undefined }) {
  const t = useWords();
  return (
    <span className="flex items-center gap-2">
      {t('details')}
      <Button
        look="quiet"
        size="icon"
        aria-label={t('previous')}
        title={t('previous')}
        disabled={up === undefined}
        onClick={up}
      >
        <Icon name="up" />
      </Button>
      <Button
        look="quiet"
        size="icon"
        aria-label={t('next')}
        title={t('next')}
        disabled={down === undefined}
        onClick={down}
      >
        <Icon name="down" />
      </Button>
    </span>
  );
}

function useColumns(): Column<Call>[] {
  const t = useWords();
  const format = useFormat();
  const names = useNames();
  return [
    { key: 'time', header: t('time'), cell: (call) => <Time at={call.created_at} /> },
    {
      key: 'status',
      header: t('status'),
      // a phone has no room for it; the model says what went wrong
      from: 'sm',
      cell: (call) => (
        <span className="flex flex-wrap items-center gap-1">
          <CallBadge call={call} />
          {call.count > 1 && <Badge>×{format.number(call.count)}</Badge>}
        </span>
      ),
    },
    {
      key: 'model',
      header: t('model'),
      cell: (call) => (
        <span className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium break-all">{call.model ?? '–'}</span>
          {failedOver(call) && <Badge tone="warn">{t('failover')}</Badge>}
          {call.error_code != null && (
            <span className="text-[0.93rem] text-bad">{call.error_code}</span>
          )}
        </span>
      ),
    },
    {
      key: 'upstream',
      header: t('upstream'),
      from: 'lg',
      cell: (call) => call.upstream ?? <span className="text-muted">–</span>,
    },
    {
      key: 'key',
      header: t('key'),
      from: 'md',
      className: 'max-w-48 truncate',
      cell: (call) => names.key(call.key) ?? <span className="text-muted">–</span>,
    },
    {
      key: 'team',
      header: t('team'),
      from: 'lg',
      className: 'max-w-40 truncate',
      cell: (call) => names.team(call.team) ?? <span className="text-muted">–</span>,
    },
    {
      key: 'tokens',
      header: t('tokens'),
      align: 'end',
      from: 'md',
      cell: (call) => {
        const [input, output] = [unit(call, 'input_tokens'), unit(call, 'output_tokens')];
        return input === null && output === null ? (
          <span className="text-muted">–</span>
        ) : (
          `${format.number(input ?? 0)} → ${format.number(output ?? 0)}`
        );
      },
    },
    {
      key: 'cost',
      header: t('cost'),
      align: 'end',
      cell: (call) => <Money usd={call.cost_usd} />,
    },
    {
      key: 'duration',
      header: t('duration'),
      align: 'end',
      from: 'sm',
      cell: (call) => format.millis(call.timings.total_ms),
    },
  ];
}

function Find({
  set,
}: {
  set: (change: Partial<Record<FilterName | 'open', string | null>>) => void;
}) {
  const t = useWords();
  const [text, setText] = useState('');
  return (
    <form
      role="search"
      className="flex items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        const id = text.trim();
        if (id !== '') {
          set(isRequestId(id) ? { open: id } : { provider_request_id: id });
          setText('');
        }
      }}
    >
      <TextField
        label={t('find')}
        hideLabel
        placeholder={t('findHint')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="w-64 max-sm:w-52"
      />
      <Button type="submit">{t('go')}</Button>
    </form>
  );
}

function Live({
  state,
  live,
  onToggle,
}: {
  state: TailState;
  live: boolean;
  onToggle: () => void;
}) {
  const t = useWords();
  const text = { off: 'paused', connecting: 'connecting', live: 'live', refused: 'polling' } as const;
  return (
    <Button onClick={onToggle} aria-pressed={live} title={t(live ? 'pause' : 'resume')}>
      {live ? (
        <span aria-hidden className="size-2 animate-pulse rounded-full bg-good" />
      ) : (
        <Icon name="pause" />
      )}
      {t(text[state])}
    </Button>
  );
}
