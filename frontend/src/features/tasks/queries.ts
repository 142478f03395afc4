import { type InfiniteData, keepPreviousData, type QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import * as api from '../../api/endpoints';
import { counts } from '../../api/lists';
import type { Query } from '../../api/client';
import type { Comment, HistoryEntry, Page, Task, TaskRow } from '../../api/types';

export type TaskPages = InfiniteData<Page<TaskRow>, string | null>;
export const keys = {
  lists: ['tasks'] as const,
  list: (query: Query) => ['tasks', query] as const,
  counts: ['counts'] as const,
  tasks: ['task'] as const,
  task: (key: string) => ['task', key] as const,
  history: (id: number) => ['history', id] as const,
  comments: (id: number) => ['comments', id] as const,
};

export function useTaskList(query: Query) {
  return useInfiniteQuery({
    queryKey: keys.list(query),
    queryFn: ({ pageParam, signal }) => api.tasks.list({ ...query, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    // The next filter shows over the rows of the last one until its answer comes: nothing jumps.
    placeholderData: (before) => before,
  });
}
/** How many tasks each group of a list has: one call for all groups. */
export function useTaskCounts(query: Query, group: string, enabled = true) {
  const { limit: _limit, sort: _sort, ...filter } = query;
  return useQuery({ queryKey: [...keys.counts, group, filter], queryFn: ({ signal }) => counts(filter, group, signal), enabled, placeholderData: keepPreviousData, select: (page) => page.items });
}
export function useTask(key: string, enabled = true) {
  return useQuery({ queryKey: keys.task(key), queryFn: ({ signal }) => api.tasks.one(key, signal), enabled });
}
export function useChildren(id: number | undefined) {
  const query = { parent: id ?? 0, sort: 'rank', limit: 200, archived: 'any' };
  return useInfiniteQuery({
    queryKey: keys.list(query),
    queryFn: ({ pageParam, signal }) => api.tasks.list({ ...query, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled: id !== undefined,
  });
}
export function useComments(id: number) {
  return useInfiniteQuery({
    queryKey: keys.comments(id),
    queryFn: ({ pageParam }) => api.comments.list(id, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<Comment>) => page.next_cursor,
  });
}
export function useHistory(id: number, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: keys.history(id),
    queryFn: ({ pageParam }) => api.tasks.history(id, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<HistoryEntry>) => page.next_cursor,
    enabled,
  });
}

/** The newest version of a task that any cache holds. */
export function cachedTask(client: QueryClient, id: number): TaskRow | undefined {
  let best: TaskRow | undefined;
  const see = (row: TaskRow | undefined) => {
    if (row && row.id === id && (!best || row.version > best.version)) best = row;
  };
  for (const [, task] of client.getQueriesData<Task>({ queryKey: keys.tasks })) see(task);
  for (const [, pages] of client.getQueriesData<TaskPages>({ queryKey: keys.lists })) {
    for (const page of pages?.pages ?? []) page.items.forEach(see);
  }
  return best;
}

/** Changes a task wherever it is held; says whether any list held it. */
export function patchCaches(client: QueryClient, id: number, patch: (row: TaskRow) => TaskRow): boolean {
  let listed = false;
  for (const [key, task] of client.getQueriesData<Task>({ queryKey: keys.tasks })) {
    if (task?.id === id) client.setQueryData(key, patch(task));
  }
  for (const [key, data] of client.getQueriesData<TaskPages>({ queryKey: keys.lists })) {
    if (!data?.pages.some((page) => page.items.some((row) => row.id === id))) continue;
    listed = true;
    client.setQueryData<TaskPages>(key, {
      ...data,
      pages: data.pages.map((page) =>
        page.items.some((row) => row.id === id) ? { ...page, items: page.items.map((row) => (row.id === id ? patch(row) : row)) } : page,
      ),
    });
  }
  return listed;
}

export function dropFromLists(client: QueryClient, id: number): void {
  for (const [key, data] of client.getQueriesData<TaskPages>({ queryKey: keys.lists })) {
    if (!data?.pages.some((page) => page.items.some((row) => row.id === id))) continue;
    client.setQueryData<TaskPages>(key, { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.filter((row) => row.id !== id) })) });
  }
}

const FULL_ONLY = ['description', 'metadata', 'public_id', 'external_ids', 'first_answered_at', 'next_statuses', 'comments'] as const;
/** A full answer as a list row holds it. */
export function rowOf(task: Task | TaskRow): TaskRow {
  const row = { ...task } as Record<string, unknown>;
  for (const name of FULL_ONLY) delete row[name];
  return row as unknown as TaskRow;
}
/** The server's answer, everywhere. */
export function putTask(client: QueryClient, task: Task): void {
  const row = rowOf(task);
  patchCaches(client, task.id, (old) => (old.version > task.version ? old : 'description' in old ? task : row));
  if (client.getQueryState(keys.task(task.key))) client.setQueryData(keys.task(task.key), task);
  void client.invalidateQueries({ queryKey: keys.history(task.id) });
}

let timer: ReturnType<typeof setTimeout> | null = null;
/** Lists are asked again soon, once for many changes. */
export function refreshLists(client: QueryClient, delay = 400): void {
  if (timer) return;
  timer = setTimeout(() => {
    timer = null;
    void client.invalidateQueries({ queryKey: keys.lists });
    void client.invalidateQueries({ queryKey: keys.counts });
    void client.invalidateQueries({ queryKey: ['projects'] });
  }, delay);
}
