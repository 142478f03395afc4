import { useEffect, useSyncExternalStore } from 'react';
import { connection } from './connection';
import * as api from './endpoints';
import { currentSession, subscribeSession } from './session';
import type { TaskRef } from './types';

/**
 * What the keys in texts stand for. All keys asked for in one moment go out in one request; what
 * is known follows the live events. `null` is a key that means nothing to this person.
 */
const FRESH_MS = 60_000;
const MOST = 50;

const known = new Map<string, { ref: TaskRef | null; at: number }>();
const listeners = new Set<() => void>();
const wanted = new Set<string>();
let timer: ReturnType<typeof setTimeout> | null = null;
let round = 0;
const tell = () => {
  round++;
  for (const listener of [...listeners]) listener();
};

export const refOf = (key: string): TaskRef | null | undefined => known.get(key)?.ref;
export function onRefs(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function wantRefs(keys: Iterable<string>): void {
  for (const key of keys) if ((known.get(key)?.at ?? 0) < Date.now() - FRESH_MS) wanted.add(key);
  if (wanted.size > 0) timer ??= setTimeout(() => void ask(), 20);
}

async function ask(): Promise<void> {
  timer = null;
  const all = [...wanted];
  wanted.clear();
  for (let i = 0; i < all.length; i += MOST) {
    const keys = all.slice(i, i + MOST);
    try {
      const { items } = await api.tasks.list({ key: keys.join(','), archived: 'any', limit: MOST });
      for (const key of keys) {
        const row = items.find((item) => item.key === key);
        known.set(key, { at: Date.now(), ref: row ? { id: row.id, key, title: row.title, status: row.status } : null });
      }
      tell();
    } catch {
      // They stay plain links; the next screen asks again.
    }
  }
}

connection.onFrame((frame) => {
  const task = frame.type === 'event' ? frame.event.task : null;
  if (!task || !known.has(task.key)) return;
  known.set(task.key, { at: Date.now(), ref: { id: task.id, key: task.key, title: task.title, status: task.status } });
  tell();
});
// Another person sees other tasks.
let reader = currentSession()?.user.id;
subscribeSession(() => {
  const now = currentSession()?.user.id;
  if (now !== reader) known.clear();
  reader = now;
});

/** What these keys stand for now. */
export function useTaskRefs(keys: string[]): (key: string) => TaskRef | null | undefined {
  const list = keys.join(',');
  useEffect(() => {
    if (list) wantRefs(list.split(','));
  }, [list]);
  useSyncExternalStore(onRefs, () => round);
  return refOf;
}

/** Tasks for a picker: by key or words of the title, the latest first. */
export async function findTasks(q: string, signal?: AbortSignal): Promise<TaskRef[]> {
  const page = await api.tasks.list({ q, limit: 20, sort: '-updated_at' }, signal);
  return page.items.map(({ id, key, title, status }) => ({ id, key, title, status }));
}
