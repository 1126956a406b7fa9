// A call to a model as any client makes it: the data plane's own route, a key, a stream.
import { ApiProblem } from '@/api/problem';
import { eventsOf } from '@/api/events';

export interface Message {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface Settings {
  model: string;
  system: string;
  temperature: string;
  maxTokens: string;
}

export interface Usage {
  prompt_tokens?: number;
  completion_tokens?: number;
}

export interface Answered {
  requestId: string | null;
  route: string | null;
  usage: Usage | null;
  finish: string | null;
  firstMillis: number | null;
  totalMillis: number;
}

export interface Told {
  /** what came to text so far */
  onText: (text: string) => void;
  onHeaders: (requestId: string | null, route: string | null) => void;
}

/** The body of a call; what is left empty is left out. */
export function bodyOf(settings: Settings, messages: Message[]): Record<string, unknown> {
  const system = settings.system.trim();
  const temperature = Number(settings.temperature);
  const most = Number.parseInt(settings.maxTokens, 10);
  return {
    model: settings.model,
    messages: [...(system === '' ? [] : [{ role: 'system', content: system }]), ...messages],
    ...(settings.temperature.trim() !== '' && Number.isFinite(temperature) ? { temperature } : {}),
    ...(most > 0 ? { max_tokens: most } : {}),
  };
}

interface Chunk {
  choices?: { delta?: { content?: string | null }; finish_reason?: string | null }[];
  usage?: Usage | null;
  error?: { message?: string; code?: string | null };
}

export async function chat(
  key: string,
  body: Record<string, unknown>,
  told: Told,
  signal: AbortSignal,
): Promise<Answered> {
  const began = performance.now();
  let answer: Response;
  try {
    answer = await fetch('/v1/chat/completions', {
      method: 'POST',
      // the key is who calls, not the session
      credentials: 'omit',
      signal,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, stream: true, stream_options: { include_usage: true } }),
    });
  } catch (error) {
    throw signal.aborted ? error : ApiProblem.unreachable();
  }
  if (!answer.ok) {
    throw await ApiProblem.of(answer);
  }
  const requestId = answer.headers.get('x-request-id');
  const route = answer.headers.get('x-sluice-route');
  told.onHeaders(requestId, route);
  let text = '';
  let usage: Usage | null = null;
  let finish: string | null = null;
  let firstMillis: number | null = null;
  for await (const event of eventsOf(answer)) {
    if (event.data === '[DONE]') {
      break;
    }
    const chunk = JSON.parse(event.data) as Chunk;
    if (chunk.error !== undefined) {
      const message = chunk.error.message ?? 'The stream broke off.';
      throw new ApiProblem(message, 502, chunk.error.code ?? null, null, requestId);
    }
    const choice = chunk.choices?.[0];
    const piece = choice?.delta?.content ?? '';
    if (piece !== '') {
      firstMillis ??= performance.now() - began;
      text += piece;
      told.onText(text);
    }
    finish = choice?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  return { requestId, route, usage, finish, firstMillis, totalMillis: performance.now() - began };
}
