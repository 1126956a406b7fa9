import { usePages } from '@/api/hooks';
import { useFilters } from '@/app/url';
import { Actor } from '@/parts/Actor';
import { Badge, Card, Code, Dialog, EmptyState, Facts, PagedTable, PageHeader, Table, Time } from '@/ui';
import type { AuditEvent } from '../../../generated/schema';
import { differences, type Difference } from './differences';
import { useWords } from './words';

const TONES: Record<string, 'good' | 'warn' | 'bad' | 'neutral'> = {
  create: 'good',
  delete: 'bad',
  revoke: 'bad',
  rotate: 'warn',
};

export default function AuditPage() {
  const t = useWords();
  const [filters, set] = useFilters(['event']);
  const pages = usePages('/admin/v1/audit', {}, { live: true });
  const open = pages.rows.find((event) => event.id === filters.event);
  return (
    <>
      <PageHeader title={t('audit')}>{t('auditAbout')}</PageHeader>
      <Card flush>
        <PagedTable<AuditEvent>
          label={t('audit')}
          pages={pages}
          rowKey={(event) => event.id}
          selected={filters.event ?? null}
          onOpen={(event) => set({ event: event.id })}
          columns={[
            { key: 'when', header: t('when'), cell: (event) => <Time at={event.at} /> },
            {
              key: 'action',
              header: t('action'),
              cell: (event) => <Badge tone={TONES[event.action] ?? 'neutral'}>{event.action}</Badge>,
            },
            {
              key: 'subject',
              header: t('subject'),
              cell: (event) => (
                <span className="break-all">
                  <span className="text-muted">{event.subject_kind}</span>{' '}
                  <span className="font-medium">{event.subject_name ?? event.subject_id}</span>
                </span>
              ),
            },
            {
              key: 'who',
              header: t('who'),
              from: 'sm',
              cell: (event) => <Actor name={event.actor} />,
            },
            {
              key: 'change',
              header: t('change'),
              from: 'lg',
              cell: (event) => (
                <span className="break-words text-muted">
                  {event.before == null || event.after == null
                    ? ''
                    : differences(event.before, event.after)
                        .map((one) => one.field)
                        .slice(0, 5)
                        .join(', ')}
                </span>
              ),
            },
          ]}
          empty={<EmptyState title={t('noAudit')}>{t('noAuditHint')}</EmptyState>}
        />
      </Card>
      {open !== undefined && <Event of={open} onClose={() => set({ event: null })} />}
    </>
  );
}

function Event({ of, onClose }: { of: AuditEvent; onClose: () => void }) {
  const t = useWords();
  const changed = differences(of.before, of.after);
  return (
    <Dialog
      title={`${of.action} ${of.subject_kind} ${of.subject_name ?? ''}`}
      onClose={onClose}
      side
    >
      <div className="flex flex-col gap-5">
        <Facts
          of={[
            [t('when'), <Time key="at" at={of.at} />],
            [t('who'), of.actor],
            [t('address'), of.remote_address ?? t('nothing')],
            [t('subject'), <Code key="id" text={of.subject_id} />],
            ...(of.request_id == null
              ? []
              : ([[t('request'), <Code key="request" text={of.request_id} />]] as [
                  string,
                  React.ReactNode,
                ][])),
          ]}
        />
        {changed.length > 0 && (
          <div className="rounded-md border border-line">
            <Table<Difference>
              label={t('change')}
              rows={changed}
              rowKey={(row) => row.field}
              columns={[
                { key: 'field', header: t('name'), cell: (row) => row.field },
                ...(of.before == null
                  ? []
                  : [
                      {
                        key: 'before',
                        header: t('before'),
                        cell: (row: Difference) => <Value text={row.before} />,
                      },
                    ]),
                ...(of.after == null
                  ? []
                  : [
                      {
                        key: 'after',
                        header: t('after'),
                        cell: (row: Difference) => <Value text={row.after} />,
                      },
                    ]),
              ]}
            />
          </div>
        )}
      </div>
    </Dialog>
  );
}

function Value({ text }: { text: string | null }) {
  return text === null ? (
    <span className="text-muted">–</span>
  ) : (
    <code className="font-mono text-[0.93rem] break-all">{text}</code>
  );
}
