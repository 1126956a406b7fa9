import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import { useGet } from '@/api/hooks';
import { problemOf, type ApiProblem } from '@/api/problem';
import { useCan } from '@/app/session';
import { bodyOf, PARAMETERS } from '@/features/playground/body';
import type { Answered } from '@/features/playground/call';
import { perform } from '@/features/playground/perform';
import { useFormat } from '@/format';
import { Button, ErrorState, Select, TextField, TextLink } from '@/ui';
import { Step } from './Step';
import { useWords } from './words';

export function FirstCallStep({
  done,
  secret,
  models,
}: {
  done: boolean;
  secret: string | null;
  models: string[];
}) {
  const t = useWords();
  const can = useCan();
  const [pasted, setPasted] = useState('');
  const [model, setModel] = useState('');
  const [prompt, setPrompt] = useState<string | null>(null);
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [answered, setAnswered] = useState<Answered | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const asked = model === '' ? (models[0] ?? '') : model;
  const send = async () => {
    setBusy(true);
    setText('');
    setAnswered(null);
    setProblem(null);
    const ask = { text: prompt ?? t('promptDefault') };
    const nothing = () => undefined;
    const told = { onText: setText, onHeaders: nothing, onProgress: nothing };
    try {
      const body = bodyOf('chat', asked, PARAMETERS, ask);
      const key = pasted.trim() === '' ? (secret ?? '') : pasted.trim();
      const { signal } = new AbortController();
      setAnswered(await perform('chat', () => Promise.resolve(key), body, ask, told, signal));
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  };
  return (
    <Step number={4} title={t('call')} done={done}>
      {!can('post_admin_v1_playground_keys') ? (
        <p className="text-muted">{t('notForReview')}</p>
      ) : models.length === 0 ? (
        <p className="text-muted">{t('needsModel')}</p>
      ) : (
        <form
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <p className="max-w-prose text-muted">{t('callText')}</p>
          {secret === null && (
            <TextField
              label={t('pasteKey')}
              hint={t('pasteHint')}
              required
              type="password"
              className="w-full max-w-md"
              placeholder="sk-sluice-…"
              value={pasted}
              onChange={(event) => setPasted(event.target.value)}
            />
          )}
          <div className="flex flex-wrap items-end gap-3">
            <Select
              label={t('model')}
              className="w-48"
              value={asked}
              onChange={(event) => setModel(event.target.value)}
              choices={models.map((name) => ({ value: name, label: name }))}
            />
            <TextField
              label={t('prompt')}
              required
              className="min-w-56 flex-1"
              value={prompt ?? t('promptDefault')}
              onChange={(event) => setPrompt(event.target.value)}
            />
            <Button type="submit" look="primary" busy={busy}>
              {t('send')}
            </Button>
          </div>
          {problem !== null && <ErrorState problem={problem} />}
          {text !== '' && (
            <div role="status" className="rounded-md bg-sunken px-3 py-2">
              <div className="text-[0.93rem] text-muted">{t('answer')}</div>
              <div className="break-words whitespace-pre-wrap">{text}</div>
            </div>
          )}
          {answered?.requestId != null && <Books id={answered.requestId} answered={answered} />}
        </form>
      )}
    </Step>
  );
}

/** What the call left in the books, as soon as they are written. */
function Books({ id, answered }: { id: string; answered: Answered }) {
  const t = useWords();
  const can = useCan();
  const format = useFormat();
  const call = useQuery({
    queryKey: ['/admin/v1/requests/{id}', 'booked', id],
    queryFn: () => api.get('/admin/v1/requests/{id}', { path: { id } }),
    refetchInterval: ({ state }) => (state.data?.timings.ended_at == null ? 400 : false),
    retry: 20,
    retryDelay: 400,
  });
  const entries = useGet(
    '/admin/v1/ledger/entries',
    { query: { request_id: id } },
    { live: 700, enabled: can('get_admin_v1_ledger_entries') },
  );
  const ended = call.data?.timings.ended_at != null ? call.data : undefined;
  return (
    <div className="flex flex-col gap-2 rounded-md border border-line p-3">
      <p>
        {answered.route !== null && t('route', { route: answered.route.split(';')[0] ?? '' })}
        {', '}
        {t('took', { time: format.millis(answered.totalMillis) })}.{' '}
        {ended === undefined ? (
          <span className="text-muted">{t('pending')}</span>
        ) : (
          <strong>
            {t('costs', {
              cost: format.exactMoney(ended.cost_usd),
              hold: format.exactMoney(ended.hold_usd),
            })}
          </strong>
        )}
      </p>
      {(entries.data?.data ?? []).map((entry) => (
        <p key={entry.id} className="tabular text-muted">
          {t('booked')}: {entry.kind} · {entry.debit} → {entry.credit} ·{' '}
          {format.exactMoney(entry.amount)}
        </p>
      ))}
      <p className="flex flex-wrap gap-4">
        <TextLink to="/requests" search={{ open: id } as never}>
          {t('trace')}
        </TextLink>
        {can('get_admin_v1_ledger_entries') && <TextLink to="/billing">{t('ledger')}</TextLink>}
      </p>
    </div>
  );
}
