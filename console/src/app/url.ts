// Filters live in the address: a link shows the next person the same page. Values are plain text.
import { useNavigate, useSearch } from '@tanstack/react-router';
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

/** The named filters of the address, and a way to set some; empty ones leave the address. */
export function useFilters<K extends string>(
  names: readonly K[],
): [Partial<Record<K, string>>, (change: Partial<Record<K, string | null>>) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
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
    void navigate({
      to: '.',
      search: ((old: Search) => ({ ...old, ...change })) as never,
      replace: true,
    });
  };
  return [values, set];
}
