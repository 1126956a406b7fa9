import type { Key } from '../../../generated/schema';

export type KeyState = 'active' | 'overdue' | 'expired' | 'revoked';

/** As the list's filter `state` of the API sees it. */
export function stateOf(key: Key, now = Date.now()): KeyState {
  if (key.revoked_at != null) {
    return 'revoked';
  }
  if (isPast(key.expires_at, now)) {
    return 'expired';
  }
  return isPast(key.rotation_due_at, now) ? 'overdue' : 'active';
}

export const TONES = {
  active: 'good',
  overdue: 'warn',
  expired: 'neutral',
  revoked: 'neutral',
} as const;

export const isOver = (state: KeyState) => state === 'revoked' || state === 'expired';

function isPast(time: string | null | undefined, now: number): boolean {
  return time != null && new Date(time).getTime() <= now;
}
