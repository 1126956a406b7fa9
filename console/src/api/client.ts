// The management API, typed by its own description. One function for each method; a failure is
// an ApiProblem. Calls that change something repeat the session's token (docs/guides/accounts.md).
import { ApiProblem } from './problem';
import { sandboxHeaders } from './sandbox';
import type { operations, paths } from '../../generated/schema';

export type OperationId = keyof operations;

type Method = 'get' | 'post' | 'patch' | 'delete';
/** The paths that have this method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];
type Operation<M extends Method, P extends PathOf<M>> = paths[P] extends Record<M, infer O>
  ? O
  : never;
type Json<T> = T extends { content: { 'application/json': infer J } } ? J : never;
/** What a call answers, by its description. */
export type Answer<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { responses: infer R } ? Json<R[keyof R & (200 | 201)]> : never;
type QueryOf<O> = O extends { parameters: { query?: infer Q } } ? Q : never;
type PathParametersOf<O> = O extends { parameters: { path: infer V } } ? V : never;
type BodyOf<O> = O extends { requestBody?: infer B }
  ? NonNullable<B> extends { content: infer C }
    ? C[keyof C]
    : never
  : never;

/** Values for the braces of a path, and filters. Empty filters are left out. */
export type Options<M extends Method, P extends PathOf<M>> = {
  query?: Partial<NonNullable<QueryOf<Operation<M, P>>>>;
  signal?: AbortSignal;
  headers?: Record<string, string>;
} & (PathParametersOf<Operation<M, P>> extends never
  ? { path?: undefined }
  : { path: PathParametersOf<Operation<M, P>> });

export type Body<M extends Method, P extends PathOf<M>> = BodyOf<Operation<M, P>>;

type Loose = {
  query?: Record<string, unknown>;
  path?: Record<string, string>;
  signal?: AbortSignal;
  headers?: Record<string, string>;
};

let csrfToken: string | null = null;
let onSignedOut: () => void = () => undefined;

/** Remembers what the session's answers said; null when there is no session. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** Called when the server no longer knows the session. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

export function csrfHeaders(): Record<string, string> {
  return csrfToken === null ? {} : { 'x-sluice-csrf': csrfToken };
}

export function address(path: string, options: Loose = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(options.path?.[name] ?? ''),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options.query ?? {})) {
    if (value !== undefined && value !== null && value !== '') {
      query.set(name, String(value));
    }
  }
  const text = query.toString();
  return text === '' ? filled : `${filled}?${text}`;
}

/** Any call to the own server: same origin, with the session, its failures as ApiProblem. */
export async function send(url: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(url, {
      credentials: 'same-origin',
      ...init,
      headers: { ...sandboxHeaders(url), ...(init.headers as Record<string, string>) },
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }
    throw ApiProblem.unreachable();
  }
  if (answer.ok) {
    return answer;
  }
  const problem = await ApiProblem.of(answer);
  if (answer.status === 401 && !url.includes('/sign-in') && !url.includes('/invitations/accept')) {
    onSignedOut();
  }
  throw problem;
}

async function call(
  method: string,
  path: string,
  body: unknown,
  options: Loose = {},
): Promise<unknown> {
  const changes = method !== 'GET';
  const answer = await send(address(path, options), {
    method,
    signal: options.signal ?? null,
    headers: {
      accept: 'application/json',
      ...(changes ? csrfHeaders() : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return text === '' ? undefined : JSON.parse(text);
}

export const api = {
  get<P extends PathOf<'get'>>(
    path: P,
    ...[options]: NeedsPath<'get', P> extends true
      ? [Options<'get', P>]
      : [Options<'get', P>?]
  ): Promise<Answer<'get', P>> {
    return call('GET', path, undefined, options as Loose) as Promise<Answer<'get', P>>;
  },
  post<P extends PathOf<'post'>>(
    path: P,
    body?: Body<'post', P>,
    options?: Options<'post', P>,
  ): Promise<Answer<'post', P>> {
    return call('POST', path, body, options as Loose) as Promise<Answer<'post', P>>;
  },
  patch<P extends PathOf<'patch'>>(
    path: P,
    body: Partial<Body<'patch', P>>,
    options?: Options<'patch', P>,
  ): Promise<Answer<'patch', P>> {
    return call('PATCH', path, body, options as Loose) as Promise<Answer<'patch', P>>;
  },
  delete<P extends PathOf<'delete'>>(
    path: P,
    options?: Options<'delete', P>,
  ): Promise<void> {
    return call('DELETE', path, undefined, options as Loose) as Promise<void>;
  },
};

type NeedsPath<M extends Method, P extends PathOf<M>> =
  PathParametersOf<Operation<M, P>> extends never ? false : true;
