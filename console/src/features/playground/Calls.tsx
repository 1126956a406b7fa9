// The functions a model called: with what, and what the person says they returned.
import { useState } from 'react';
import { Button, TextArea } from '@/ui';
import type { ToolCall, ToolResult } from './body';
import { pretty } from './tools';
import { useWords } from './words';

const BLOCK =
  'max-h-60 overflow-auto rounded bg-sunken px-2 py-1 font-mono text-[0.93rem] break-words' +
  ' whitespace-pre-wrap';

export function Calls({
  calls,
  results,
  onResults,
}: {
  calls: ToolCall[];
  /** what was returned, once it was */
  results: ToolResult[] | undefined;
  /** absent where nothing can be returned any more */
  onResults: ((results: ToolResult[]) => void) | undefined;
}) {
  const t = useWords();
  const [texts, setTexts] = useState<Record<string, string>>({});
  const isComplete = calls.every((call) => (texts[call.id] ?? '').trim() !== '');
  const returned = new Map(results?.map((one) => [one.id, one.content]));
  return (
    <form
      className="mt-1 flex max-w-prose flex-col gap-3 rounded-md border border-line p-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isComplete) {
          onResults?.(calls.map(({ id }) => ({ id, content: texts[id] ?? '' })));
        }
      }}
    >
      <p className="text-[0.93rem] text-muted">{t('calls')}</p>
      {calls.map((call) => (
        <div key={call.id} className="flex min-w-0 flex-col gap-1.5">
          <p className="font-mono font-medium wrap-anywhere">{call.name}</p>
          <div className={BLOCK} tabIndex={0} role="region" aria-label={t('arguments')}>
            {pretty(call.arguments)}
          </div>
          {returned.has(call.id) ? (
            <>
              <p className="text-[0.93rem] text-muted">{t('given')}</p>
              <div className={BLOCK} tabIndex={0} role="region" aria-label={t('given')}>
                {returned.get(call.id)}
              </div>
            </>
          ) : (
            onResults !== undefined && (
              <TextArea
                label={t('resultOf', { name: call.name })}
                hint={t('resultHint')}
                rows={2}
                spellCheck={false}
                value={texts[call.id] ?? ''}
                onChange={(event) => setTexts({ ...texts, [call.id]: event.target.value })}
              />
            )
          )}
        </div>
      ))}
      {results === undefined && onResults !== undefined && (
        <Button type="submit" look="primary" className="self-start" disabled={!isComplete}>
          {t('giveResults', { n: calls.length })}
        </Button>
      )}
    </form>
  );
}
