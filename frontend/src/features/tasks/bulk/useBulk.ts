import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { commitOf, type Query } from '../../../api/client';
import * as api from '../../../api/endpoints';
import { ApiProblem, asProblem } from '../../../api/problem';
import type { BulkChange, TaskRow } from '../../../api/types';
import { showToast } from '../../../lib/toasts';
import { useProblemText } from '../../../ui/states';
import { keys, patchCaches, refreshLists } from '../queries';
import { useUndoOffer } from '../undo';
import { type Failure, failures, job } from './store';

/** The server takes this many at once. */
export const CHUNK = 200;

/**
 * One change to many tasks: in chunks, with a progress line that can be stopped, a result for each
 * and one way back for all. It goes on when the screen that began it has gone.
 */
export function useBulk() {
  const client = useQueryClient();
  const { t } = useTranslation();
  const words = useProblemText();
  const offer = useUndoOffer();
  return useCallback(
    async (rows: Pick<TaskRow, 'id' | 'key'>[], change: BulkChange): Promise<void> => {
      if (rows.length === 0 || job.get()) return;
      const named = new Map(rows.map((r) => [r.id, r.key]));
      const failed: Failure[] = [];
      const commits: (string | null)[] = [];
      let good = 0;
      const total = rows.length;
      job.set({ text: '', done: 0, total, failed: 0, stopping: false });
      try {
        for (let at = 0; at < total && !job.get()?.stopping; at += CHUNK) {
          const answer = await api.tasks.bulk(rows.slice(at, at + CHUNK).map((r) => r.id), change);
          commits.push(commitOf(answer));
          for (const item of answer.items) {
            const { task, problem } = item;
            if (item.ok) good++;
            else failed.push({ key: named.get(item.task_id) ?? `#${item.task_id}`, why: problem ? words(new ApiProblem(problem, null)) : '' });
            if (task) patchCaches(client, task.id, (old) => (old.version > task.version ? old : { ...old, ...task, allowed_actions: task.allowed_actions ?? old.allowed_actions }));
          }
          job.set((now) => now && { ...now, done: good + failed.length, failed: failed.length });
        }
        const left = total - good - failed.length;
        const back = good > 0 ? offer(commits) : undefined;
        if (failed.length > 0) {
          showToast({ kind: 'error', text: t('bulk.partly', { done: good, count: total, failed: failed.length }), action: { label: t('bulk.show'), run: () => failures.set(failed) } });
          if (back) showToast({ kind: 'done', text: t('bulk.done', { count: good }), action: back });
        } else showToast({ kind: 'done', text: left > 0 ? t('bulk.stopped', { done: good, left }) : t('bulk.done', { count: good }), action: back });
      } catch (error) {
        // What went before the break is done; it can be taken back all the same.
        const back = good > 0 ? offer(commits) : undefined;
        showToast({ kind: 'error', text: good > 0 ? t('bulk.broke', { done: good, count: total }) : t('bulk.failed'), detail: words(error), requestId: asProblem(error).requestId, action: back });
      } finally {
        job.set(null);
        refreshLists(client, 50);
        void client.invalidateQueries({ queryKey: keys.tasks });
      }
    },
    [client, offer, t, words],
  );
}

/** Every task under the conditions of a list, page by page. */
export async function fetchAll(query: Query, onCount: (count: number) => void, stopped: () => boolean): Promise<TaskRow[]> {
  const rows = new Map<number, TaskRow>();
  let cursor: string | null = null;
  do {
    const page = await api.tasks.list({ ...query, limit: CHUNK, cursor });
    for (const row of page.items) rows.set(row.id, row);
    cursor = page.next_cursor;
    onCount(rows.size);
  } while (cursor && !stopped());
  return [...rows.values()];
}
