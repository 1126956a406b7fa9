// What the command palette offers for a text.
import { isRequestId } from '@/api/ids';
import type { IconName } from '@/ui/icon';

export interface Command {
  id: string;
  label: string;
  icon: IconName;
  /** other words it is found by */
  words: string;
  run: () => void;
}

/** The id of a call, ours or a provider's, if the text may be one. */
export function idIn(text: string): { id: string; own: boolean } | null {
  const id = text.trim();
  return /^\S{8,}$/.test(id) ? { id, own: isRequestId(id) } : null;
}

/**
 * Those that have every word of the text, names before other words. A call comes first where the
 * text is surely its id, else last: `playground` may be an id too, but hardly ever is.
 */
export function found(commands: readonly Command[], text: string, call: Command | null): Command[] {
  const asked = text.trim().toLowerCase().split(/\s+/);
  const has = (all: string) => asked.every((word) => all.toLowerCase().includes(word));
  const named = commands.filter(({ label }) => has(label));
  const others = commands.filter(({ label, words }) => !has(label) && has(`${label} ${words}`));
  const rest = [...named, ...others];
  if (call === null) {
    return rest;
  }
  return idIn(text)?.own === true ? [call, ...rest] : [...rest, call];
}
