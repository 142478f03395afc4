import type { QueryClient } from '@tanstack/react-query';
import { post } from '../../api/client';
import { asProblem, currentTask } from '../../api/problem';
import { type Kept, keepWrite, queue, sends } from '../../api/queue';
import type { NewTask, Page, Task, TaskRow } from '../../api/types';
import { paintOver, unreached } from '../../lib/offline';
import { useStore } from '../../lib/store';
import { inTurn, type KeptChange, paintKept, sendChange } from './change';
import { keys, patchCaches, putTask, refreshLists } from './queries';

/** A POST that is sent again just as it was: a comment, a new task. */
export interface KeptCall {
  path: string;
  body: unknown;
}

/** A write that found no server is kept and sent later with the key it was tried with; says whether it is. */
async function keptCall(error: unknown, id: string, task: Kept['task'], work: KeptCall): Promise<boolean> {
  return unreached(error) && keepWrite<KeptCall>({ id, kind: 'call', task, work });
}
/** After a new task found no server: true when it waits here, and there is nothing left to do. */
export const keptCreate = (error: unknown, id: string, body: NewTask): Promise<boolean> => keptCall(error, id, null, { path: '/tasks', body });
export const keptComment = (error: unknown, id: string, task: Task, body: KeptComment): Promise<boolean> =>
  keptCall(error, id, { id: task.id, key: task.key, title: task.title }, { path: `/tasks/${task.id}/comments`, body });

interface KeptComment {
  body: string;
  internal: boolean;
}
/** Comments on a task that wait here. */
export function useKeptComments(task: number): (KeptComment & { id: string; at: number })[] {
  const items = useStore(queue);
  return items
    .filter((item) => item.kind === 'call' && item.task?.id === task && (item.work as KeptCall).path.endsWith('/comments'))
    .map((item) => ({ ...((item.work as KeptCall).body as KeptComment), id: item.id, at: item.at / 1000 }));
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
    await post(item.work.path, item.work.body, { idempotencyKey: item.id });
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
