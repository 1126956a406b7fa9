// One call as the API shows it, and what can be read off it.
import type { Answer } from '@/api/client';

export type Call = Answer<'get', '/admin/v1/requests/{id}'>;
export type Attempt = Call['attempts'][number];

export type Outcome = 'running' | 'ok' | 'refused' | 'left' | 'failed';

/** 499: the client left before the end. */
const CLIENT_LEFT = 499;

export function outcome(call: Call): Outcome {
  if (call.state === 'refused') {
    return 'refused';
  }
  if (call.state === 'held' && call.timings.ended_at == null) {
    return 'running';
  }
  if (call.status_code === CLIENT_LEFT) {
    return 'left';
  }
  return call.error_code == null && (call.status_code ?? 200) < 400 ? 'ok' : 'failed';
}

export const TONES = {
  running: 'accent',
  ok: 'good',
  refused: 'warn',
  left: 'neutral',
  failed: 'bad',
} as const;

/** Whether more than one target was tried, or one was passed over. */
export function failedOver(call: Call): boolean {
  const tries = call.attempts;
  return tries.length > 1 && tries.some((attempt) => attempt.accepted);
}

/** Of meters that share no token: what went in, cached or not, and what came out. */
export function tokensOf(
  meters: Record<string, number>,
): { input: number; output: number } | null {
  const names = Object.keys(meters).filter(
    (name) => name.endsWith('_tokens') && name !== 'training_tokens',
  );
  if (names.length === 0) {
    return null;
  }
  const sum = (isOne: (name: string) => boolean) =>
    names.filter(isOne).reduce((total, name) => total + (meters[name] ?? 0), 0);
  const isOutput = (name: string) => /(^|_)output_|^reasoning_/.test(name);
  return { input: sum((name) => !isOutput(name)), output: sum(isOutput) };
}

export function unit(call: Call, name: string): number | null {
  const value = call.units[name];
  return value === undefined ? null : Number(value);
}

export interface Bar {
  key: string;
  kind: 'hold' | 'attempt' | 'relay';
  /** milliseconds since admission */
  from: number;
  to: number;
  attempt: Attempt | null;
}

/** What happened when: the hold, each attempt, the answer on its way to the client. */
export function waterfall(call: Call): { bars: Bar[]; total: number } {
  const { timings } = call;
  const admitted = Date.parse(timings.admitted_at);
  const bars: Bar[] = [];
  if (timings.held_ms != null) {
    bars.push({ key: 'hold', kind: 'hold', from: 0, to: timings.held_ms, attempt: null });
  }
  for (const attempt of call.attempts) {
    const from = Math.max(0, Date.parse(attempt.started_at) - admitted);
    const to = from + attempt.duration_ms;
    bars.push({ key: attempt.id, kind: 'attempt', from, to, attempt });
  }
  const ends = [timings.total_ms ?? 0, ...bars.map((bar) => bar.to)];
  const total = Math.max(1, ...ends);
  if (timings.first_byte_ms != null && timings.total_ms != null) {
    bars.push({
      key: 'relay',
      kind: 'relay',
      from: timings.first_byte_ms,
      to: timings.total_ms,
      attempt: null,
    });
  }
  return { bars, total };
}

/** Newest first, each call once; what the tail said last wins. */
export function merged(tail: Call[], listed: Call[]): Call[] {
  const calls = new Map<string, Call>();
  for (const call of [...listed, ...tail]) {
    calls.set(call.request_id, call);
  }
  return [...calls.values()].sort((a, b) => {
    const newer = b.created_at.localeCompare(a.created_at);
    return newer === 0 ? b.request_id.localeCompare(a.request_id) : newer;
  });
}
