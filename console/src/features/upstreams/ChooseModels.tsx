// The third step: public models that lead to the new upstream.
import { useState } from 'react';
import { api } from '@/api/client';
import { useChange, useGet } from '@/api/hooks';
import { problemOf } from '@/api/problem';
import { useFormat } from '@/format';
import { useModels } from '@/parts/names';
import { Badge, Button, Checkbox, Icon, Loaded, TextField } from '@/ui';
import type { Model, Upstream } from '../../../generated/schema';
import { useWords } from './words';

const SHOWN = 60;

interface Outcome {
  name: string;
  what: 'made_' | 'joined' | 'already' | 'failedModel';
  why?: string;
}

/** A public model of that name, or one more target of the one there is. */
async function lead(name: string, upstream: Upstream, known: Model[]): Promise<Outcome> {
  const there = known.find((model) => model.name === name);
  try {
    if (there === undefined) {
      await api.post('/admin/v1/models', { name, targets: [{ upstream: upstream.name, model: name }] } as never);
      return { name, what: 'made_' };
    }
    if (there.targets.some((target) => target.upstream === upstream.name)) {
      return { name, what: 'already' };
    }
    const last = Math.max(...there.targets.map((target) => target.priority));
    await api.patch(
      '/admin/v1/models/{id}',
      {
        targets: [...there.targets, { upstream: upstream.name, model: name, priority: last + 1 }],
      } as never,
      { path: { id: there.id } },
    );
    return { name, what: 'joined' };
  } catch (error) {
    return { name, what: 'failedModel', why: problemOf(error).message };
  }
}

export function ChooseModels({
  upstream,
  onClose,
  onTest,
}: {
  upstream: Upstream;
  onClose: () => void;
  onTest: () => void;
}) {
  const t = useWords();
  const format = useFormat();
  const provider = useGet('/admin/v1/providers/{id}', { path: { id: upstream.provider } });
  const models = useModels();
  const [part, setPart] = useState('');
  const [own, setOwn] = useState('');
  const [chosen, setChosen] = useState<string[]>([]);
  const toggle = (name: string) =>
    setChosen((all) => (all.includes(name) ? all.filter((one) => one !== name) : [...all, name]));
  const finish = useChange(
    async () => {
      const outcomes: Outcome[] = [];
      // one after the other: each is a change of the configuration of its own
      for (const name of chosen) {
        outcomes.push(await lead(name, upstream, models.data?.data ?? []));
      }
      return outcomes;
    },
    { touches: ['/admin/v1/models', '/admin/v1/routing/upstreams'] },
  );
  if (finish.data !== undefined) {
    return (
      <div className="flex flex-col gap-4">
        <p className="flex items-center gap-2 font-semibold">
          <Icon name="check" className="size-5 text-good" />
          {t('done', { name: upstream.name })}
        </p>
        <ul className="flex flex-col gap-1">
          {finish.data.map((one) => (
            <li key={one.name} className="break-words">
              <span className="font-medium">{one.name}</span>{' '}
              <span className={one.what === 'failedModel' ? 'text-bad' : 'text-muted'}>
                {t(one.what, { why: one.why ?? '' })}
              </span>
            </li>
          ))}
        </ul>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('close')}</Button>
          <Button look="primary" onClick={onTest}>
            {t('testNow')}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-3">
      <div>
        <p className="font-semibold">{t('chooseModels')}</p>
        <p className="text-muted">{t('chooseHint')}</p>
      </div>
      <Loaded of={provider}>
        {(found) => {
          const rows = found.models.filter((model) =>
            model.name.toLowerCase().includes(part.toLowerCase()),
          );
          return (
            <>
              {found.models.length > 8 && (
                <TextField
                  label={t('searchModels')}
                  hideLabel
                  type="search"
                  placeholder={t('searchModels')}
                  value={part}
                  onChange={(event) => setPart(event.target.value)}
                />
              )}
              {rows.length > 0 && (
                <ul className="max-h-[38dvh] overflow-y-auto rounded-md border border-line">
                  {rows.slice(0, SHOWN).map((model) => (
                    <li key={model.name} className="border-b border-line px-3 py-1.5 last:border-b-0">
                      <Checkbox
                        checked={chosen.includes(model.name)}
                        onChange={() => toggle(model.name)}
                        label={
                          <span className="flex flex-wrap items-center gap-2">
                            <span className="wrap-anywhere">{model.name}</span>
                            <Badge>{model.mode}</Badge>
                            {!model.priced && <Badge tone="warn">{t('unpriced')}</Badge>}
                            {model.retires_on != null && (
                              <Badge tone="warn">
                                {t('retires', { date: format.time(model.retires_on, 'date') })}
                              </Badge>
                            )}
                          </span>
                        }
                      />
                    </li>
                  ))}
                </ul>
              )}
            </>
          );
        }}
      </Loaded>
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          const name = own.trim();
          if (name !== '' && !chosen.includes(name)) {
            setChosen([...chosen, name]);
          }
          setOwn('');
        }}
      >
        <TextField
          label={t('ownModel')}
          value={own}
          onChange={(event) => setOwn(event.target.value)}
          hint={t('ownModelHint')}
          className="flex-1"
        />
        <Button type="submit" className="mb-6">
          {t('addOwn')}
        </Button>
      </form>
      <p className="min-h-5 break-words text-muted">
        {chosen.length > 0 && `${t('chosen', { n: chosen.length })}: ${chosen.join(', ')}`}
      </p>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t('skip')}</Button>
        <Button
          look="primary"
          disabled={chosen.length === 0}
          busy={finish.isPending}
          onClick={() => finish.mutate(undefined)}
        >
          {t('finish', { n: chosen.length })}
        </Button>
      </div>
    </div>
  );
}
