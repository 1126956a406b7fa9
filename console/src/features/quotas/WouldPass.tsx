// A dry run: every rule that matches a described call, and what it would be told.
import { api } from '@/api/client';
import { useChange, useGet } from '@/api/hooks';
import { useSession } from '@/app/session';
import { isOver, stateOf } from '@/features/keys/state';
import { useFormat } from '@/format';
import { useForm, wholeOf } from '@/parts/form';
import { useModels } from '@/parts/names';
import {
  Badge,
  Button,
  ButtonLink,
  Dialog,
  EmptyState,
  ErrorState,
  Facts,
  fieldError,
  Loading,
  Select,
  Table,
  TextField,
} from '@/ui';
import type { Estimate } from '../../../generated/schema';
import { useAmount } from './amounts';
import { useWords } from './words';

type RuleStanding = Estimate['rules'][number];

const CONVERSATION = ['chat', 'responses'];
/** With the modes of models that serve them. */
const ENDPOINTS: Record<string, string[]> = {
  '/v1/chat/completions': CONVERSATION,
  '/v1/responses': CONVERSATION,
  '/v1/messages': CONVERSATION,
  '/v1/embeddings': ['embedding'],
};
/** A token of ordinary English is about four characters. */
const TOKEN = 'word ';

function bodyOf(endpoint: string, model: string, prompt: number, most: number | undefined) {
  const text = TOKEN.repeat(Math.min(prompt, 200_000)).trim();
  const messages = [{ role: 'user', content: text }];
  switch (endpoint) {
    case '/v1/embeddings':
      return { model, input: text };
    case '/v1/responses':
      return { model, input: text, ...(most === undefined ? {} : { max_output_tokens: most }) };
    case '/v1/messages':
      return { model, messages, max_tokens: most ?? 1024 };
    default:
      return { model, messages, ...(most === undefined ? {} : { max_tokens: most }) };
  }
}

export function WouldPass({ onClose }: { onClose: () => void }) {
  const t = useWords();
  const models = useModels();
  const me = useSession();
  const keys = useGet('/admin/v1/keys', { query: { limit: 500 } });
  const { values, field } = useForm({
    endpoint: '/v1/chat/completions',
    model: '',
    key: '',
    prompt: '1000',
    max_tokens: '500',
  });
  const serving = ENDPOINTS[values.endpoint] ?? CONVERSATION;
  const names = (models.data?.data ?? [])
    .filter(({ modes }) => modes.length === 0 || modes.some((mode) => serving.includes(mode)))
    .map((one) => one.name);
  const model = names.includes(values.model) ? values.model : (names[0] ?? '');
  // who sees own calls alone may ask for own keys alone
  const seesAll = me?.rights.includes('usage.view') === true || me?.rights.includes('admin') === true;
  const working = (keys.data?.data ?? []).filter((key) => !isOver(stateOf(key)));
  const key = values.key === '' && !seesAll ? (working[0]?.id ?? '') : values.key;
  const ask = useChange(
    () =>
      api.post('/admin/v1/estimate', {
        endpoint: values.endpoint,
        body: bodyOf(
          values.endpoint,
          model,
          wholeOf(values.prompt) ?? 1,
          wholeOf(values.max_tokens),
        ),
        ...(key === '' ? {} : { key }),
      } as never),
    { touches: [] },
  );
  if (!seesAll && working.length === 0) {
    return (
      <Dialog title={t('passTitle')} onClose={onClose} side>
        {keys.isPending ? (
          <Loading />
        ) : (
          <EmptyState
            title={t('noOwnKey')}
            action={
              <ButtonLink to="/keys" look="primary">
                {t('toKeys')}
              </ButtonLink>
            }
          />
        )}
      </Dialog>
    );
  }
  return (
    <Dialog title={t('passTitle')} onClose={onClose} side>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate(undefined);
        }}
      >
        <p className="text-muted">{t('passHint')}</p>
        <div className="grid gap-3 sm:grid-cols-2">
          <Select
            label={t('model')}
            {...field('model')}
            value={model}
            choices={names.map((name) => ({ value: name, label: name }))}
            error={fieldError(ask.error, 'model')}
          />
          <Select
            label={t('ofKey')}
            {...field('key')}
            value={key}
            choices={[
              ...(seesAll ? [{ value: '', label: t('anybody') }] : []),
              ...working.map(({ id, label }) => ({ value: id, label })),
            ]}
            error={fieldError(ask.error, 'key')}
          />
          <Select
            label={t('endpoint')}
            {...field('endpoint')}
            choices={Object.keys(ENDPOINTS).map((path) => ({ value: path, label: path }))}
          />
          <div className="grid grid-cols-2 gap-3">
            <TextField label={t('promptSize')} inputMode="numeric" {...field('prompt')} />
            <TextField label={t('maxTokens')} inputMode="numeric" {...field('max_tokens')} />
          </div>
        </div>
        <div className="flex justify-end">
          <Button type="submit" look="primary" busy={ask.isPending}>
            {t('ask')}
          </Button>
        </div>
      </form>
      {ask.error !== null && <ErrorState problem={ask.error} />}
      {ask.data !== undefined && <Result of={ask.data} />}
    </Dialog>
  );
}

function Result({ of }: { of: Estimate }) {
  const t = useWords();
  const format = useFormat();
  const amount = useAmount();
  return (
    <div className="mt-5 flex flex-col gap-4 border-t border-line pt-4" aria-live="polite">
      <div
        className={`rounded-md px-3 py-2 ${of.allowed ? 'bg-good-soft text-good' : 'bg-bad-soft text-bad'}`}
      >
        <p className="font-semibold">
          {of.allowed
            ? t('passes')
            : t('refused', { status: of.refusal?.status ?? '', code: of.refusal?.code ?? '' })}
        </p>
        {!of.allowed && <p className="mt-1">{of.refusal?.message}</p>}
      </div>
      <Facts
        of={[
          [t('worst'), format.money(of.worst_case_usd)],
          [
            t('expected'),
            `${format.money(of.expected_usd)} ${
              of.expected_basis === 'past_calls'
                ? t('expectedPast')
                : of.expected_basis === 'prompt_size'
                  ? t('expectedPrompt')
                  : ''
            }`,
          ],
          [t('holds'), format.money(of.hold_usd)],
          [t('output'), format.number(of.granted_output_tokens)],
          ...(of.balance == null
            ? []
            : ([
                [
                  t('balance'),
                  <span key="balance" className="flex gap-2">
                    {format.money(of.balance.available)}
                    <Fits ok={of.balance.fits} />
                  </span>,
                ],
              ] as [string, React.ReactNode][])),
        ]}
      />
      <section>
        <h3 className="mb-1.5 font-semibold">{t('rules')}</h3>
        {of.rules.length === 0 ? (
          <p className="text-muted">{t('noRules')}</p>
        ) : (
          <div className="rounded-md border border-line">
            <Table<RuleStanding>
              label={t('rules')}
              rows={of.rules}
              rowKey={(rule) => rule.id}
              columns={[
                {
                  key: 'rule',
                  header: t('rule'),
                  cell: (rule) => <span className="font-medium wrap-anywhere">{rule.name}</span>,
                },
                {
                  key: 'used',
                  header: t('used'),
                  align: 'end',
                  cell: (rule) =>
                    t('ofLimit', {
                      used: amount(rule.used, rule.unit),
                      limit: amount(rule.limit, rule.unit),
                    }),
                },
                {
                  key: 'estimate',
                  header: t('estimate'),
                  align: 'end',
                  from: 'sm',
                  cell: (rule) => amount(rule.estimate, rule.unit),
                },
                {
                  key: 'fits',
                  header: '',
                  align: 'end',
                  cell: (rule) =>
                    rule.shadow ? <Badge>{t('shadow')}</Badge> : <Fits ok={rule.fits} />,
                },
              ]}
            />
          </div>
        )}
      </section>
      <section>
        <h3 className="mb-1.5 font-semibold">{t('where')}</h3>
        <ul className="flex flex-col gap-1">
          {of.candidates.map((candidate, at) => (
            <li key={at} className="break-words">
              <span className="font-medium">
                {candidate.upstream} · {candidate.model}
              </span>{' '}
              <span className="text-muted">{candidate.note}</span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function Fits({ ok }: { ok: boolean }) {
  const t = useWords();
  return <Badge tone={ok ? 'good' : 'bad'}>{t(ok ? 'fits' : 'fitsNot')}</Badge>;
}
