// A conversation: its answer streams in, as text and as calls of functions.
import { eventsOf } from '@/api/events';
import { ApiProblem } from '@/api/problem';
import type { Body, ToolCall } from './body';
import { post, type Answered, type Told, type Usage } from './call';

interface CallPiece {
  index?: number;
  id?: string;
  function?: { name?: string; arguments?: string };
}

interface Chunk {
  choices?: {
    delta?: { content?: string | null; tool_calls?: CallPiece[] };
    finish_reason?: string | null;
  }[];
  usage?: Usage | null;
  error?: { message?: string; code?: string | null };
}

/** Id and name come once, arguments in pieces. */
function gather(calls: ToolCall[], piece: CallPiece): void {
  const call = (calls[piece.index ?? 0] ??= { id: '', name: '', arguments: '' });
  call.id = piece.id ?? call.id;
  call.name += piece.function?.name ?? '';
  call.arguments += piece.function?.arguments ?? '';
}

export async function chat(
  path: string,
  key: string,
  body: Body,
  told: Told,
  signal: AbortSignal,
): Promise<Answered> {
  const whole = { ...body, stream: true, stream_options: { include_usage: true } };
  const { answer, began, so } = await post(path, key, whole, told, signal);
  let text = '';
  let usage: Usage | null = null;
  let finish: string | null = null;
  let firstMillis: number | null = null;
  const calls: ToolCall[] = [];
  for await (const event of eventsOf(answer)) {
    if (event.data === '[DONE]') {
      break;
    }
    const chunk = JSON.parse(event.data) as Chunk;
    if (chunk.error !== undefined) {
      const message = chunk.error.message ?? 'The stream broke off.';
      throw new ApiProblem(message, 502, chunk.error.code ?? null, null, so.requestId);
    }
    const choice = chunk.choices?.[0];
    const piece = choice?.delta?.content ?? '';
    const called = choice?.delta?.tool_calls ?? [];
    if (piece !== '' || called.length > 0) {
      firstMillis ??= performance.now() - began;
    }
    if (piece !== '') {
      text += piece;
      told.onText(text);
    }
    called.forEach((one) => gather(calls, one));
    finish = choice?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  const totalMillis = performance.now() - began;
  return { ...so, usage, finish, firstMillis, totalMillis, calls };
}
