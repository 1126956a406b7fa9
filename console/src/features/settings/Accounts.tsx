import { useState } from 'react';
import { api, type Body } from '@/api/client';
import { useChange, usePages } from '@/api/hooks';
import { useCan, useSession } from '@/app/session';
import { useFormat } from '@/format';
import { Actor } from '@/parts/Actor';
import { Confirm } from '@/parts/Confirm';
import { filled, useForm } from '@/parts/form';
import { SecretDialog } from '@/parts/Secret';
import {
  Badge,
  Button,
  Card,
  Checkbox,
  Dialog,
  EmptyState,
  ErrorState,
  fieldError,
  FormDialog,
  Icon,
  PagedTable,
  TextField,
  Time,
  useToast,
} from '@/ui';
import type { Account, Invitation } from '../../../generated/schema';
import type { Making } from './making';
import { RoleChoice } from './RoleChoice';
import { AccountSessions } from './SessionTable';
import { useWords } from './words';

type Doing =
  | { what: 'edit' | 'delete'; account: Account }
  | { what: 'withdraw'; invitation: Invitation };

export function Accounts({ making, onMake }: Making) {
  const t = useWords();
  const can = useCan();
  const me = useSession();
  const accounts = usePages('/admin/v1/accounts', {}, { live: true });
  const invitations = usePages('/admin/v1/invitations', {}, { live: true });
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = () => setDoing(null);
  const open = invitations.rows.filter(
    (one) =>
      one.accepted_at == null &&
      one.revoked_at == null &&
      new Date(one.expires_at).getTime() > Date.now(),
  );
  return (
    <div className="flex flex-col gap-4">
      <Card
        title={t('accounts')}
        flush
        actions={
          can('post_admin_v1_invitations') && (
            <Button look="primary" size="small" onClick={() => onMake(true)}>
              <Icon name="plus" />
              {t('invite')}
            </Button>
          )
        }
      >
        <PagedTable<Account>
          label={t('accounts')}
          pages={accounts}
          rowKey={(account) => account.id}
          onOpen={(account) => setDoing({ what: 'edit', account })}
          columns={[
            {
              key: 'email',
              header: t('email'),
              cell: (account) => (
                <span className="flex flex-wrap items-center gap-2">
                  <span className="font-medium wrap-anywhere">{account.email}</span>
                  {account.id === me?.account && <Badge tone="accent">{t('you')}</Badge>}
                  {account.disabled && <Badge tone="bad">{t('disabled')}</Badge>}
                </span>
              ),
            },
            {
              key: 'roles',
              header: t('roles'),
              cell: (account) => (
                <span className="flex flex-wrap gap-1">
                  {account.roles.map((role) => (
                    <Badge key={role}>{role}</Badge>
                  ))}
                </span>
              ),
            },
            {
              key: 'seen',
              header: t('lastSignIn'),
              from: 'sm',
              cell: (account) =>
                account.last_sign_in_at == null ? (
                  <span className="text-muted">{t('never')}</span>
                ) : (
                  <Time at={account.last_sign_in_at} ago />
                ),
            },
          ]}
          empty={<EmptyState title={t('noAccounts')}>{t('noAccountsHint')}</EmptyState>}
        />
      </Card>
      <Card title={t('invitations')} flush>
        <PagedTable<Invitation>
          label={t('invitations')}
          pages={{ ...invitations, rows: open }}
          rowKey={(invitation) => invitation.id}
          columns={[
            {
              key: 'email',
              header: t('email'),
              cell: (invitation) => <span className="wrap-anywhere">{invitation.email}</span>,
            },
            { key: 'roles', header: t('roles'), cell: (invitation) => invitation.roles.join(', ') },
            {
              key: 'by',
              header: t('by'),
              from: 'md',
              cell: (invitation) => <Actor name={invitation.invited_by} />,
            },
            {
              key: 'expires',
              header: t('expires'),
              from: 'sm',
              cell: (invitation) => <Time at={invitation.expires_at} ago />,
            },
            {
              key: 'do',
              header: '',
              align: 'end',
              cell: (invitation) =>
                can('delete_admin_v1_invitations_id_') && (
                  <Button
                    size="small"
                    look="quiet"
                    onClick={() => setDoing({ what: 'withdraw', invitation })}
                  >
                    {t('withdraw')}
                  </Button>
                ),
            },
          ]}
          empty={<EmptyState title={t('noInvitations')}>{t('noInvitationsHint')}</EmptyState>}
        />
      </Card>
      {making && can('post_admin_v1_invitations') && <Invite onClose={() => onMake(false)} />}
      {doing?.what === 'edit' && (
        <Edit
          account={doing.account}
          onDelete={() => setDoing({ what: 'delete', account: doing.account })}
          onClose={close}
        />
      )}
      {doing?.what === 'delete' && (
        <Confirm
          title={t('deleteTitle', { email: doing.account.email })}
          submit={t('delete')}
          done={t('deleted')}
          act={() => api.delete('/admin/v1/accounts/{id}', { path: { id: doing.account.id } })}
          touches={['/admin/v1/accounts']}
          onClose={close}
        >
          {t('deleteHint')}
        </Confirm>
      )}
      {doing?.what === 'withdraw' && (
        <Confirm
          title={t('withdrawTitle', { email: doing.invitation.email })}
          submit={t('withdraw')}
          done={t('withdrawn')}
          act={() =>
            api.delete('/admin/v1/invitations/{id}', { path: { id: doing.invitation.id } })
          }
          touches={['/admin/v1/invitations']}
          onClose={close}
        >
          {t('withdrawHint')}
        </Confirm>
      )}
    </div>
  );
}

/** Where an invited person goes: the server says the path, the browser knows the rest. */
function linkOf(invitation: Invitation): string {
  return window.location.origin + (invitation.path ?? '');
}

function Invite({ onClose }: { onClose: () => void }) {
  const t = useWords();
  const format = useFormat();
  const { values, field } = useForm({ email: '', user: '' });
  const [roles, setRoles] = useState<string[]>(['developer']);
  const change = useChange(
    () =>
      api.post(
        '/admin/v1/invitations',
        filled({
          email: values.email.trim(),
          user: values.user.trim(),
          roles,
        }) as Body<'post', '/admin/v1/invitations'>,
      ),
    { touches: ['/admin/v1/invitations'] },
  );
  if (change.data !== undefined) {
    return (
      <SecretDialog
        title={t('invited', { email: change.data.email })}
        secret={linkOf(change.data)}
        onClose={onClose}
      >
        <p>{t('invitedHint', { until: format.time(change.data.expires_at) })}</p>
      </SecretDialog>
    );
  }
  return (
    <FormDialog
      title={t('inviteTitle')}
      submit={t('invite')}
      wide
      change={change}
      onClose={onClose}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label={t('email')}
          type="email"
          required
          {...field('email')}
          error={fieldError(change.error, 'email')}
        />
        <TextField
          label={t('userName')}
          {...field('user')}
          hint={t('userNameHint')}
          error={fieldError(change.error, 'user')}
        />
      </div>
      <RoleChoice chosen={roles} onChange={setRoles} problem={change.error} />
    </FormDialog>
  );
}

function Edit({
  account,
  onDelete,
  onClose,
}: {
  account: Account;
  onDelete: () => void;
  onClose: () => void;
}) {
  const t = useWords();
  const can = useCan();
  const me = useSession();
  const toast = useToast();
  const [roles, setRoles] = useState(account.roles);
  const [disabled, setDisabled] = useState(account.disabled);
  const change = useChange(
    () =>
      api.patch(
        '/admin/v1/accounts/{id}',
        { roles, disabled } as Partial<Body<'patch', '/admin/v1/accounts/{id}'>>,
        { path: { id: account.id } },
      ),
    {
      touches: ['/admin/v1/accounts'],
      onDone: () => {
        toast(t('saved'));
        onClose();
      },
    },
  );
  const signOut = useChange(
    () => api.post('/admin/v1/accounts/{id}/sign-out', undefined, { path: { id: account.id } }),
    {
      touches: ['/admin/v1/accounts/{id}/sessions'],
      onDone: () => toast(t('signedOut', { email: account.email })),
    },
  );
  const reset = useChange(
    () => api.post('/admin/v1/accounts/{id}/reset', undefined, { path: { id: account.id } }),
    { touches: ['/admin/v1/accounts'] },
  );
  if (reset.data !== undefined) {
    return (
      <SecretDialog
        title={t('resetTitle', { email: account.email })}
        secret={linkOf(reset.data)}
        onClose={onClose}
      >
        <p>{t('resetHint')}</p>
      </SecretDialog>
    );
  }
  const may = can('patch_admin_v1_accounts_id_');
  const self = account.id === me?.account;
  const problem = change.error ?? signOut.error ?? reset.error;
  return (
    <Dialog title={t('editTitle', { email: account.email })} onClose={onClose} wide>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(undefined);
        }}
      >
        <RoleChoice chosen={roles} onChange={setRoles} problem={change.error} />
        {!self && (
          <Checkbox
            label={t('disable')}
            checked={disabled}
            onChange={(event) => setDisabled(event.target.checked)}
          />
        )}
        {can('get_admin_v1_accounts_id_sessions') && <AccountSessions account={account} />}
        {problem !== null && <ErrorState problem={problem} />}
        <div className="flex flex-wrap justify-end gap-2">
          {may && !self && (
            <>
              <Button look="quiet" onClick={onDelete}>
                {t('delete')}
              </Button>
              <Button busy={reset.isPending} onClick={() => reset.mutate(undefined)}>
                {t('reset')}
              </Button>
              <Button busy={signOut.isPending} onClick={() => signOut.mutate(undefined)}>
                {t('signOut')}
              </Button>
            </>
          )}
          {may && (
            <Button type="submit" look="primary" busy={change.isPending}>
              {t('save')}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
