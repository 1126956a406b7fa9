import { afterEach, expect, it, vi } from 'vitest';
import { address, api, setCsrfToken, whenSignedOut } from './client';
import { ApiProblem } from './problem';

afterEach(() => {
  vi.unstubAllGlobals();
  setCsrfToken(null);
  whenSignedOut(() => undefined);
});

function answers(status: number, body: unknown, headers: Record<string, string> = {}) {
  const fetched = vi.fn(() =>
    Promise.resolve(new Response(status === 204 ? null : JSON.stringify(body), { status, headers })),
  );
  vi.stubGlobal('fetch', fetched);
  return fetched as unknown as { mock: { calls: [string, RequestInit][] } };
}

it('fills paths and leaves empty filters out', () => {
  expect(address('/admin/v1/keys/{id}/rotate', { path: { id: 'a/b?' } })).toBe(
    '/admin/v1/keys/a%2Fb%3F/rotate',
  );
  expect(address('/x', { query: { a: '', b: undefined, c: 0, d: 'ü &' } })).toBe(
    '/x?c=0&d=%C3%BC+%26',
  );
});

it('repeats the token of the session with changes alone', async () => {
  setCsrfToken('token-1');
  const fetched = answers(200, {});
  await api.get('/admin/v1/me');
  await api.post('/admin/v1/sign-out');
  const [read, change] = fetched.mock.calls.map(([, init]) => new Headers(init.headers));
  expect(read?.get('x-sluice-csrf')).toBeNull();
  expect(change?.get('x-sluice-csrf')).toBe('token-1');
});

it('says what the server said, and the id to ask with', async () => {
  const headers = { 'x-request-id': 'req_9', 'retry-after': '7' };
  answers(429, { error: { message: 'Too many.', code: 'rate', param: 'email' } }, headers);
  const problem = await api.get('/admin/v1/me').catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(ApiProblem);
  expect(problem).toMatchObject({
    message: 'Too many.',
    status: 429,
    code: 'rate',
    param: 'email',
    requestId: 'req_9',
    retryAfterSeconds: 7,
  });
});

it('is told when the session is gone, but not by a wrong password', async () => {
  const gone = vi.fn();
  whenSignedOut(gone);
  answers(401, { error: { message: 'Wrong.' } });
  await api.post('/admin/v1/sign-in', { email: 'a', password: 'b' }).catch(() => undefined);
  expect(gone).not.toHaveBeenCalled();
  await api.get('/admin/v1/keys').catch(() => undefined);
  expect(gone).toHaveBeenCalledOnce();
});

it('knows no answer from a bad one', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  const problem = await api.get('/admin/v1/me').catch((error: unknown) => error);
  expect((problem as ApiProblem).isUnreachable).toBe(true);
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>', { status: 502 })));
  const bad = await api.get('/admin/v1/me').catch((error: unknown) => error);
  expect(bad).toMatchObject({ status: 502 });
  expect((bad as ApiProblem).message).toContain('502');
});
