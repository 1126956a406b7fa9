import { useState } from 'react';
import { api } from '@/api/client';
import { useChange } from '@/api/hooks';
import { useFormat } from '@/format';
import {
  Button,
  ButtonLink,
  Dialog,
  ErrorState,
  Facts,
  Select,
} from '@/ui';
import type { Upstream, UpstreamTest } from '../../../generated/schema';
import type { RoutingTarget } from './target';
import { useWords } from './words';

export function TestDialog({
  upstream,
  targets,
  onClose,
}: {
  upstream: Upstream;
  targets: RoutingTarget[];
  onClose: () => void;
}) {
  const t = useWords();
  const names = [...new Set(targets.flatMap((target) => target.models))].sort();
  const [model, setModel] = useState('');
  const test = useChange(
    () =>
      api.post('/admin/v1/upstreams/{id}/test', model === '' ? {} : { model }, {
        path: { id: upstream.id },
      }),
    { touches: ['/admin/v1/routing/upstreams', '/admin/v1/balance', '/admin/v1/requests'] },
  );
  return (
    <Dialog title={t('testTitle', { name: upstream.name })} onClose={onClose}>
      {names.length === 0 ? (
        <div className="flex flex-col items-start gap-3">
          <p>{t('addModelFirst')}</p>
          <ButtonLink to="/models" search={{ new: '1', upstream: upstream.name } as never}>
            {t('addModel')}
          </ButtonLink>
        </div>
      ) : (
        <div className="flex flex-col gap-4">
          <p className="text-muted">{t('testHint')}</p>
          <div className="flex flex-wrap items-end gap-2">
            <Select
              label={t('testModel')}
              value={model}
              onChange={(event) => setModel(event.target.value)}
              choices={[
                { value: '', label: names.length === 1 ? (names[0] ?? '') : t('testFirst') },
                ...(names.length === 1 ? [] : names.map((name) => ({ value: name, label: name }))),
              ]}
              className="min-w-40 flex-1"
            />
            <Button look="primary" busy={test.isPending} onClick={() => test.mutate(undefined)}>
              {test.isPending ? t('testing') : t('test')}
            </Button>
          </div>
          {test.error !== null && <ErrorState problem={test.error} />}
          {test.data !== undefined && !test.isPending && <Result of={test.data} />}
        </div>
      )}
    </Dialog>
  );
}

function Result({ of }: { of: UpstreamTest }) {
  const t = useWords();
  const format = useFormat();
  return (
    <div aria-live="polite" className="flex flex-col gap-3">
      <div className={`rounded-md px-3 py-2 ${of.ok ? 'bg-good-soft text-good' : 'bg-bad-soft text-bad'}`}>
        <p className="font-semibold">
          {of.ok
            ? t('testOk', { model: of.model, time: format.millis(of.latency_ms) })
            : t('testBad', { status: of.status === 0 ? '' : of.status, code: of.error?.code ?? '' })}
        </p>
        {of.error != null && <p className="mt-1 break-words">{of.error.message}</p>}
      </div>
      <Facts
        of={[
          [t('target'), of.upstream_model],
          ...(of.answer == null ? [] : ([[t('answer'), of.answer]] as [string, string][])),
          ...(of.cost_usd == null
            ? []
            : ([[t('cost'), format.exactMoney(of.cost_usd)]] as [string, string][])),
        ]}
      />
      {of.request_id != null && (
        <div>
          <ButtonLink size="small" to="/requests" search={{ open: of.request_id } as never}>
            {t('seeCall')}
          </ButtonLink>
        </div>
      )}
    </div>
  );
}
