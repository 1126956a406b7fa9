// Programs to take away: the very files that the test suites of the clients run.
import { useState } from 'react';
import curlChat from '../../../../clients/curl/chat.sh?raw';
import curlStream from '../../../../clients/curl/stream.sh?raw';
import nodeChat from '../../../../clients/node/snippets/chat.mjs?raw';
import nodeCost from '../../../../clients/node/snippets/cost.mjs?raw';
import nodeStream from '../../../../clients/node/snippets/stream.mjs?raw';
import pythonChat from '../../../../clients/python/snippets/chat.py?raw';
import pythonCost from '../../../../clients/python/snippets/cost.py?raw';
import pythonStream from '../../../../clients/python/snippets/stream.py?raw';
import { Card, CodeBlock, OutLink, Tabs } from '@/ui';
import { useWords } from './words';

const LANGUAGES = ['python', 'node', 'curl', 'agents'] as const;
type Shown = (typeof LANGUAGES)[number];
type Part = 'chat' | 'stream' | 'cost';

const SNIPPETS: Record<Exclude<Shown, 'agents'>, [Part, string][]> = {
  python: [
    ['chat', pythonChat],
    ['stream', pythonStream],
    ['cost', pythonCost],
  ],
  node: [
    ['chat', nodeChat],
    ['stream', nodeStream],
    ['cost', nodeCost],
  ],
  curl: [
    ['chat', curlChat],
    ['stream', curlStream],
  ],
};

/** Where the snippets, as they stand, say that Sluice is. */
const SNIPPETS_ORIGIN = 'http://127.0.0.1:8080';

/** The snippets call what the reader has; the simulated model is only the suites' own. */
export function withModel(snippet: string, model: string): string {
  return snippet.replaceAll('"sim-chat"', JSON.stringify(model)).trimEnd();
}

export function Snippets({ secret, model }: { secret: string | null; model: string }) {
  const t = useWords();
  const [shown, setShown] = useState<Shown>('python');
  const key = secret ?? 'sk-sluice-...';
  const origin = location.origin;
  const openai = `export OPENAI_BASE_URL=${origin}/v1\nexport OPENAI_API_KEY=${key}`;
  const names = { python: 'Python', node: 'Node', curl: 'curl', agents: t('agents') };
  return (
    <Card
      title={t('sdks')}
      actions={<OutLink href="/docs/guides/sdks">{t('guide')}</OutLink>}
      className="mt-4"
    >
      <p className="mb-3 text-muted">{t('sdksText')}</p>
      <Tabs
        label={t('language')}
        value={shown}
        onChange={setShown}
        tabs={LANGUAGES.map((name) => ({ key: name, label: names[name] }))}
      >
        {shown === 'agents' ? (
          <div className="flex flex-col gap-4">
            <p className="text-muted">{t('agentsText')}</p>
            <Snippet name="OpenAI" text={openai} />
            <Snippet
              name="Anthropic"
              text={`export ANTHROPIC_BASE_URL=${origin}\nexport ANTHROPIC_API_KEY=${key}`}
            />
            <Snippet
              name="Google GenAI"
              text={`export GOOGLE_GEMINI_BASE_URL=${origin}\nexport GEMINI_API_KEY=${key}`}
            />
          </div>
        ) : (
          <div className="flex flex-col gap-4">
            <Snippet name={t('settings')} text={openai} />
            {SNIPPETS[shown].map(([part, text]) => (
              <Snippet key={part} name={t(part)} text={withModel(text, model).replaceAll(SNIPPETS_ORIGIN, origin)} />
            ))}
          </div>
        )}
      </Tabs>
    </Card>
  );
}

function Snippet({ name, text }: { name: string; text: string }) {
  return (
    <div>
      <h3 className="mb-1 font-medium">{name}</h3>
      <CodeBlock text={text} label={name} />
    </div>
  );
}
