// One key: what it is, how it is doing, and what can be done with it.
import { useState } from 'react';
import { api, type Body } from '@/api/client';
import { useChange, useGet } from '@/api/hooks';
import { useCan, useSession } from '@/app/session';
import { dateIn } from '@/features/usage/query';
import { useFormat } from '@/format';
import { Confirm } from '@/parts/Confirm';
import { cleared, useForm } from '@/parts/form';
import { useTeamName } from '@/parts/names';
import { SecretDialog } from '@/parts/Secret';
import {
  Badge,
  Button,
  ButtonLink,
  Code,
  Dialog,
  Facts,
  FormDialog,
  Loaded,
  Money,
  PanelHead,
  Select,
  Time,
  useToast,
} from '@/ui';
import type { Key } from '../../../generated/schema';
import { bodyOf, formOf, KeyFields } from './KeyFields';
import { isOver, stateOf, TONES } from './state';
import { useWords } from './words';

const TOUCHES = ['/admin/v1/keys', '/admin/v1/keys/{id}'] as const;

type Doing = 'edit' | 'rotate' | 'revoke' | 'delete' | null;

export function KeyPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const key = useGet('/admin/v1/keys/{id}', { path: { id } }, { live: true });
  return (
    <Dialog title={key.data?.label ?? id} onClose={onClose} side>
      <Loaded of={key} lines={8}>
        {(found) => <Detail item={found} onClose={onClose} />}
      </Loaded>
    </Dialog>
  );
}

function Detail({ item, onClose }: { item: Key; onClose: () => void }) {
  const t = useWords();
  const can = useCan();
  const me = useSession();
  const format = useFormat();
  const teamName = useTeamName();
  const [doing, setDoing] = useState<Doing>(null);
  const state = stateOf(item);
  const own = item.owner === me?.owner && item.environment !== 'production';
  const mayWrite = can('patch_admin_v1_keys_id_') && (me?.rights.includes('keys.manage') || own);
  const since = dateIn(me?.organization?.time_zone ?? undefined, new Date(), -29);
  const usage = useGet(
    '/admin/v1/usage',
    { query: { key: item.id, from: since } },
    { enabled: can('get_admin_v1_usage'), live: 10_000 },
  );
  const close = () => setDoing(null);
  return (
    <div className="flex flex-col gap-5">
      <PanelHead
        actions={
          <>
            {mayWrite && !isOver(state) && (
              <>
                {!item.owned_by_file && (
                  <Button onClick={() => setDoing('edit')}>{t('edit')}</Button>
                )}
                <Button onClick={() => setDoing('rotate')}>{t('rotate')}</Button>
                <Button look="danger" onClick={() => setDoing('revoke')}>
                  {t('revoke')}
                </Button>
              </>
            )}
            {mayWrite && item.last_used_at == null && !item.owned_by_file && (
              <Button look="quiet" onClick={() => setDoing('delete')}>
                {t('delete')}
              </Button>
            )}
          </>
        }
      >
        <Badge tone={TONES[state]}>{t(state)}</Badge>
        <Badge tone={item.environment === 'production' ? 'accent' : 'neutral'}>
          {item.environment}
        </Badge>
      </PanelHead>
      {item.owned_by_file && <p className="rounded-md bg-sunken px-3 py-2 text-muted">{t('ofFile')}</p>}
      {state === 'overdue' && item.rotation_due_at != null && (
        <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">
          {t('overdueHint', { ago: format.ago(item.rotation_due_at) })}
        </p>
      )}
      {usage.data !== undefined && (
        <section>
          <h3 className="mb-1.5 font-semibold">{t('spent')}</h3>
          <div className="flex flex-wrap items-end gap-x-6 gap-y-2">
            <span className="text-[1.57rem] leading-none font-semibold">
              <Money usd={usage.data.totals.usd} />
            </span>
            <span className="text-muted">
              {format.number(usage.data.totals.requests)}{' '}
              {t('calls', { n: usage.data.totals.requests })}
            </span>
            <span className="grow" />
            <ButtonLink size="small" to="/requests" search={{ key: item.id } as never}>
              {t('showCalls')}
            </ButtonLink>
            <ButtonLink
              size="small"
              to="/usage"
              search={{ key: item.id, group: 'model' } as never}
            >
              {t('showUsage')}
            </ButtonLink>
          </div>
        </section>
      )}
      <section>
        <h3 className="mb-1.5 font-semibold">{t('facts')}</h3>
        <Facts
          of={[
            [t('id'), <Code key="id" text={item.id} />],
            [t('team'), teamName(item.team) ?? '–'],
            [t('owner'), item.owner],
            [
              t('lastUsed'),
              item.last_used_at == null ? t('never') : <Time key="used" at={item.last_used_at} ago />,
            ],
            [t('made'), <Time key="made" at={item.created_at} />],
            [t('credentialSince'), <Time key="since" at={item.rotated_at} />],
            [t('rotation'), <Time key="due" at={item.rotation_due_at} />],
            [t('expires'), <Time key="ends" at={item.expires_at} />],
            ...(item.revoked_at == null
              ? []
              : ([[t('revokedAt'), <Time key="over" at={item.revoked_at} />]] as [string, React.ReactNode][])),
            [t('models'), (item.models ?? []).join(', ') || t('allModels')],
            ...given(t('families'), (item.endpoint_families ?? []).join(', ')),
            ...given(t('ips'), (item.allowed_ips ?? []).join(', ')),
            ...given(t('workflow'), item.workflow),
            ...given(t('customer'), item.customer),
            ...given(t('productArea'), item.product_area),
            ...given(t('plan'), item.plan),
            ...given(t('trafficClass'), item.traffic_class),
            ...given(t('purpose'), item.purpose),
            ...given(t('storage'), item.storage_ref),
          ]}
        />
      </section>
      {doing === 'edit' && <Edit item={item} onClose={close} />}
      {doing === 'rotate' && <Rotate item={item} onClose={close} />}
      {doing === 'revoke' && (
        <Confirm
          title={t('revokeTitle', { label: item.label })}
          submit={t('revoke')}
          done={t('revokedDone', { label: item.label })}
          act={() => api.post('/admin/v1/keys/{id}/revoke', undefined, { path: { id: item.id } })}
          touches={TOUCHES}
          onClose={close}
        >
          {t('revokeHint')}
        </Confirm>
      )}
      {doing === 'delete' && (
        <Confirm
          title={t('deleteTitle', { label: item.label })}
          submit={t('delete')}
          done={t('deleted', { label: item.label })}
          act={() => api.delete('/admin/v1/keys/{id}', { path: { id: item.id } })}
          touches={['/admin/v1/keys']}
          onClose={close}
          onDone={onClose}
        >
          {t('deleteHint')}
        </Confirm>
      )}
    </div>
  );
}

function given(label: string, value: string | null | undefined): [string, React.ReactNode][] {
  return value == null || value === '' ? [] : [[label, value]];
}

function Edit({ item, onClose }: { item: Key; onClose: () => void }) {
  const t = useWords();
  const toast = useToast();
  const form = useForm(formOf(item));
  const change = useChange(
    () => {
      const body = cleared(bodyOf(form.values));
      // an expiry that was not touched keeps its hour
      if (form.values.expires_at === (item.expires_at ?? '').slice(0, 10)) {
        body.expires_at = (item.expires_at ?? null) as string;
      }
      return api.patch('/admin/v1/keys/{id}', body as Partial<Body<'patch', '/admin/v1/keys/{id}'>>, {
        path: { id: item.id },
      });
    },
    {
      touches: TOUCHES,
      onDone: () => {
        toast(t('saved'));
        onClose();
      },
    },
  );
  return (
    <FormDialog
      title={t('editTitle', { label: item.label })}
      submit={t('save')}
      wide
      change={change}
      onClose={onClose}
    >
      <KeyFields form={form} problem={change.error} changing />
    </FormDialog>
  );
}

function Rotate({ item, onClose }: { item: Key; onClose: () => void }) {
  const t = useWords();
  const [overlap, setOverlap] = useState('86400');
  const [secret, setSecret] = useState<string | null>(null);
  const change = useChange(
    () =>
      api.post(
        '/admin/v1/keys/{id}/rotate',
        { overlap_seconds: Number(overlap) },
        { path: { id: item.id } },
      ),
    { touches: TOUCHES, onDone: (key) => setSecret(key.key ?? '') },
  );
  if (secret !== null) {
    return (
      <SecretDialog
        title={t('rotatedTitle', { label: item.label })}
        secret={secret}
        onClose={onClose}
      />
    );
  }
  return (
    <FormDialog
      title={t('rotateTitle', { label: item.label })}
      submit={t('rotateDo')}
      change={change}
      onClose={onClose}
    >
      <p>{t('rotateHint')}</p>
      <Select
        label={t('overlap')}
        value={overlap}
        onChange={(event) => setOverlap(event.target.value)}
        choices={[
          { value: '0', label: t('overlapNone') },
          { value: '3600', label: t('overlapHour') },
          { value: '86400', label: t('overlapDay') },
          { value: '604800', label: t('overlapWeek') },
          { value: '2592000', label: t('overlapMonth') },
        ]}
      />
    </FormDialog>
  );
}
