import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Progress } from './call';
import { earlier, resume, video } from './video';

const PATH = '/v1/videos';
const BODY = { model: 'sim-video', prompt: 'A boat' };
const QUEUED = { id: 'video_1', status: 'queued', progress: 0 };
const MAKING = { id: 'video_1', status: 'in_progress', progress: 39.6 };
const MADE = { id: 'video_1', status: 'completed', progress: 100 };

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

type Answer = (() => Response) | object;

/** One after the other; what is asked for is kept. */
function answers(...all: Answer[]) {
  const asked: { path: string; key: string | null }[] = [];
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    asked.push({ path, key: new Headers(init.headers).get('authorization') });
    const next = all.shift();
    if (next === undefined) {
      return Promise.reject(new TypeError('away'));
    }
    return Promise.resolve(
      typeof next === 'function'
        ? (next as () => Response)()
        : Response.json(next, {
            headers: { 'x-request-id': `req_${asked.length}`, 'openai-poll-after-ms': '1000' },
          }),
    );
  });
  return asked;
}

function begin(signal = new AbortController().signal) {
  const progress: Progress[] = [];
  let keys = 0;
  const told = {
    onText: () => undefined,
    onHeaders: () => undefined,
    onProgress: (one: Progress) => progress.push(one),
  };
  const key = () => Promise.resolve(`k${++keys}`);
  return { progress, answered: video(PATH, key, BODY, told, signal) };
}

it('waits for the job with a key that works at the time, and fetches what it made', async () => {
  const film = () => new Response('film', { headers: { 'content-type': 'video/mp4' } });
  const asked = answers(QUEUED, MAKING, () => new Response('', { status: 503 }), MADE, film);
  const { progress, answered } = begin();
  await vi.advanceTimersByTimeAsync(10_000);
  const { requestId, media } = await answered;
  expect(asked).toEqual([
    { path: PATH, key: 'Bearer k1' },
    { path: `${PATH}/video_1`, key: 'Bearer k2' },
    { path: `${PATH}/video_1`, key: 'Bearer k3' },
    { path: `${PATH}/video_1`, key: 'Bearer k4' },
    { path: `${PATH}/video_1/content`, key: 'Bearer k5' },
  ]);
  expect(progress).toEqual([
    { job: 'video_1', state: 'queued', percent: null },
    { job: 'video_1', state: 'making', percent: 40 },
    { job: 'video_1', state: 'making', percent: 40 },
    { job: 'video_1', state: 'fetching', percent: null },
  ]);
  // the call that began it is the one in the books
  expect(requestId).toBe('req_1');
  expect(media?.kind === 'film' && media.file.name).toBe('video_1.mp4');
  expect(media?.kind === 'film' && (await media.file.text())).toBe('film');
});

it('finds what was begun before, and waits for it', async () => {
  const film = () => new Response('film', { headers: { 'content-type': 'video/mp4' } });
  const asked = answers({ data: [MAKING] }, MAKING, MADE, film);
  const signal = new AbortController().signal;
  const [found] = await earlier(PATH, 'k', signal);
  expect(found?.id).toBe('video_1');
  const told = {
    onText: () => undefined,
    onHeaders: () => undefined,
    onProgress: () => undefined,
  };
  const answered = resume(PATH, () => Promise.resolve('k'), 'video_1', told, signal);
  await vi.advanceTimersByTimeAsync(5_000);
  const { requestId, media } = await answered;
  expect(requestId).toBeNull();
  expect(media?.kind).toBe('film');
  expect(asked.map(({ path }) => path)).toEqual([
    `${PATH}?limit=5`,
    `${PATH}/video_1`,
    `${PATH}/video_1`,
    `${PATH}/video_1/content`,
  ]);
});

it('says why a job failed', async () => {
  const error = { code: 'moderation_blocked', message: 'The prompt is refused.' };
  answers(QUEUED, { id: 'video_1', status: 'failed', error });
  const { answered } = begin();
  const refused = expect(answered).rejects.toMatchObject({
    message: 'The prompt is refused. (moderation_blocked)',
    code: 'video_failed',
    requestId: 'req_1',
  });
  await vi.advanceTimersByTimeAsync(5_000);
  await refused;
});

it('gives up on who stays away, and at once on a refusal', async () => {
  const asked = answers(QUEUED);
  const away = expect(begin().answered).rejects.toMatchObject({ code: 'unreachable' });
  await vi.advanceTimersByTimeAsync(60_000);
  await away;
  expect(asked).toHaveLength(12);
  const gone = { error: { message: 'There is no video of this key.', code: 'not_found' } };
  answers(QUEUED, () => Response.json(gone, { status: 404 }));
  const refused = expect(begin().answered).rejects.toMatchObject({ code: 'not_found' });
  await vi.advanceTimersByTimeAsync(5_000);
  await refused;
});

it('asks no more once nobody waits', async () => {
  const stop = new AbortController();
  const asked = answers(QUEUED, MAKING, MAKING);
  const stopped = expect(begin(stop.signal).answered).rejects.toThrow('stopped');
  await vi.advanceTimersByTimeAsync(1_500);
  stop.abort();
  await stopped;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveLength(2);
});
