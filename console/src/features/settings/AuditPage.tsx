import { usePages } from '@/api/hooks';
import { useFilters } from '@/app/url';
import { useFormat } from '@/format';
import { Actor } from '@/parts/Actor';
import { useTeamName } from '@/parts/names';
import {
  Badge,
  Button,
  Card,
  Code,
  Dialog,
  EmptyState,
  Facts,
  PagedTable,
  PageHeader,
  Table,
  TextLink,
  Time,
} from '@/ui';
import type { AuditEvent } from '../../../generated/schema';
import { AUDIT_FILTERS, auditQuery } from './audit';
import { AuditFilters } from './AuditFilters';
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
  const { zone } = useFormat();
  const [filters, set] = useFilters([...AUDIT_FILTERS, 'event'], 'event');
  const { event, ...values } = filters;
  const pages = usePages('/admin/v1/audit', { query: auditQuery(values, zone) }, { live: true });
  const isFiltered = Object.keys(values).length > 0;
  const open = pages.rows.find((one) => one.id === event);
  return (
    <>
      <PageHeader title={t('audit')}>{t('auditAbout')}</PageHeader>
      <AuditFilters values={values} set={set} />
      <Card flush>
        <PagedTable<AuditEvent>
          label={t('audit')}
          pages={pages}
          rowKey={(event) => event.id}
          selected={event ?? null}
          onOpen={(one) => set({ event: one.id })}
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
                <span className="wrap-anywhere">
                  <span className="text-muted">{event.subject_kind}</span>{' '}
                  <span className="font-medium">{event.subject_name ?? event.subject_id}</span>
                  {/* a phone has no column for it */}
                  <span className="block text-[0.93rem] text-muted sm:hidden">
                    <Actor name={event.actor} />
                  </span>
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
          empty={
            isFiltered ? (
              <EmptyState
                title={t('noMatch')}
                action={
                  <Button
                    onClick={() =>
                      set(Object.fromEntries(AUDIT_FILTERS.map((name) => [name, null])))
                    }
                  >
                    {t('clearFilters')}
                  </Button>
                }
              >
                {t('noMatchHint')}
              </EmptyState>
            ) : (
              <EmptyState title={t('noAudit')}>{t('noAuditHint')}</EmptyState>
            )
          }
        />
      </Card>
      {open !== undefined && <Event of={open} onClose={() => set({ event: null })} />}
    </>
  );
}

function Event({ of, onClose }: { of: AuditEvent; onClose: () => void }) {
  const t = useWords();
  const format = useFormat();
  const changed = differences(of.before, of.after);
  const teamName = useTeamName();
  // what was written stays as it was; the name is for who reads it
  const named = (field: string, text: string | null) => {
    const name = field === 'team' ? teamName(text) : null;
    return name === null || name === text ? text : `${name} (${text})`;
  };
  return (
    <Dialog
      title={`${of.action} ${of.subject_kind} ${of.subject_name ?? ''}`}
      onClose={onClose}
      side
    >
      <div className="flex flex-col gap-5">
        <Facts
          of={[
            [t('when'), format.time(of.at, 'full')],
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
        <p className="flex flex-wrap gap-x-4 gap-y-1">
          <TextLink to="/audit" search={{ subject: of.subject_id } as never}>
            {t('allOfSubject')}
          </TextLink>
          <TextLink to="/audit" search={{ actor: of.actor.slice(of.actor.indexOf(' ') + 1) } as never}>
            {t('allOfActor')}
          </TextLink>
          {of.request_id != null && (
            <TextLink to="/audit" search={{ request_id: of.request_id } as never}>
              {t('allOfRequest')}
            </TextLink>
          )}
        </p>
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
                        cell: (row: Difference) => <Value text={named(row.field, row.before)} />,
                      },
                    ]),
                ...(of.after == null
                  ? []
                  : [
                      {
                        key: 'after',
                        header: t('after'),
                        cell: (row: Difference) => <Value text={named(row.field, row.after)} />,
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
    <code className="font-mono text-[0.93rem] whitespace-pre-wrap wrap-anywhere">{text}</code>
  );
}
