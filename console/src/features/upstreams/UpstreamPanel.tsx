import { useState } from 'react';
import { api, type Body } from '@/api/client';
import { useChange } from '@/api/hooks';
import { useCan } from '@/app/session';
import { useFormat } from '@/format';
import { Confirm } from '@/parts/Confirm';
import { cleared, useForm } from '@/parts/form';
import {
  Badge,
  Button,
  ButtonLink,
  Code,
  Dialog,
  Facts,
  fieldError,
  FormDialog,
  PanelHead,
  Table,
  TextField,
  Time,
  useToast,
} from '@/ui';
import type { Upstream } from '../../../generated/schema';
import type { RoutingTarget } from './target';
import { healthColumns } from './UpstreamsPage';
import { useWords } from './words';

const TOUCHES = ['/admin/v1/upstreams', '/admin/v1/routing/upstreams'] as const;

export function UpstreamPanel({
  upstream,
  targets,
  onTest,
  onClose,
}: {
  upstream: Upstream;
  targets: RoutingTarget[];
  onTest: () => void;
  onClose: () => void;
}) {
  const t = useWords();
  const can = useCan();
  const format = useFormat();
  const [doing, setDoing] = useState<'edit' | 'rotate' | 'delete' | null>(null);
  const may = can('patch_admin_v1_upstreams_id_') && !upstream.shared;
  const timeouts = Object.entries(upstream.timeouts ?? {}).map(
    ([name, value]) =>
      `${t((name === 'idle' ? 'idle_' : name) as 'connect')} ${String(value)}`,
  );
  return (
    <Dialog title={upstream.name} onClose={onClose} side>
      <div className="flex flex-col gap-5">
        <PanelHead
          actions={
            <>
              {can('post_admin_v1_upstreams_id_test') && (
                <Button look="primary" onClick={onTest}>
                  {t('test')}
                </Button>
              )}
              {may && <Button onClick={() => setDoing('rotate')}>{t('rotate')}</Button>}
              {may && !upstream.owned_by_file && (
                <>
                  <Button onClick={() => setDoing('edit')}>{t('edit')}</Button>
                  <Button look="quiet" onClick={() => setDoing('delete')}>
                    {t('delete')}
                  </Button>
                </>
              )}
            </>
          }
        >
          <Badge>{upstream.provider}</Badge>
          {upstream.shared && <Badge>{t('shared')}</Badge>}
        </PanelHead>
        {upstream.shared && <p className="rounded-md bg-sunken px-3 py-2 text-muted">{t('sharedHint')}</p>}
        {upstream.owned_by_file && (
          <p className="rounded-md bg-sunken px-3 py-2 text-muted">{t('ofFile')}</p>
        )}
        <section>
          <h3 className="mb-1.5 font-semibold">{t('health')}</h3>
          {targets.length === 0 ? (
            <div className="flex flex-wrap items-center gap-3">
              <span className="text-muted">{t('noTargets')}</span>
              {can('post_admin_v1_models') && (
                <ButtonLink
                  size="small"
                  to="/models"
                  search={{ new: '1', upstream: upstream.name } as never}
                >
                  {t('addModel')}
                </ButtonLink>
              )}
            </div>
          ) : (
            <div className="rounded-md border border-line">
              <Table
                label={t('health')}
                rows={targets}
                rowKey={(target) => target.model}
                columns={healthColumns(t, format, true)}
              />
            </div>
          )}
        </section>
        <Facts
          of={[
            [t('id'), <Code key="id" text={upstream.id} />],
            ...(upstream.base_url == null
              ? []
              : ([[t('baseUrl'), <Code key="url" text={upstream.base_url} />]] as [
                  string,
                  React.ReactNode,
                ][])),
            [t('dialects'), (upstream.dialects ?? []).join(', ')],
            ...(upstream.region == null
              ? []
              : ([[t('region'), upstream.region]] as [string, string][])),
            [
              t('credential'),
              upstream.has_credential
                ? t('set', { ago: format.ago(upstream.credential_set_at ?? '') })
                : t('none'),
            ],
            [t('timeouts'), timeouts.join(' · ')],
            [t('made'), <Time key="made" at={upstream.created_at} />],
          ]}
        />
      </div>
      {doing === 'rotate' && <Rotate upstream={upstream} onClose={() => setDoing(null)} />}
      {doing === 'edit' && <Edit upstream={upstream} onClose={() => setDoing(null)} />}
      {doing === 'delete' && (
        <Confirm
          title={t('deleteTitle', { name: upstream.name })}
          submit={t('delete')}
          done={t('deleted', { name: upstream.name })}
          act={() => api.delete('/admin/v1/upstreams/{id}', { path: { id: upstream.id } })}
          touches={TOUCHES}
          onClose={() => setDoing(null)}
          onDone={onClose}
        >
          {t('deleteHint')}
        </Confirm>
      )}
    </Dialog>
  );
}

function Rotate({ upstream, onClose }: { upstream: Upstream; onClose: () => void }) {
  const t = useWords();
  const toast = useToast();
  const { values, field } = useForm({ credential: '' });
  const change = useChange(
    () =>
      api.post(
        '/admin/v1/upstreams/{id}/rotate',
        { credential: values.credential.trim() },
        { path: { id: upstream.id } },
      ),
    {
      touches: TOUCHES,
      onDone: () => {
        toast(t('rotated', { name: upstream.name }));
        onClose();
      },
    },
  );
  return (
    <FormDialog
      title={t('rotateTitle', { name: upstream.name })}
      submit={t('rotate')}
      change={change}
      onClose={onClose}
    >
      <p className="text-muted">{t('rotateHint')}</p>
      <TextField
        label={t('key')}
        type="password"
        autoComplete="new-password"
        required
        {...field('credential')}
        error={fieldError(change.error, 'credential')}
      />
    </FormDialog>
  );
}

function Edit({ upstream, onClose }: { upstream: Upstream; onClose: () => void }) {
  const t = useWords();
  const toast = useToast();
  const { values, field } = useForm({
    name: upstream.name,
    base_url: upstream.base_url ?? '',
    region: upstream.region ?? '',
    connect: upstream.timeouts?.connect ?? '',
    first_byte: upstream.timeouts?.first_byte ?? '',
    idle: upstream.timeouts?.idle ?? '',
    total: upstream.timeouts?.total ?? '',
  });
  const change = useChange(
    () => {
      const { connect, first_byte, idle, total, ...rest } = values;
      const body = { ...cleared(rest), timeouts: { connect, first_byte, idle, total } };
      return api.patch(
        '/admin/v1/upstreams/{id}',
        body as Partial<Body<'patch', '/admin/v1/upstreams/{id}'>>,
        { path: { id: upstream.id } },
      );
    },
    {
      touches: TOUCHES,
      onDone: () => {
        toast(t('saved'));
        onClose();
      },
    },
  );
  const error = (name: string) => fieldError(change.error, name);
  return (
    <FormDialog
      title={t('editTitle', { name: upstream.name })}
      submit={t('save')}
      wide
      change={change}
      onClose={onClose}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField label={t('name')} required {...field('name')} error={error('name')} />
        <TextField
          label={t('region')}
          {...field('region')}
          hint={t('regionHint')}
          error={error('region')}
        />
        <TextField
          label={t('baseUrl')}
          type="url"
          {...field('base_url')}
          hint={t('baseUrlHint')}
          error={error('base_url')}
          className="sm:col-span-2"
        />
      </div>
      <fieldset className="rounded-md border border-line p-3">
        <legend className="px-1 font-medium">{t('timeouts')}</legend>
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
          {(['connect', 'first_byte', 'idle', 'total'] as const).map((name) => (
            <TextField
              key={name}
              label={t(name === 'idle' ? 'idle_' : name)}
              {...field(name)}
              error={error(`timeouts.${name}`)}
            />
          ))}
        </div>
      </fieldset>
    </FormDialog>
  );
}
