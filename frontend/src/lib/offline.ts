import { clear, createStore, del, get, set, update, type UseStore } from 'idb-keyval';
import type { QueryKey, QueryPersister } from '@tanstack/react-query';
import { asProblem } from '../api/problem';

/**
 * What was seen last, kept on this device: when the server cannot be reached a query answers with
 * it. One person's at a time, a bounded number of things, for a bounded time; gone at sign-out.
 * The line is always tried first, so nobody with a line ever looks at something old.
 */
const KINDS = new Set(['tasks', 'task', 'comments', 'history', 'children', 'counts', 'projects', 'tags', 'templates', 'people', 'views', 'favourites', 'preferences']);
const LONGEST = 7 * 86_400_000;
const MOST = 120;
/** Of an endless list its first pages. */
const PAGES = 3;

interface Seen {
  at: number;
  data: unknown;
}
/** What is held, by whom, and since when: the oldest goes first. */
interface Index {
  user: number;
  at: Record<string, number>;
}
const INDEX = '~index';

let store: UseStore | null = null;
let user: number | null = null;
const db = (): UseStore => (store ??= createStore('tasktrack-seen', 'seen'));
/** Storage may be closed (a private window, a full disk): then there is simply nothing to fall back on. */
const quietly = <T>(work: Promise<T>): Promise<T | undefined> => work.catch(() => undefined);
const here = () => typeof indexedDB !== 'undefined';

/** From now on for this person; what another one left goes. */
export async function seenBy(id: number): Promise<void> {
  user = id;
  if (!here()) return;
  const index = await quietly(get<Index>(INDEX, db()));
  if (index && index.user !== id) await forgetSeen();
}
export async function forgetSeen(): Promise<void> {
  if (here()) await quietly(clear(db()));
}

/** The first pages of an endless list, everything of anything else. */
export function trimmed(data: unknown): unknown {
  const list = data as { pages?: unknown[]; pageParams?: unknown[] } | null;
  return list && Array.isArray(list.pages) && Array.isArray(list.pageParams) ? { ...list, pages: list.pages.slice(0, PAGES), pageParams: list.pageParams.slice(0, PAGES) } : data;
}

async function keep(hash: string, data: unknown): Promise<void> {
  const mine = user;
  if (mine === null) return;
  const at = Date.now();
  await set(hash, { at, data: trimmed(data) } satisfies Seen, db());
  const gone: string[] = [];
  await update<Index>(
    INDEX,
    (old) => {
      const all = old && old.user === mine ? { ...old.at } : {};
      all[hash] = at;
      const oldFirst = Object.entries(all).sort((a, b) => a[1] - b[1]);
      for (const [name, when] of oldFirst) {
        if (when > at - LONGEST && oldFirst.length - gone.length <= MOST) break;
        gone.push(name);
        delete all[name];
      }
      return { user: mine, at: all };
    },
    db(),
  );
  for (const name of gone) await del(name, db());
}

async function recall(hash: string): Promise<Seen | undefined> {
  if (user === null) return undefined;
  const seen = await quietly(get<Seen>(hash, db()));
  return seen && seen.at > Date.now() - LONGEST ? seen : undefined;
}

const later = (work: () => void) => (typeof requestIdleCallback === 'function' ? requestIdleCallback(work, { timeout: 3000 }) : setTimeout(work, 200));
/** No answer at all, or only from something between: the server itself was not reached. */
export const unreached = (error: unknown): boolean => [0, 502, 503, 504].includes(asProblem(error).status);

let overlay: (key: QueryKey, data: never) => unknown = (_, data) => data;
/** What waits to be sent is painted over every answer. */
export function paintOver(paint: typeof overlay): void {
  overlay = paint;
}

/** Around every query: answers are kept, and stand in where no answer comes. */
export const persister: QueryPersister = async (queryFn, context, query) => {
  const kept = here() && KINDS.has(String(query.queryKey[0]));
  const ask = queryFn as (c: typeof context) => Promise<never>;
  try {
    const data = await ask(context);
    if (kept) later(() => void quietly(keep(query.queryHash, data)));
    return overlay(query.queryKey, data) as never;
  } catch (error) {
    if (!kept || query.state.data !== undefined || !unreached(error)) throw error;
    const seen = await recall(query.queryHash);
    if (!seen) throw error;
    // It stays as old as it is: with the line back it is asked again.
    setTimeout(() => query.setState({ dataUpdatedAt: seen.at }), 0);
    return overlay(query.queryKey, seen.data as never) as never;
  }
};
