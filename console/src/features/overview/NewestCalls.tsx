import { useNavigate } from '@tanstack/react-router';
import { useGet } from '@/api/hooks';
import { CallBadge } from '@/features/requests/CallBadge';
import { useWords as useRequestWords } from '@/features/requests/words';
import { useFormat } from '@/format';
import { EmptyState, Loaded, Money, Table, Time } from '@/ui';
import { useWords } from './words';

const SHOWN = 8;

export function NewestCalls() {
  const t = useWords();
  const r = useRequestWords();
  const format = useFormat();
  const navigate = useNavigate();
  const calls = useGet('/admin/v1/requests', { query: { limit: SHOWN } }, { live: true });
  return (
    <Loaded of={calls} lines={6}>
      {({ data }) =>
        data.length === 0 ? (
          <EmptyState title={r('noneYet')} />
        ) : (
          <Table
            label={t('newest')}
            rows={data}
            rowKey={(call) => call.request_id}
            onOpen={(call) =>
              void navigate({ to: '/requests', search: { open: call.request_id } as never })
            }
            columns={[
              { key: 'time', header: r('time'), cell: (call) => <Time at={call.created_at} /> },
              {
                key: 'status',
                header: r('status'),
                from: 'sm',
                cell: (call) => <CallBadge call={call} />,
              },
              {
                key: 'model',
                header: r('model'),
                className: 'max-w-48 truncate',
                cell: (call) => (
                  <>
                    {call.model ?? '–'}
                    {call.error_code != null && (
                      <span className="block truncate text-[0.93rem] text-bad sm:hidden">
                        {call.error_code}
                      </span>
                    )}
                  </>
                ),
              },
              {
                key: 'cost',
                header: r('cost'),
                align: 'end',
                cell: (call) => <Money usd={call.cost_usd} />,
              },
              {
                key: 'duration',
                header: r('duration'),
                align: 'end',
                from: 'sm',
                cell: (call) => format.millis(call.timings.total_ms),
              },
            ]}
          />
        )
      }
    </Loaded>
  );
}
