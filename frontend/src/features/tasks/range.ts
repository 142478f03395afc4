import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Query } from '../../api/client';
import * as api from '../../api/endpoints';
import type { TaskRow } from '../../api/types';
import { keys } from './queries';

/** More in one picture than this nobody can read. */
export const MOST = 1000;

/** All tasks of a question, page after page; nothing is asked without one. */
export function useAllTasks(query: Query | null) {
  const asked = query ? { ...query, limit: 200 } : { none: true };
  const list = useInfiniteQuery({
    queryKey: keys.list(asked),
    queryFn: ({ pageParam, signal }) => api.tasks.list({ ...asked, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled: query !== null,
    // The last span stays until the next one is there: nothing jumps.
    placeholderData: (before) => (query ? before : undefined),
  });
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = list;
  const rows = useMemo<TaskRow[]>(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const full = rows.length >= MOST;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError && !full) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, full, fetchNextPage]);
  return {
    rows,
    pending: query !== null && list.isPending,
    /** Rows of the question before, until the answer to the new one is there. */
    old: list.isPlaceholderData,
    /** No page is still to come. */
    whole: query === null || (!list.isPlaceholderData && !list.isPending && (!hasNextPage || full || isError)),
    error: isError && !data ? list.error : null,
    cut: full && hasNextPage,
    retry: () => void list.refetch(),
  };
}

/** Several lists as one, the newest state of each task. */
export function union(...lists: TaskRow[][]): TaskRow[] {
  const rows = new Map<number, TaskRow>();
  for (const row of lists.flat()) {
    const known = rows.get(row.id);
    if (!known || known.version < row.version) rows.set(row.id, row);
  }
  return [...rows.values()];
}

/** A question narrowed to a span of days by one of its dates; null where it has nothing in there. */
export function within(query: Query, name: 'due' | 'planned', from: string, to: string): Query | null {
  if (name === 'due' && query.due === 'none') return null;
  const later = [query[`${name}_from`], from].filter(Boolean).map(String).sort().at(-1)!;
  const earlier = [query[`${name}_to`], to].filter(Boolean).map(String).sort()[0]!;
  return later > earlier ? null : { ...query, [`${name}_from`]: later, [`${name}_to`]: earlier };
}
