import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { commitOf } from '../../api/client';
import * as api from '../../api/endpoints';
import { asProblem, currentTask } from '../../api/problem';
import { type Status, type Task, type TaskRow } from '../../api/types';
import { rememberUndo, showToast } from '../../lib/toasts';
import { useProblemText } from '../../ui/states';
import { inTurn, useChangeTask } from './change';
import { collaboratorsOf } from './model';
import { cachedTask, keys, putTask, refreshLists } from './queries';
import { useUndoOffer } from './undo';

/** What a person does to a whole task, each with its way back. */
export function useTaskActions() {
  const client = useQueryClient();
  const { t } = useTranslation();
  const words = useProblemText();
  const change = useChangeTask();

  const offer = useUndoOffer();
  const act = useCallback(
    async (task: TaskRow, work: (version: number) => Promise<Task | void>, text: string) => {
      try {
        const after = await inTurn(task.id, () => work((cachedTask(client, task.id) ?? task).version));
        if (after && 'id' in after) putTask(client, after);
        refreshLists(client, 50);
        showToast({ kind: 'done', text, action: offer([commitOf(after)]) });
        return true;
      } catch (error) {
        const problem = asProblem(error);
        const now = currentTask(problem);
        if (now) putTask(client, now);
        showToast({ kind: 'error', text: t('toast.not_done', { key: task.key }), detail: words(error), requestId: problem.requestId });
        return false;
      }
    },
    [client, offer, t, words],
  );
  return useMemo(() => {
    return {
      archive: (task: TaskRow) => act(task, (v) => api.tasks.archive(task.id, v), t('toast.archived', { key: task.key })),
      unarchive: (task: TaskRow) => act(task, (v) => api.tasks.unarchive(task.id, v), t('toast.unarchived', { key: task.key })),
      restore: (task: TaskRow) => act(task, () => api.tasks.restore(task.id), t('toast.restored', { key: task.key })),
      remove: (task: TaskRow) =>
        act(
          task,
          async (v) => {
            const gone = await api.tasks.remove(task.id, v);
            client.removeQueries({ queryKey: keys.task(task.key) });
            return gone;
          },
          t('toast.deleted', { key: task.key }),
        ),
      status: (task: TaskRow, status: Status) => change(task, { status }).catch(() => null),
      /** The set of collaborators, brought there one by one: each step names a person, so steps of others do not collide. */
      async collaborators(task: TaskRow, ids: number[]) {
        const now = new Set(collaboratorsOf(task).map((p) => p.id));
        const steps = [
          ...ids.filter((id) => !now.has(id)).map((id) => () => api.tasks.assign(task.id, id, 'collaborator')),
          ...[...now].filter((id) => !ids.includes(id)).map((id) => () => api.tasks.unassign(task.id, id)),
        ];
        try {
          const made: (string | null)[] = [];
          await inTurn(task.id, async () => {
            for (const step of steps) {
              const after = await step();
              made.push(commitOf(after));
              putTask(client, after);
            }
          });
          refreshLists(client);
          const back = offer(made);
          if (back) rememberUndo(back.run);
        } catch (error) {
          showToast({ kind: 'error', text: t('toast.not_saved', { key: task.key }), detail: words(error), requestId: asProblem(error).requestId });
        }
      },
      async copyLink(task: TaskRow) {
        await navigator.clipboard.writeText(new URL(`/tasks/${task.key}`, location.href).href);
        showToast({ kind: 'info', text: t('undo.link_copied', { key: task.key }) });
      },
      async copyKey(task: TaskRow) {
        await navigator.clipboard.writeText(task.key);
        showToast({ kind: 'info', text: t('toast.copied', { key: task.key }) });
      },
    };
  }, [act, change, client, offer, t, words]);
}
