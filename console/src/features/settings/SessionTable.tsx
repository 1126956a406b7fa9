// Where somebody is signed in, and the end of it.
import { api } from '@/api/client';
import { useChange, usePages, type Pages } from '@/api/hooks';
import { useCan } from '@/app/session';
import { Badge, Button, EmptyState, ErrorState, PagedTable, Time, useToast } from '@/ui';
import type { Account, Session } from '../../../generated/schema';
import { deviceOf } from './device';
import { useWords } from './words';

const SESSIONS_MILLIS = 5_000;

export function SessionTable({
  pages,
  onEnd,
}: {
  pages: Pages<Session>;
  /** absent where none may be ended */
  onEnd?: ((id: string) => void) | undefined;
}) {
  const t = useWords();
  return (
    <PagedTable<Session>
      label={t('sessions')}
      pages={pages}
      rowKey={(session) => session.id}
      columns={[
        {
          key: 'agent',
          header: t('from'),
          cell: (session) => (
            <span className="flex flex-col">
              <span className="flex flex-wrap items-center gap-2">
                {session.remote_address}
                {session.current && <Badge tone="accent">{t('thisOne')}</Badge>}
              </span>
              <span
                className="text-[0.93rem] wrap-anywhere text-muted"
                title={session.user_agent ?? undefined}
              >
                {deviceOf(session.user_agent ?? '')}
              </span>
            </span>
          ),
        },
        {
          key: 'seen',
          header: t('lastSeen'),
          cell: (session) => <Time at={session.last_seen_at} ago />,
        },
        {
          key: 'do',
          header: '',
          align: 'end',
          cell: (session) =>
            !session.current &&
            onEnd !== undefined && (
              <Button size="small" look="quiet" onClick={() => onEnd(session.id)}>
                {t('end')}
              </Button>
            ),
        },
      ]}
      empty={<EmptyState title={t('noSessions')} />}
    />
  );
}

/** Those of somebody else's account. */
export function AccountSessions({ account }: { account: Account }) {
  const t = useWords();
  const toast = useToast();
  const can = useCan();
  const path = { id: account.id };
  const pages = usePages('/admin/v1/accounts/{id}/sessions', { path }, { live: SESSIONS_MILLIS });
  const end = useChange(
    (session: string) =>
      api.delete('/admin/v1/accounts/{id}/sessions/{session}', { path: { ...path, session } }),
    { touches: ['/admin/v1/accounts/{id}/sessions'], onDone: () => toast(t('ended')) },
  );
  const may = can('delete_admin_v1_accounts_id_sessions_session_');
  return (
    <section className="rounded-md border border-line" aria-label={t('sessionsOf')}>
      <h3 className="border-b border-line px-3 py-2 font-medium sm:px-4">{t('sessionsOf')}</h3>
      {end.error !== null && <ErrorState problem={end.error} />}
      <SessionTable pages={pages} onEnd={may ? (id) => end.mutate(id) : undefined} />
    </section>
  );
}
