// A provider in three steps: who, which account, which models.
import { useState } from 'react';
import { api, type Body } from '@/api/client';
import { useChange, useGet } from '@/api/hooks';
import { filled, useForm } from '@/parts/form';
import { Badge, Button, cx, Dialog, ErrorState, fieldError, Icon, Loaded, TextField } from '@/ui';
import type { Provider, Upstream } from '../../../generated/schema';
import { ChooseModels } from './ChooseModels';
import { useWords } from './words';

export function AddProvider({
  onClose,
  onTest,
}: {
  onClose: () => void;
  onTest: (upstream: Upstream) => void;
}) {
  const t = useWords();
  const [provider, setProvider] = useState<Provider | null>(null);
  const [made, setMade] = useState<Upstream | null>(null);
  const step = made !== null ? 3 : provider !== null ? 2 : 1;
  return (
    <Dialog
      title={t('add')}
      onClose={onClose}
      wide
      sticky={step > 1}
    >
      <ol className="mb-4 flex flex-wrap gap-x-4 gap-y-1" aria-label={t('step', { n: step })}>
        {([1, 2, 3] as const).map((n) => (
          <li
            key={n}
            aria-current={n === step ? 'step' : undefined}
            className={cx(
              'flex items-center gap-1.5',
              n === step ? 'font-semibold' : n < step ? 'text-good' : 'text-muted',
            )}
          >
            <span
              className={cx(
                'flex size-5 items-center justify-center rounded-full text-[0.86rem]',
                n === step ? 'bg-accent text-on-accent' : 'bg-sunken',
              )}
            >
              {n < step ? <Icon name="check" className="size-3" /> : n}
            </span>
            {t(`step${n}`)}
          </li>
        ))}
      </ol>
      {made !== null ? (
        <ChooseModels upstream={made} onClose={onClose} onTest={() => onTest(made)} />
      ) : provider !== null ? (
        <Account provider={provider} onBack={() => setProvider(null)} onMade={setMade} />
      ) : (
        <Choose onChoose={setProvider} />
      )}
    </Dialog>
  );
}

function Choose({ onChoose }: { onChoose: (provider: Provider) => void }) {
  const t = useWords();
  const providers = useGet('/admin/v1/providers');
  const [part, setPart] = useState('');
  return (
    <div className="flex flex-col gap-3">
      <TextField
        label={t('search')}
        hideLabel
        type="search"
        placeholder={t('search')}
        value={part}
        onChange={(event) => setPart(event.target.value)}
      />
      <Loaded of={providers}>
        {(found) => (
          <ul className="grid max-h-[55dvh] grid-cols-[minmax(0,1fr)] gap-2 overflow-y-auto sm:grid-cols-2">
            {found.data
              .filter((one) => `${one.name} ${one.id}`.toLowerCase().includes(part.toLowerCase()))
              .map((one) => (
                <li key={one.id}>
                  <button
                    type="button"
                    onClick={() => onChoose(one)}
                    className="flex h-full w-full flex-col items-start rounded-md border border-line px-3 py-2 text-left outline-offset-[-2px] hover:border-accent hover:bg-accent-soft"
                  >
                    <span className="font-medium">{one.name}</span>
                    <span className="text-[0.93rem] wrap-anywhere text-muted">
                      {one.base_url ?? t('ownAddress')}
                    </span>
                    {one.model_count > 0 && (
                      <span className="text-[0.93rem] text-muted">
                        {t('modelCount', { n: one.model_count })}
                      </span>
                    )}
                  </button>
                </li>
              ))}
          </ul>
        )}
      </Loaded>
    </div>
  );
}

/** What some providers ask for besides; a catalogue that asks for nothing has none of it. */
interface Asks {
  needs_region?: boolean;
  settings?: { name: string; about: string; default: string | null; required: boolean }[];
  auth?: { credential: string };
}

function Account({
  provider,
  onBack,
  onMade,
}: {
  provider: Provider;
  onBack: () => void;
  onMade: (upstream: Upstream) => void;
}) {
  const t = useWords();
  const asks: Asks = provider as Asks;
  // an address with {variables} is made by the server, of the settings below
  const made = provider.base_url?.includes('{') === true;
  const { values, field } = useForm({
    name: provider.id,
    base_url: made ? '' : (provider.base_url ?? ''),
    region: '',
    credential: '',
  });
  const [settings, setSettings] = useState<Record<string, string>>({});
  const change = useChange(
    () =>
      api.post(
        '/admin/v1/upstreams',
        filled({
          name: values.name.trim(),
          provider: provider.id,
          base_url: values.base_url.trim(),
          region: values.region.trim(),
          credential: values.credential.trim(),
          ...(Object.keys(filled(settings)).length === 0 ? {} : { settings: filled(settings) }),
        }) as Body<'post', '/admin/v1/upstreams'>,
      ),
    { touches: ['/admin/v1/upstreams', '/admin/v1/routing/upstreams'], onDone: onMade },
  );
  const error = (name: string) => fieldError(change.error, name);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate(undefined);
      }}
    >
      <p>
        <Badge tone="accent">{provider.name}</Badge>
      </p>
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField label={t('name')} required {...field('name')} error={error('name')} />
        <TextField
          label={t('region')}
          required={asks.needs_region === true}
          {...field('region')}
          hint={t('regionHint')}
          error={error('region')}
        />
        {(asks.settings ?? []).map((setting) => (
          <TextField
            key={setting.name}
            label={setting.name}
            required={setting.required}
            placeholder={setting.default ?? ''}
            value={settings[setting.name] ?? ''}
            onChange={(event) => setSettings({ ...settings, [setting.name]: event.target.value })}
            hint={setting.about}
            error={error(`settings.${setting.name}`)}
          />
        ))}
        <TextField
          label={t('baseUrl')}
          type="url"
          required={provider.base_url == null}
          placeholder={made ? (provider.base_url ?? '') : ''}
          {...field('base_url')}
          hint={t('baseUrlHint')}
          error={error('base_url')}
          className="sm:col-span-2"
        />
        <TextField
          label={t('key')}
          type="password"
          autoComplete="new-password"
          {...field('credential')}
          hint={asks.auth === undefined ? t('keyHint') : `${asks.auth.credential}. ${t('keyHint')}`}
          error={error('credential')}
          className="sm:col-span-2"
        />
      </div>
      {change.error !== null && <ErrorState problem={change.error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onBack}>{t('back')}</Button>
        <Button type="submit" look="primary" busy={change.isPending}>
          {t('create')}
        </Button>
      </div>
    </form>
  );
}
