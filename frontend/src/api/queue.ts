import { createStore as createDb, del, entries, set, type UseStore } from 'idb-keyval';
import { createStore } from '../lib/store';
import { asProblem } from './problem';

/**
 * Writes that wait for the line. Each has the key it was first sent with, so a try whose answer was
 * lost does nothing twice; they go out one by one, in the order they were made, from one tab.
 */
export interface Kept<W = unknown> {
  /** Also its Idempotency-Key. */
  id: string;
  user: number;
  at: number;
  /** Who knows how to send it. */
  kind: string;
  task: { id: number; key: string; title: string } | null;
  work: W;
  /** The server refused it: a person decides. */
  failed?: { status: number; code: string; detail: string; requestId: string | null };
}
type Sender<W = never> = (item: Kept<W>) => Promise<void>;

/** What waits here, of the person who is signed in, oldest first. */
export const queue = createStore<readonly Kept[]>([]);
export const isWaiting = (task: number): boolean => queue.get().some((item) => item.task?.id === task && !item.failed);

const senders = new Map<string, Sender>();
export function sends<W>(kind: string, sender: Sender<W>): void {
  senders.set(kind, sender as Sender);
}

let user: number | null = null;
let store: UseStore | null = null;
const db = (): UseStore => (store ??= createDb('tasktrack-queue', 'kept'));
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('tasktrack-queue');
channel?.addEventListener('message', () => void read());
let last = 0;
const place = (item: Kept) => `${item.user}:${String(item.at).padStart(16, '0')}:${item.id}`;

async function read(): Promise<readonly Kept[]> {
  if (typeof indexedDB === 'undefined') return queue.get();
  const mine = user;
  const all = mine === null ? [] : await entries<string, Kept>(db()).catch(() => []);
  if (mine !== user) return queue.get();
  const items = all.map(([, item]) => item).filter((item) => item.user === mine).sort((a, b) => a.at - b.at);
  if (items.length > 0 || queue.get().length > 0) queue.set(items);
  return items;
}
async function put(item: Kept): Promise<void> {
  await set(place(item), item, db());
  await read();
  channel?.postMessage('changed');
}
async function remove(item: Kept): Promise<void> {
  await del(place(item), db());
  await read();
  channel?.postMessage('changed');
}

/** Keeps a write until it can be sent; false where nothing can be kept (the caller tells). */
export async function keepWrite<W>(item: Omit<Kept<W>, 'user' | 'at'>): Promise<boolean> {
  if (user === null || typeof indexedDB === 'undefined') return false;
  // Two in one millisecond stay in order.
  last = Math.max(Date.now() * 1000, last + 1);
  try {
    await put({ ...item, user, at: last });
  } catch {
    return false;
  }
  retryLater();
  return true;
}
export async function retry(item: Kept): Promise<void> {
  const { failed: _failed, ...again } = item;
  await put(again);
  await flush();
}
export const drop = remove;

let timer: ReturnType<typeof setTimeout> | null = null;
let tries = 0;
function retryLater(seconds?: number) {
  if (timer) clearTimeout(timer);
  const step = seconds ?? Math.min(60, 2 * 2 ** Math.min(tries++, 6));
  timer = setTimeout(() => void flush(), step * 1000 * (0.75 + Math.random() / 2));
}

/** What a later try may mend: no answer, too many, or a server in trouble. */
function mayMend(status: number, code: string): boolean {
  return status === 0 || status === 401 || status === 408 || status === 425 || status === 429 || status >= 500 || code === 'request-in-progress';
}

/** Sends what waits. One tab at a time holds the lock; the others see what is left. */
export async function flush(): Promise<void> {
  if (timer) clearTimeout(timer);
  timer = null;
  if (user === null || queue.get().every((item) => item.failed)) return;
  if (!navigator.locks) return send();
  await navigator.locks.request('tasktrack-queue', { ifAvailable: true }, (lock) => (lock ? send() : retryLater(5)));
}
async function send(): Promise<void> {
  for (;;) {
    const item = (await read()).find((i) => !i.failed);
    const sender = item && senders.get(item.kind);
    if (!item || !sender) {
      tries = 0;
      return;
    }
    try {
      await sender(item as Kept<never>);
      await remove(item);
    } catch (error) {
      const problem = asProblem(error);
      if (item.user !== user) return;
      if (mayMend(problem.status, problem.code)) return retryLater(problem.retryAfter ?? undefined);
      await put({ ...item, failed: { status: problem.status, code: problem.code, detail: problem.message, requestId: problem.requestId } });
    }
  }
}

/** For as long as this person is signed in. */
export async function openQueue(id: number): Promise<void> {
  user = id;
  addEventListener('online', wake);
  await read();
  void flush();
}
export function closeQueue(): void {
  removeEventListener('online', wake);
  if (timer) clearTimeout(timer);
  timer = null;
  user = null;
  queue.set([]);
}
const wake = () => void flush();
