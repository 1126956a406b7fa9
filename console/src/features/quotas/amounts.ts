// Amounts of quotas: dollars or pieces, always decimal strings.
import { useFormat } from '@/format';
import { pico, plotted } from '@/format/money';
import type { QuotaState } from '../../../generated/schema';

export function useAmount() {
  const format = useFormat();
  return (amount: string | null | undefined, unit: string) =>
    unit === 'usd'
      ? format.money(amount)
      : amount == null
        ? '–'
        : format.short(plotted(amount));
}

/** A share of the limit from 0 on, for bars. */
export function share(part: string, limit: string): number {
  const whole = pico(limit) ?? 0n;
  return whole === 0n ? ((pico(part) ?? 0n) > 0n ? 1 : 0) : plotted(part) / plotted(limit);
}

export type Outlook = 'usedUp' | 'runsOut' | 'tight' | 'onTrack' | 'early';

const TIGHT = 0.8;

export function outlookOf(state: QuotaState): Outlook {
  if (pico(state.remaining) === 0n) {
    return 'usedUp';
  }
  if (state.runs_out_at != null) {
    return 'runsOut';
  }
  if (share(state.used, state.limit) >= TIGHT) {
    return 'tight';
  }
  if (state.forecast == null) {
    return 'early';
  }
  return share(state.forecast, state.limit) >= TIGHT ? 'tight' : 'onTrack';
}

export const OUTLOOK_TONES = {
  usedUp: 'bad',
  runsOut: 'warn',
  tight: 'warn',
  onTrack: 'good',
  early: 'neutral',
} as const;
