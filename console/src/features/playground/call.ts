// A call to a model as any client makes it: the data plane's own route, with a key.
import { ApiProblem } from '@/api/problem';
import type { ToolCall } from './body';

export interface Usage {
  prompt_tokens?: number;
  completion_tokens?: number;
}

export interface Picture {
  /** what the page may show; null where the answer has a link alone */
  src: string | null;
  link: string | null;
  /** what the model made of the prompt */
  prompt: string | null;
}

export type Media =
  | { kind: 'pictures'; pictures: Picture[] }
  | { kind: 'sound'; file: File; src: string };

export interface Answered {
  requestId: string | null;
  route: string | null;
  usage: Usage | null;
  finish: string | null;
  /** of a conversation to the first token, else to the first byte */
  firstMillis: number | null;
  totalMillis: number;
  calls: ToolCall[];
  media: Media | null;
}

export interface Told {
  /** what came to text so far */
  onText: (text: string) => void;
  onHeaders: (requestId: string | null, route: string | null) => void;
}

export interface Sent {
  answer: Response;
  began: number;
  /** what is known of the call as soon as its answer begins */
  so: Answered;
}

/** Sends a body, which is JSON or a form; a refusal is an ApiProblem. */
export async function post(
  path: string,
  key: string,
  body: object | FormData,
  told: Told,
  signal: AbortSignal,
): Promise<Sent> {
  const began = performance.now();
  const isForm = body instanceof FormData;
  let answer: Response;
  try {
    answer = await fetch(path, {
      method: 'POST',
      // the key is who calls, not the session
      credentials: 'omit',
      signal,
      headers: {
        authorization: `Bearer ${key}`,
        ...(isForm ? {} : { 'content-type': 'application/json' }),
      },
      body: isForm ? body : JSON.stringify(body),
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
  const firstMillis = performance.now() - began;
  const nothing = { usage: null, finish: null, totalMillis: firstMillis, calls: [], media: null };
  return { answer, began, so: { requestId, route, firstMillis, ...nothing } };
}
