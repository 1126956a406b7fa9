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
  | { kind: 'sound'; file: File; src: string }
  | { kind: 'film'; file: File; src: string };

/** How far a job is. */
export interface Progress {
  job: string;
  state: 'queued' | 'making' | 'fetching';
  /** 0 to 100; null where the provider does not say */
  percent: number | null;
}

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
  onProgress: (progress: Progress) => void;
}

export interface Sent {
  answer: Response;
  began: number;
  /** what is known of the call as soon as its answer begins */
  so: Answered;
}

/** A request with a key alone; a refusal is an ApiProblem. */
async function send(
  path: string,
  key: string,
  signal: AbortSignal,
  headers: Record<string, string>,
  init: RequestInit,
): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      ...init,
      // the key is who calls, not the session
      credentials: 'omit',
      signal,
      headers: { authorization: `Bearer ${key}`, ...headers },
    });
  } catch (error) {
    throw signal.aborted ? error : ApiProblem.unreachable();
  }
  if (!answer.ok) {
    throw await ApiProblem.of(answer);
  }
  return answer;
}

/** What a key may see of its own. */
export function get(path: string, key: string, signal: AbortSignal): Promise<Response> {
  return send(path, key, signal, {}, { method: 'GET' });
}

/** Sends a body, which is JSON or a form. */
export async function post(
  path: string,
  key: string,
  body: object | FormData,
  told: Told,
  signal: AbortSignal,
): Promise<Sent> {
  const began = performance.now();
  const isForm = body instanceof FormData;
  const answer = await send(
    path,
    key,
    signal,
    isForm ? {} : { 'content-type': 'application/json' },
    { method: 'POST', body: isForm ? body : JSON.stringify(body) },
  );
  const requestId = answer.headers.get('x-request-id');
  const route = answer.headers.get('x-sluice-route');
  told.onHeaders(requestId, route);
  const firstMillis = performance.now() - began;
  const nothing = { usage: null, finish: null, totalMillis: firstMillis, calls: [], media: null };
  return { answer, began, so: { requestId, route, firstMillis, ...nothing } };
}
