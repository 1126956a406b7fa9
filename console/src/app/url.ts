// Filters live in the address: a link shows the next person the same page. Values are plain text.
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';

export type Search = Record<string, string>;

export function parseSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== '') {
      query.set(name, String(value));
    }
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** this entry was added by opening a panel over the page before it */
    panel?: boolean;
  }
}

/**
 * The named filters of the address, and a way to set some; empty ones leave the address.
 *
 * @param panel the one that opens a panel over the page: going back closes it, and closing it
 *     goes back
 */
export function useFilters<K extends string>(
  names: readonly K[],
  panel?: K,
): [Partial<Record<K, string>>, (change: Partial<Record<K, string | null>>) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const router = useRouter();
  const values = useMemo(() => {
    const found: Partial<Record<K, string>> = {};
    for (const name of names) {
      const value = search[name];
      if (value !== undefined && value !== '') {
        found[name] = value;
      }
    }
    return found;
    // the names of a page never change
  }, [search]);
  const set = (change: Partial<Record<K, string | null>>) => {
    const ofPanel = panel === undefined ? undefined : change[panel];
    const added = router.state.location.state.panel === true;
    if (ofPanel === null && added && Object.keys(change).length === 1) {
      router.history.back();
      return;
    }
    const opens = panel !== undefined && ofPanel != null && values[panel] === undefined;
    void navigate({
      to: '.',
      search: ((old: Search) => ({ ...old, ...change })) as never,
      replace: !opens,
      state: { panel: opens || (added && ofPanel !== null) },
    });
  };
  return [values, set];
}
