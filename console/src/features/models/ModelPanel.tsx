import { useState } from 'react';
import { api } from '@/api/client';
import { useCan } from '@/app/session';
import { useFormat } from '@/format';
import { Confirm } from '@/parts/Confirm';
import { Badge, Button, ButtonLink, Code, CodeBlock, Dialog, Facts, PanelHead, Table, Time } from '@/ui';
import type { Model } from '../../../generated/schema';
import { callOf } from './call';
import { ModelForm } from './ModelForm';
import { useWords } from './words';

type Target = Model['targets'][number];

export function ModelPanel({ model, onClose }: { model: Model; onClose: () => void }) {
  const t = useWords();
  const can = useCan();
  const format = useFormat();
  const [doing, setDoing] = useState<'edit' | 'delete' | null>(null);
  const may = can('patch_admin_v1_models_id_') && !model.owned_by_file;
  const several = model.targets.length > 1;
  const call = callOf(model, `${window.location.origin}/v1`);
  return (
    <Dialog title={model.name} onClose={onClose} side>
      <div className="flex flex-col gap-5">
        <PanelHead
          actions={
            <>
              <ButtonLink to="/usage" search={{ model: model.name, group: 'key' } as never}>
                {t('usage')}
              </ButtonLink>
              {may && (
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
          <Badge tone={model.priced ? 'good' : 'warn'}>
            {t(model.priced ? 'ready' : 'unpriced')}
          </Badge>
        </PanelHead>
        {model.owned_by_file && (
          <p className="rounded-md bg-sunken px-3 py-2 text-muted">{t('ofFile')}</p>
        )}
        {!model.priced && (
          <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">
            {model.unpriced_reason} {t('unpricedHint')}
          </p>
        )}
        <section>
          <h3 className="mb-1.5 font-semibold">{t('targets')}</h3>
          <div className="rounded-md border border-line">
            <Table<Target>
              label={t('targets')}
              rows={model.targets}
              rowKey={(target) => `${target.upstream}\n${target.model}\n${target.priority}`}
              columns={[
                { key: 'upstream', header: t('upstream'), cell: (target) => target.upstream },
                {
                  key: 'model',
                  header: t('modelThere'),
                  cell: (target) => <span className="wrap-anywhere">{target.model}</span>,
                },
                ...(several
                  ? [
                      {
                        key: 'priority',
                        header: t('prio'),
                        align: 'end' as const,
                        cell: (target: Target) => target.priority,
                      },
                    ]
                  : []),
                ...(several && model.strategy === 'weighted'
                  ? [
                      {
                        key: 'weight',
                        header: t('weight'),
                        align: 'end' as const,
                        cell: (target: Target) => target.weight,
                      },
                    ]
                  : []),
              ]}
            />
          </div>
          {several && (
            <p className="mt-1.5 text-muted">
              {t(model.strategy === 'weighted' ? 'weightedHint' : 'priorityHint')}
            </p>
          )}
        </section>
        <Facts
          of={[
            [t('id'), <Code key="id" text={model.id} />],
            [t('price'), model.price == null ? t('priceBook') : t('priceOwn')],
            ...(model.max_output_tokens == null
              ? []
              : ([[t('maxOutput'), format.number(model.max_output_tokens)]] as [string, string][])),
            ...(model.context_window == null
              ? []
              : ([[t('context'), format.number(model.context_window)]] as [string, string][])),
            [t('made'), <Time key="made" at={model.created_at} />],
          ]}
        />
        {model.price != null && (
          <section>
            <h3 className="mb-1.5 font-semibold">{t('priceKeys')}</h3>
            <CodeBlock label={t('priceKeys')} text={JSON.stringify(model.price, null, 2)} />
          </section>
        )}
        {call !== null && (
          <section>
            <h3 className="mb-1.5 font-semibold">{t('callIt')}</h3>
            <CodeBlock label={t('callIt')} text={call} />
          </section>
        )}
      </div>
      {doing === 'edit' && <ModelForm model={model} onClose={() => setDoing(null)} />}
      {doing === 'delete' && (
        <Confirm
          title={t('deleteTitle', { name: model.name })}
          submit={t('delete')}
          done={t('deleted', { name: model.name })}
          act={() => api.delete('/admin/v1/models/{id}', { path: { id: model.id } })}
          touches={['/admin/v1/models', '/admin/v1/routing/upstreams']}
          onClose={() => setDoing(null)}
          onDone={onClose}
        >
          {t('deleteHint')}
        </Confirm>
      )}
    </Dialog>
  );
}
