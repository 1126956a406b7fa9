// Reading: one answer, or a list page by page. `live` asks again so often that a change made
// elsewhere shows within two seconds; a hidden tab asks nothing.
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { api, type Answer, type Options, type PathOf } from './client';
import type { ApiProblem } from './problem';

export const LIVE_MILLIS = 1500;
/** For sums over long stretches, which change slowly and cost more. */
export const SLOW_MILLIS = 10_000;

interface Reading {
  /** false: once; true: live; a number: milliseconds. */
  live?: boolean | number;
  enabled?: boolean;
}

function interval(live: boolean | number | undefined): number | false {
  return live === true ? LIVE_MILLIS : (live ?? false);
}

function read<P extends PathOf<'get'>>(
  path: P,
  options: Options<'get', P>,
): Promise<Answer<'get', P>> {
  const get = api.get as (path: P, options: Options<'get', P>) => Promise<Answer<'get', P>>;
  return get(path, options);
}

export function useGet<P extends PathOf<'get'>>(
  path: P,
  options?: Options<'get', P>,
  { live, enabled = true }: Reading = {},
): UseQueryResult<Answer<'get', P>, ApiProblem> {
  return useQuery<Answer<'get', P>, ApiProblem>({
    queryKey: [path, options?.path ?? null, options?.query ?? null],
    queryFn: ({ signal }) => read(path, { ...options, signal } as Options<'get', P>),
    refetchInterval: interval(live),
    placeholderData: keepPreviousData,
    enabled,
  });
}

type Row<P extends PathOf<'get'>> =
  Answer<'get', P> extends { data: (infer R)[] } ? R : never;

export interface Pages<R> {
  rows: R[];
  isPending: boolean;
  isFetchingMore: boolean;
  error: ApiProblem | null;
  hasMore: boolean;
  more: () => void;
  retry: () => void;
}

/** A list by its key: each page names the next one's cursor. */
export function usePages<P extends PathOf<'get'>>(
  path: P,
  options?: Options<'get', P>,
  { live, enabled = true }: Reading = {},
): Pages<Row<P>> {
  const result = useInfiniteQuery<
    Answer<'get', P>,
    ApiProblem,
    { pages: Answer<'get', P>[] },
    readonly unknown[],
    string | null
  >({
    queryKey: [path, 'pages', options?.path ?? null, options?.query ?? null],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...options?.query, cursor: pageParam ?? undefined };
      const withCursor = { ...options, query, signal } as unknown as Options<'get', P>;
      return read(path, withCursor);
    },
    initialPageParam: null,
    getNextPageParam: (last) => (last as { next_cursor?: string | null }).next_cursor ?? null,
    refetchInterval: interval(live),
    placeholderData: keepPreviousData,
    enabled,
  });
  const rows = (result.data?.pages ?? []).flatMap(
    (page) => (page as unknown as { data: Row<P>[] }).data,
  );
  return {
    rows,
    isPending: result.isPending && enabled,
    isFetchingMore: result.isFetchingNextPage,
    error: result.error,
    hasMore: result.hasNextPage,
    more: () => void result.fetchNextPage(),
    retry: () => void result.refetch(),
  };
}

/**
 * A change. What was read under `touches` is asked for again when it is through; without
 * `touches`, everything on the page.
 */
export function useChange<In, Out>(
  change: (input: In) => Promise<Out>,
  { touches, onDone }: { touches?: readonly PathOf<'get'>[]; onDone?: (out: Out, input: In) => void } = {},
) {
  const queries = useQueryClient();
  return useMutation<Out, ApiProblem, In>({
    mutationFn: change,
    onSuccess: (out, input) => {
      onDone?.(out, input);
      void (touches === undefined
        ? queries.invalidateQueries()
        : Promise.all(touches.map((path) => queries.invalidateQueries({ queryKey: [path] }))));
    },
  });
}
