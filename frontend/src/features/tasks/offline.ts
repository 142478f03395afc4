import type { QueryClient } from '@tanstack/react-query';
import { request } from '../../api/client';
import { asProblem, currentTask } from '../../api/problem';
import { type Kept, keepWrite, queue, sends } from '../../api/queue';
import type { Page, Task, TaskRow } from '../../api/types';
import { paintOver, unreached } from '../../lib/offline';
import { inTurn, type KeptChange, paintKept, sendChange } from './change';
import { keys, patchCaches, putTask, refreshLists } from './queries';

/** A write that is sent again just as it was: a comment, a new task. */
export interface KeptCall {
  method: 'POST' | 'DELETE';
  path: string;
  body?: unknown;
}

/**
 * Runs a write; where the server is not reached it is kept and sent later with the same key.
 * Says whether it was done now or waits; what the server refuses is thrown.
 */
export async function callOrKeep<T>(id: string, task: Kept['task'], call: KeptCall): Promise<{ done: T } | 'kept'> {
  try {
    return { done: await request<T>(call.method, call.path, { body: call.body, idempotencyKey: id }) };
  } catch (error) {
    if (unreached(error) && (await keepWrite<KeptCall>({ id, kind: 'call', task, work: call }))) return 'kept';
    throw error;
  }
}

/** How what was kept goes out, and how it is shown until then. */
export function startOffline(client: QueryClient): void {
  sends<KeptChange>('change', (item) =>
    inTurn(item.task!.id, async () => {
      try {
        await sendChange(client, item.work.base, item.work.input, undefined, item.id);
      } catch (error) {
        const now = currentTask(asProblem(error));
        if (now) putTask(client, now);
        throw error;
      }
      refreshLists(client);
    }),
  );
  sends<KeptCall>('call', async (item) => {
    await request(item.work.method, item.work.path, { body: item.work.body, idempotencyKey: item.id });
    if (item.task) void client.invalidateQueries({ queryKey: keys.comments(item.task.id) });
    refreshLists(client);
  });
  paintOver((key, data) => {
    if (queue.get().length === 0) return data;
    const row = (r: TaskRow) => paintKept(client, r);
    const page = (p: Page<TaskRow>) => (Array.isArray(p.items) ? { ...p, items: p.items.map(row) } : p);
    if (key[0] === keys.tasks[0]) return row(data as Task);
    if (key[0] !== keys.lists[0]) return data;
    const list = data as { pages?: Page<TaskRow>[] } & Page<TaskRow>;
    return list.pages ? { ...list, pages: list.pages.map(page) } : page(list);
  });
}

/** After a start the caches may have been filled before the queue was read. */
export function paintAll(client: QueryClient): void {
  for (const id of new Set(queue.get().flatMap((item) => (item.task ? [item.task.id] : [])))) patchCaches(client, id, (row) => paintKept(client, row));
}
