// A call of a model as its modes are called, to take away.
import { bodyOf, PARAMETERS, type Body } from '@/features/playground/body';
import { codeOf, curlOf } from '@/features/playground/code';
import { MODES, serves } from '@/features/playground/modes';
import type { Model } from '../../../generated/schema';

/** What the playground has no mode for. */
const OTHERS: Record<string, { path: string; body: Body }> = {
  embedding: { path: '/embeddings', body: { input: 'Hello' } },
  completion: { path: '/completions', body: { prompt: 'Hello' } },
  moderation: { path: '/moderations', body: { input: 'Hello' } },
  rerank: {
    path: '/rerank',
    body: { query: 'What holds water back?', documents: ['A gate does.', 'A boat floats.'] },
  },
};

/** Null where no single call shows it, such as a conversation by WebSocket. */
export function callOf(model: Pick<Model, 'name' | 'modes'>, baseUrl: string): string | null {
  const mode = MODES.find((one) => serves(one, model));
  if (mode !== undefined) {
    const ask = { text: 'Hello' };
    return codeOf('curl', mode, baseUrl, bodyOf(mode, model.name, PARAMETERS, ask));
  }
  const other = model.modes.map((one) => OTHERS[one]).find((one) => one !== undefined);
  return other === undefined
    ? null
    : curlOf(baseUrl + other.path, { model: model.name, ...other.body });
}
