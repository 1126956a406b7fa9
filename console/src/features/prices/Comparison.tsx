// The same work with up to five models, across modalities.
import { useQuery } from '@tanstack/react-query';
import { api, type Answer } from '@/api/client';
import type { ApiProblem } from '@/api/problem';
import { useFormat } from '@/format';
import { compareMoney } from '@/format/money';
import { filled, useForm, wholeOf } from '@/parts/form';
import { Badge, Button, Card, ErrorState, Icon, Loading, Table, TextField } from '@/ui';
import { useWords } from './words';

export const MODELS_MAX = 5;

type Row = Answer<'post', '/admin/v1/prices/compare'>['data'][number];

/** Percent as people type it, as the share the API takes. */
function shareOf(percent: string): string | undefined {
  const match = /^(\d{1,3})(?:[.,](\d{1,6}))?$/.exec(percent.trim());
  if (match === null) {
    return undefined;
  }
  const digits = `${(match[1] ?? '0').padStart(3, '0')}${match[2] ?? ''}`;
  return `${digits[0]}.${digits.slice(1)}`;
}

/** Whether the last day of a model has passed. */
function isOver(lastDay: string): boolean {
  return lastDay < new Date().toISOString().slice(0, 10);
}

export function Comparison({
  chosen,
  onRemove,
  onClear,
}: {
  chosen: string[];
  onRemove: (id: string) => void;
  onClear: () => void;
}) {
  const t = useWords();
  const format = useFormat();
  const { values, field } = useForm({
    calls: '1000',
    input_tokens: '1000',
    cached: '0',
    output_tokens: '500',
    images: '',
    quality: '',
    size: '',
    video_seconds: '',
    resolution: '',
    audio_minutes: '',
    accepted: '100',
  });
  const workload = filled({
    calls: wholeOf(values.calls),
    input_tokens: wholeOf(values.input_tokens),
    cached_share: shareOf(values.cached),
    output_tokens: wholeOf(values.output_tokens),
    images: wholeOf(values.images),
    quality: values.quality.trim(),
    size: values.size.trim(),
    video_seconds: values.video_seconds.trim().replace(',', '.'),
    resolution: values.resolution.trim(),
    audio_minutes: values.audio_minutes.trim().replace(',', '.'),
    accepted_share: shareOf(values.accepted),
  });
  const models = chosen.map((id) => {
    const slash = id.indexOf('/');
    return { provider: id.slice(0, slash), model: id.slice(slash + 1) };
  });
  const result = useQuery<Answer<'post', '/admin/v1/prices/compare'>, ApiProblem>({
    queryKey: ['compare', models, workload],
    queryFn: () => api.post('/admin/v1/prices/compare', { models, workload } as never),
    enabled: models.length > 0,
    placeholderData: (before) => before,
    retry: false,
  });
  const rows = models.length === 0 ? [] : (result.data?.data ?? []);
  const whole = rows.filter((row) => row.per_accepted_usd != null && row.missing.length === 0);
  const lowest = whole.reduce<string | null>(
    (least, row) =>
      least === null || compareMoney(row.per_accepted_usd ?? '0', least) < 0
        ? (row.per_accepted_usd ?? null)
        : least,
    null,
  );
  const money = (amount: string | null | undefined) =>
    amount == null ? (
      <span className="text-muted">–</span>
    ) : (
      <span title={format.exactMoney(amount)}>{format.money(amount)}</span>
    );
  const missing = (row: Row) =>
    !row.known ? (
      <span className="text-bad">{t('unknown')}</span>
    ) : row.missing.length === 0 ? (
      <span className="text-muted">{t('complete')}</span>
    ) : (
      <span className="text-warn">
        <span className="md:hidden">{t('missing')}: </span>
        {row.missing.map((name) => name.replaceAll('_', ' ')).join(', ')}
      </span>
    );
  const numeric = { inputMode: 'decimal' } as const;
  return (
    <Card
      title={t('compareTitle')}
      actions={
        chosen.length > 0 && (
          <Button size="small" look="quiet" onClick={onClear}>
            {t('clear')}
          </Button>
        )
      }
      flush
    >
      {chosen.length === 0 ? (
        <p className="p-4 text-muted">
          {t('compareHint')} {t('compareEmpty')}
        </p>
      ) : (
        <>
          <div className="grid gap-4 border-b border-line p-4 lg:grid-cols-2">
            <fieldset>
              <legend className="mb-1.5 font-medium">{t('text')}</legend>
              <div className="grid grid-cols-2 items-end gap-2 sm:grid-cols-4">
                <TextField label={t('calls')} {...numeric} {...field('calls')} />
                <TextField label={t('inTokens')} {...numeric} {...field('input_tokens')} />
                <TextField label={t('cached')} {...numeric} {...field('cached')} />
                <TextField label={t('outTokens')} {...numeric} {...field('output_tokens')} />
              </div>
            </fieldset>
            <fieldset>
              <legend className="mb-1.5 font-medium">{t('media')}</legend>
              <div className="grid grid-cols-2 items-end gap-2 sm:grid-cols-4">
                <TextField label={t('images')} {...numeric} {...field('images')} />
                <TextField label={t('quality')} placeholder="high" {...field('quality')} />
                <TextField label={t('size')} placeholder="1024x1024" {...field('size')} />
                <TextField label={t('audioMinutes')} {...numeric} {...field('audio_minutes')} />
                <TextField label={t('videoSeconds')} {...numeric} {...field('video_seconds')} />
                <TextField label={t('resolution')} placeholder="720p" {...field('resolution')} />
                <TextField label={t('accepted')} {...numeric} {...field('accepted')} />
              </div>
            </fieldset>
          </div>
          {result.error !== null && (
            <div className="p-4">
              <ErrorState problem={result.error} />
            </div>
          )}
          {result.isPending ? (
            <div className="p-4">
              <Loading lines={3} />
            </div>
          ) : (
            <Table<Row>
              label={t('compareTitle')}
              rows={rows}
              rowKey={(row) => `${row.provider}/${row.model}`}
              columns={[
                {
                  key: 'model',
                  header: t('model'),
                  cell: (row) => (
                    <span className="flex flex-wrap items-center gap-x-2">
                      <span className="font-medium break-all">{row.model}</span>
                      <span className="text-muted">{row.provider}</span>
                      {lowest !== null && row.per_accepted_usd === lowest && whole.length > 1 && (
                        <Badge tone="good">{t('cheapest')}</Badge>
                      )}
                      {row.retires_on != null && (
                        <Badge tone={isOver(row.retires_on) ? 'bad' : 'warn'}>
                          {t(isOver(row.retires_on) ? 'retiredOn' : 'retires')}{' '}
                          {format.time(row.retires_on, 'date')}
                        </Badge>
                      )}
                      {/* what a phone has no columns for */}
                      <span className="w-full text-[0.93rem] md:hidden">
                        {missing(row)}
                        {row.per_accepted_usd != null && (
                          <span className="block text-muted">
                            {t('perAccepted')} {money(row.per_accepted_usd)}
                          </span>
                        )}
                      </span>
                    </span>
                  ),
                },
                {
                  key: 'missing',
                  header: t('missing'),
                  from: 'md',
                  cell: missing,
                },
                { key: 'call', header: t('perCall'), align: 'end', from: 'sm', cell: (row) => money(row.per_call_usd) },
                { key: 'total', header: t('total'), align: 'end', cell: (row) => money(row.total_usd) },
                {
                  key: 'accepted',
                  header: t('perAccepted'),
                  align: 'end',
                  from: 'md',
                  cell: (row) => money(row.per_accepted_usd),
                },
                {
                  key: 'remove',
                  header: '',
                  align: 'end',
                  cell: (row) => (
                    <Button
                      size="small"
                      look="quiet"
                      aria-label={`${t('remove')}: ${row.model}`}
                      onClick={() => onRemove(`${row.provider}/${row.model}`)}
                    >
                      <Icon name="close" />
                    </Button>
                  ),
                },
              ]}
            />
          )}
        </>
      )}
    </Card>
  );
}
