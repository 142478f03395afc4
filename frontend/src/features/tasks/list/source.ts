import { InfiniteQueryObserver, type InfiniteQueryObserverResult, type QueryClient, type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Query } from '../../../api/client';
import * as api from '../../../api/endpoints';
import type { Page, TaskRow } from '../../../api/types';
import { same } from '../../../lib/text';
import { keys, type TaskPages } from '../queries';

/** A part of the table that loads by itself: the whole list, or one group, or the children of a row. */
export interface Wanted {
  key: string;
  query: Query;
  /** Ask how many there are in all (groups know it from their counts). */
  count?: boolean;
}
export interface Part {
  rows: TaskRow[];
  total: number | null;
  pending: boolean;
  /** Rows of the conditions before, until the answer to the new ones is there. */
  old: boolean;
  more: boolean;
  /** The last try to ask again did not get through. */
  stale: boolean;
  error: Error | null;
}
const FIRST = 100;
const NEXT = 200;
const FRESH_MS = 15_000;

type Result = InfiniteQueryObserverResult<TaskPages, Error>;
type Observer = InfiniteQueryObserver<Page<TaskRow>, Error, TaskPages, QueryKey, string | null>;
interface Held {
  observer: Observer;
  hash: string;
  query: Query;
  stop(): void;
  part: Part;
  result: Result;
  /** Pages on the screen: what is asked again when something changed. */
  seen: [number, number];
  busy: boolean;
  again: boolean;
}

/**
 * Pages of many lists at once. Ten thousand rows are fifty pages: when something changes
 * elsewhere only the pages on the screen are asked again, those after them when one scrolls there.
 */
export class Source {
  private held = new Map<string, Held>();
  private listeners = new Set<() => void>();
  private snapshot: ReadonlyMap<string, Part> = new Map();
  private unsubscribe: (() => void) | null = null;
  private wanted: Wanted[] = [];

  constructor(private client: QueryClient) {}

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  get = () => this.snapshot;

  /** Watches the cache while the table is shown. */
  start = () => {
    this.unsubscribe = this.client.getQueryCache().subscribe((event) => {
      if (event.type !== 'updated' || event.action.type !== 'invalidate') return;
      for (const held of this.held.values()) if (held.hash === event.query.queryHash) void this.refresh(held);
    });
    this.want(this.wanted);
    return () => {
      this.unsubscribe?.();
      for (const held of this.held.values()) held.stop();
      this.held.clear();
    };
  };

  want(wanted: Wanted[]): void {
    this.wanted = wanted;
    const gone = new Set(this.held.keys());
    for (const { key, query, count } of wanted) {
      gone.delete(key);
      const queryKey: QueryKey = [...keys.list(query), 'table'];
      const options = {
        queryKey,
        queryFn: ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) =>
          api.tasks.list({ ...query, limit: pageParam ? NEXT : FIRST, cursor: pageParam, ...(count && !pageParam ? { include: 'count' } : {}) }, signal),
        initialPageParam: null,
        getNextPageParam: (page: Page<TaskRow>) => page.next_cursor,
        placeholderData: (before: TaskPages | undefined) => before,
        // Asked again by `refresh`, page by page.
        staleTime: 'static' as const,
      };
      const before = this.held.get(key);
      if (before) {
        if (same(before.query, query)) continue;
        before.query = query;
        before.seen = [0, 0];
        before.observer.setOptions(options);
        before.hash = before.observer.getCurrentQuery().queryHash;
        this.freshen(before);
        continue;
      }
      const observer: Observer = new InfiniteQueryObserver(this.client, options);
      const result = observer.getCurrentResult() as Result;
      const held: Held = { observer, hash: observer.getCurrentQuery().queryHash, query, stop: () => undefined, result, part: partOf(result), seen: [0, 0], busy: false, again: false };
      this.held.set(key, held);
      held.stop = observer.subscribe((next) => {
        held.part = partOf(next as Result, held);
        held.result = next as Result;
        this.publish();
      });
      held.result = observer.getCurrentResult() as Result;
      held.part = partOf(held.result);
      this.freshen(held);
    }
    for (const key of gone) {
      this.held.get(key)!.stop();
      this.held.delete(key);
    }
    this.publish();
  }

  /** Rows on the screen, by their place in a part. */
  see(key: string, first: number, last: number): void {
    const held = this.held.get(key);
    const data = held?.result.data;
    if (!held || !data) return;
    let from = 0;
    let end = 0;
    let rows = 0;
    data.pages.forEach((page, i) => {
      if (rows <= first) from = i;
      if (rows <= last) end = i;
      rows += page.items.length;
    });
    held.seen = [from, end];
    if (last >= rows - 30) this.next(key);
  }
  next(key: string): void {
    const held = this.held.get(key);
    if (!held || held.busy || !held.result.hasNextPage || held.result.isFetching || held.result.isPlaceholderData || held.result.isFetchNextPageError) return;
    void held.observer.fetchNextPage();
  }
  retry(): void {
    for (const held of this.held.values()) {
      if (held.result.isFetchNextPageError) void held.observer.fetchNextPage();
      else if (held.result.isError) void held.observer.refetch();
    }
  }

  /** What lies in the cache from an earlier visit shows at once and is asked again. */
  private freshen(held: Held): void {
    const state = held.observer.getCurrentQuery().state;
    if (state.data && (state.isInvalidated || Date.now() - state.dataUpdatedAt > FRESH_MS)) void this.refresh(held);
  }

  private async refresh(held: Held): Promise<void> {
    if (held.busy) {
      held.again = true;
      return;
    }
    held.busy = true;
    const query = held.observer.getCurrentQuery();
    try {
      do {
        held.again = false;
        // The mark of being out of date is taken off: a change that comes meanwhile sets it again.
        const data = this.client.setQueryData<TaskPages>(query.queryKey, (now) => now && { ...now });
        if (!data) return;
        const [from, to] = held.seen;
        const pages = data.pages.slice(0, from);
        const params = data.pageParams.slice(0, from);
        let cursor = data.pageParams[from] ?? null;
        for (let i = from; i <= to; i++) {
          const limit = cursor ? NEXT : FIRST;
          const page = await api.tasks.list({ ...held.query, limit, cursor, ...(!cursor && data.pages[0]?.count !== undefined ? { include: 'count' } : {}) });
          pages.push(page);
          params.push(cursor);
          cursor = page.next_cursor;
          if (!cursor) break;
        }
        if (held.observer.getCurrentQuery() !== query) return;
        const now = this.client.getQueryData<TaskPages>(query.queryKey);
        // What was painted meanwhile is newer than the answer.
        const newer = new Map(now?.pages.flatMap((p) => p.items).map((row) => [row.id, row]));
        const kept = pages.map((page) => ({ ...page, items: page.items.map((row) => ((newer.get(row.id)?.version ?? 0) > row.version ? newer.get(row.id)! : row)) }));
        // Pages after these go on from where they did, as long as the cursors still meet.
        const rest = data.pages.length > pages.length && data.pageParams[pages.length] === cursor ? (now?.pages.slice(pages.length) ?? []) : [];
        this.client.setQueryData<TaskPages>(query.queryKey, { pages: [...kept, ...rest], pageParams: [...params, ...data.pageParams.slice(pages.length, pages.length + rest.length)] });
      } while (held.again);
      this.old(held, false);
    } catch {
      // What is on the screen stays; the line at the foot says that it is old.
      this.old(held, true);
    } finally {
      held.busy = false;
    }
  }

  private old(held: Held, stale: boolean): void {
    if (held.part.stale === stale) return;
    held.part = { ...held.part, stale };
    this.publish();
  }

  private publish(): void {
    this.snapshot = new Map([...this.held].map(([key, held]) => [key, held.part]));
    for (const listener of [...this.listeners]) listener();
  }
}

function partOf(result: Result, before?: Held): Part {
  const pages = result.data?.pages ?? [];
  let rows = before?.part.rows;
  if (!rows || before?.result.data !== result.data) {
    const seen = new Set<number>();
    rows = pages.flatMap((page) => page.items).filter((row) => !seen.has(row.id) && seen.add(row.id));
  }
  return { rows, total: pages[0]?.count ?? null, pending: result.isPending, old: result.isPlaceholderData, more: result.hasNextPage, error: result.error, stale: before?.part.stale ?? false };
}

export function useSource(wanted: Wanted[]): { source: Source; parts: ReadonlyMap<string, Part> } {
  const client = useQueryClient();
  const [source] = useState(() => new Source(client));
  const parts = useSyncExternalStore(source.subscribe, source.get);
  // Before the first paint: rows that lie in the cache never come after a blank.
  useLayoutEffect(() => source.want(wanted), [source, wanted]);
  useEffect(() => source.start(), [source]);
  return useMemo(() => ({ source, parts }), [source, parts]);
}
