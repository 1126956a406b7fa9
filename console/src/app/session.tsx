// Who is signed in and what they may do, as `/admin/v1/me` says it. Pages show what is allowed;
// the API is what enforces it.
import { createContext, useContext, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { api, setCsrfToken, type Answer, type OperationId } from '@/api/client';
import type { ApiProblem } from '@/api/problem';

export type Me = Answer<'get', '/admin/v1/me'>;

export const ME_KEY = ['me'] as const;

/** Rights change while pages are open: they are asked for again now and then. */
const ME_MILLIS = 30_000;

const Context = createContext<Me | null>(null);

export function useMe() {
  return useQuery<Me, ApiProblem>({
    queryKey: ME_KEY,
    queryFn: async () => {
      const me = await api.get('/admin/v1/me');
      setCsrfToken(me.csrf_token ?? null);
      return me;
    },
    refetchInterval: ME_MILLIS,
    staleTime: ME_MILLIS,
    retry: (count, problem) => problem.status !== 401 && count < 2,
  });
}

export function SessionProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <Context value={me}>{children}</Context>;
}

/** Null outside of the signed-in pages. */
export function useSession(): Me | null {
  return useContext(Context);
}

/** Whether the caller may use a route of the API: `const can = useCan(); can('post_admin_v1_keys')`. */
export function useCan(): (operation: OperationId) => boolean {
  const me = useContext(Context);
  return (operation) => me?.operations.includes(operation) ?? false;
}
