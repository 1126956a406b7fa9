// Names for the ids that answers hold. What is not known (deleted, or not for the caller's eyes)
// keeps its id.
import { useMemo } from 'react';
import { useCan } from '@/app/session';
import { useGet } from './hooks';

const MOST = 500;

function index(rows: { id: string; name: string }[]): Map<string, string> {
  return new Map(rows.map((row) => [row.id, row.name]));
}

export interface Named {
  id: string;
  name: string;
}

export function useNames() {
  const can = useCan();
  const teams = useGet(
    '/admin/v1/teams',
    { query: { limit: MOST } },
    { enabled: can('get_admin_v1_teams') },
  );
  const keys = useGet(
    '/admin/v1/keys',
    { query: { limit: MOST } },
    { enabled: can('get_admin_v1_keys') },
  );
  const upstreams = useGet(
    '/admin/v1/upstreams',
    { query: { limit: MOST } },
    { enabled: can('get_admin_v1_upstreams') },
  );
  const models = useGet(
    '/admin/v1/models',
    { query: { limit: MOST } },
    { enabled: can('get_admin_v1_models') },
  );
  return useMemo(() => {
    const lists = {
      teams: (teams.data?.data ?? []).map(({ id, name }) => ({ id: id ?? '', name })),
      keys: (keys.data?.data ?? []).map(({ id, label }) => ({ id: id ?? '', name: label })),
      upstreams: (upstreams.data?.data ?? []).map(({ id, name }) => ({ id: id ?? '', name })),
      models: (models.data?.data ?? []).map(({ id, name }) => ({ id: id ?? '', name })),
    };
    const byId = {
      team: index(lists.teams),
      key: index(lists.keys),
      upstream: index(lists.upstreams),
    };
    const name = (kind: keyof typeof byId, id: string | null | undefined) =>
      id == null ? null : (byId[kind].get(id) ?? id);
    return {
      ...lists,
      team: (id: string | null | undefined) => name('team', id),
      key: (id: string | null | undefined) => name('key', id),
      upstream: (id: string | null | undefined) => name('upstream', id),
    };
  }, [teams.data, keys.data, upstreams.data, models.data]);
}
