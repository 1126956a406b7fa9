// A video is made by a job: one call begins it, others ask how far it is, the last one fetches it
// through Sluice, which has the provider's credential and the page has not.
import { ApiProblem } from '@/api/problem';
import type { Body } from './body';
import { get, post, type Answered, type Progress, type Sent, type Told } from './call';

interface WireVideo {
  id: string;
  status: 'queued' | 'in_progress' | 'completed' | 'failed';
  progress?: number | null;
  error?: { code?: string | null; message?: string | null } | null;
}

export interface EarlierVideo {
  id: string;
  status: WireVideo['status'];
  model: string;
  /** seconds since 1970 */
  created_at: number;
  size?: string;
  seconds?: string;
}

const MOST_EARLIER = 5;
const POLL_AFTER = 'openai-poll-after-ms';
const USUAL_POLL_MILLIS = 1_000;
const SHORTEST_POLL_MILLIS = 250;
/** A job goes on while the network or a proxy is away; so does who waits for it. */
const MOST_MISSED = 10;

function addressOf(path: string, job: string): string {
  return `${path}/${encodeURIComponent(job)}`;
}

function progressOf({ id, status, progress }: WireVideo): Progress {
  return status === 'queued' || progress == null
    ? { job: id, state: status === 'queued' ? 'queued' : 'making', percent: null }
    : { job: id, state: 'making', percent: Math.round(Math.min(100, Math.max(0, progress))) };
}

function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const stop = () => {
      clearTimeout(timer);
      fail(new DOMException('stopped', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      done();
    }, millis);
    signal.addEventListener('abort', stop, { once: true });
  });
}

function pollMillis(answer: Response): number {
  const wanted = Number(answer.headers.get(POLL_AFTER) ?? USUAL_POLL_MILLIS);
  return Number.isFinite(wanted) ? Math.max(SHORTEST_POLL_MILLIS, wanted) : USUAL_POLL_MILLIS;
}

function isPassing(error: unknown): boolean {
  return error instanceof ApiProblem && (error.isUnreachable || error.status >= 500);
}

/** Asks until the job is over. */
async function over(
  path: string,
  key: () => Promise<string>,
  begun: Response,
  told: Told,
  signal: AbortSignal,
): Promise<WireVideo> {
  let video = (await begun.json()) as WireVideo;
  let wait = pollMillis(begun);
  let missed = 0;
  while (video.status === 'queued' || video.status === 'in_progress') {
    told.onProgress(progressOf(video));
    await pause(wait, signal);
    try {
      const answer = await get(addressOf(path, video.id), await key(), signal);
      video = (await answer.json()) as WireVideo;
      wait = pollMillis(answer);
      missed = 0;
    } catch (error) {
      if (!isPassing(error) || ++missed > MOST_MISSED) {
        throw error;
      }
    }
  }
  return video;
}

/** Until the video is here. */
async function wait(
  path: string,
  key: () => Promise<string>,
  { answer, began, so }: Sent,
  told: Told,
  signal: AbortSignal,
): Promise<Answered> {
  const made = await over(path, key, answer, told, signal);
  if (made.status !== 'completed') {
    const { code, message } = made.error ?? {};
    const why = [message ?? 'The provider did not make the video.', code && `(${code})`];
    throw new ApiProblem(
      why.filter(Boolean).join(' '),
      // the calls themselves went well
      answer.status,
      'video_failed',
      null,
      so.requestId,
    );
  }
  told.onProgress({ job: made.id, state: 'fetching', percent: null });
  const content = await get(`${addressOf(path, made.id)}/content`, await key(), signal);
  const film = await content.blob();
  const file = new File([film], `${made.id}.mp4`, { type: film.type.split(';')[0] ?? '' });
  return {
    ...so,
    totalMillis: performance.now() - began,
    media: { kind: 'film', file, src: URL.createObjectURL(file) },
  };
}

/** @param key a credential that works now: a job outlives the one that began it */
export async function video(
  path: string,
  key: () => Promise<string>,
  body: Body,
  told: Told,
  signal: AbortSignal,
): Promise<Answered> {
  return wait(path, key, await post(path, await key(), body, told, signal), told, signal);
}

/** Waits for a job that was begun before; the call that began it is another one. */
export async function resume(
  path: string,
  key: () => Promise<string>,
  job: string,
  told: Told,
  signal: AbortSignal,
): Promise<Answered> {
  const began = performance.now();
  const answer = await get(addressOf(path, job), await key(), signal);
  const so = {
    requestId: null,
    route: null,
    usage: null,
    finish: null,
    firstMillis: null,
    totalMillis: 0,
    calls: [],
    media: null,
  };
  return wait(path, key, { answer, began, so }, told, signal);
}

/** Jobs that the person began, newest first. */
export async function earlier(
  path: string,
  key: string,
  signal: AbortSignal,
): Promise<EarlierVideo[]> {
  const answer = await get(`${path}?limit=${MOST_EARLIER}`, key, signal);
  return ((await answer.json()) as { data: EarlierVideo[] }).data;
}
