// Names of what the API speaks of by id: teams and keys.
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '@/api/client';
import { useGet } from '@/api/hooks';
import { useCan } from '@/app/session';

const FRESH_MILLIS = 60_000;
/** Of names that no list had: more are shown by id. */
const ASKED_ONE_BY_ONE = 30;

export function useTeams() {
  const can = useCan();
  return useGet('/admin/v1/teams', { query: { limit: 500 } }, { enabled: can('get_admin_v1_teams') });
}

/** Every team, to choose from. */
export function useTeamChoices(): { value: string; label: string }[] {
  return (useTeams().data?.data ?? []).map((team) => ({ value: team.id, label: team.name }));
}

export function useModels() {
  return useGet('/admin/v1/models', { query: { limit: 500 } });
}

/** A name for each id; the id itself while or where there is none. */
export function useTeamName(): (id: string | null | undefined) => string | null {
  const teams = useTeams();
  return useMemo(() => {
    const names = new Map((teams.data?.data ?? []).map((team) => [team.id, team.name]));
    return (id) => (id == null ? null : (names.get(id) ?? id));
  }, [teams.data]);
}

/** Labels of the given keys that the caller may see, also of those behind the first page. */
export function useKeyLabel(ids: readonly string[]): (id: string | null | undefined) => string | null {
  const can = useCan()('get_admin_v1_keys');
  const listed = useGet('/admin/v1/keys', { query: { limit: 500 } }, { enabled: can && ids.length > 0 });
  const known = useMemo(
    () => new Map((listed.data?.data ?? []).map((key) => [key.id, key.label])),
    [listed.data],
  );
  // who was given the whole list may see no other key: asking for one would be refused
  const missing =
    listed.data?.has_more === true ? [...new Set(ids)].filter((id) => !known.has(id)) : [];
  const asked = useQueries({
    queries: missing.slice(0, ASKED_ONE_BY_ONE).map((id) => ({
      queryKey: ['key-label', id],
      queryFn: () => api.get('/admin/v1/keys/{id}', { path: { id } }).then((key) => key.label),
      staleTime: FRESH_MILLIS,
      retry: false,
    })),
    combine: (results) =>
      new Map(missing.slice(0, ASKED_ONE_BY_ONE).map((id, at) => [id, results[at]?.data])),
  });
  return (id) => (id == null ? null : (known.get(id) ?? asked.get(id) ?? id));
}
