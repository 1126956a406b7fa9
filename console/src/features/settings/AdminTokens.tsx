import { useState } from 'react';
import { api, type Body } from '@/api/client';
import { useChange, usePages } from '@/api/hooks';
import { useCan } from '@/app/session';
import { Confirm } from '@/parts/Confirm';
import { filled, useForm } from '@/parts/form';
import { SecretDialog } from '@/parts/Secret';
import {
  Badge,
  Button,
  Card,
  CodeBlock,
  EmptyState,
  fieldError,
  FormDialog,
  Icon,
  PagedTable,
  Select,
  TextField,
  Time,
} from '@/ui';
import type { AdminToken } from '../../../generated/schema';
import type { Making } from './making';
import { RoleChoice } from './RoleChoice';
import { useWords } from './words';

export function AdminTokens({ making, onMake }: Making) {
  const t = useWords();
  const can = useCan();
  const pages = usePages('/admin/v1/admin-tokens', {}, { live: true });
  const [revoking, setRevoking] = useState<AdminToken | null>(null);
  const state = (token: AdminToken) =>
    token.revoked_at != null
      ? 'revokedBadge'
      : token.expires_at != null && new Date(token.expires_at).getTime() <= Date.now()
        ? 'expired'
        : 'active';
  const make = can('post_admin_v1_admin_tokens') && (
    <Button look="primary" size="small" onClick={() => onMake(true)}>
      <Icon name="plus" />
      {t('newToken')}
    </Button>
  );
  return (
    <Card title={t('tokens')} flush actions={make}>
      <PagedTable<AdminToken>
        label={t('tokens')}
        pages={pages}
        rowKey={(token) => token.id}
        columns={[
          {
            key: 'owner',
            header: t('owner'),
            cell: (token) => <span className="font-medium wrap-anywhere">{token.owner}</span>,
          },
          { key: 'roles', header: t('roles'), cell: (token) => token.roles.join(', ') },
          {
            key: 'state',
            header: t('state'),
            from: 'sm',
            cell: (token) => (
              <Badge tone={state(token) === 'active' ? 'good' : 'neutral'}>{t(state(token))}</Badge>
            ),
          },
          {
            key: 'expires',
            header: t('expires'),
            from: 'md',
            cell: (token) => <Time at={token.expires_at} ago />,
          },
          {
            key: 'made',
            header: t('made'),
            from: 'lg',
            cell: (token) => <Time at={token.created_at} />,
          },
          {
            key: 'do',
            header: '',
            align: 'end',
            cell: (token) =>
              can('delete_admin_v1_admin_tokens_id_') &&
              state(token) === 'active' && (
                <Button size="small" look="quiet" onClick={() => setRevoking(token)}>
                  {t('revoke')}
                </Button>
              ),
          },
        ]}
        empty={
          <EmptyState title={t('noTokens')}>{t('tokensHint')}</EmptyState>
        }
      />
      {making && <NewToken onClose={() => onMake(false)} />}
      {revoking !== null && (
        <Confirm
          title={t('revokeTitle', { owner: revoking.owner })}
          submit={t('revoke')}
          done={t('revoked')}
          act={() => api.delete('/admin/v1/admin-tokens/{id}', { path: { id: revoking.id } })}
          touches={['/admin/v1/admin-tokens']}
          onClose={() => setRevoking(null)}
        >
          {t('revokeHint')}
        </Confirm>
      )}
    </Card>
  );
}

function NewToken({ onClose }: { onClose: () => void }) {
  const t = useWords();
  const { values, field } = useForm({ kind: 'service', name: '', expires_at: '' });
  const [roles, setRoles] = useState<string[]>([]);
  const change = useChange(
    () =>
      api.post(
        '/admin/v1/admin-tokens',
        filled({
          [values.kind]: values.name.trim(),
          roles,
          expires_at: values.expires_at === '' ? '' : `${values.expires_at}T23:59:59Z`,
        }) as unknown as Body<'post', '/admin/v1/admin-tokens'>,
      ),
    { touches: ['/admin/v1/admin-tokens'] },
  );
  if (change.data !== undefined) {
    return (
      <SecretDialog
        title={t('tokenTitle', { owner: change.data.owner })}
        secret={change.data.admin_token ?? ''}
        onClose={onClose}
      >
        <div>
          <p className="mb-1.5 font-medium">{t('useToken')}</p>
          <CodeBlock
            label={t('useToken')}
            text={`export SLUICE_URL=${window.location.origin}\nexport SLUICE_ADMIN_KEY=${change.data.admin_token ?? ''}\n./sluice keys list`}
          />
        </div>
      </SecretDialog>
    );
  }
  return (
    <FormDialog
      title={t('newToken')}
      submit={t('newToken')}
      wide
      change={change}
      onClose={onClose}
    >
      <p className="text-muted">{t('tokensHint')}</p>
      <div className="grid gap-3 sm:grid-cols-3">
        <Select
          label={t('tokenFor')}
          {...field('kind')}
          choices={[
            { value: 'service', label: t('aService') },
            { value: 'user', label: t('aUser') },
          ]}
        />
        <TextField
          label={t('name')}
          required
          {...field('name')}
          error={fieldError(change.error, values.kind)}
        />
        <TextField
          label={t('expires')}
          type="date"
          {...field('expires_at')}
          error={fieldError(change.error, 'expires_at')}
        />
      </div>
      <RoleChoice chosen={roles} onChange={setRoles} problem={change.error} />
    </FormDialog>
  );
}
