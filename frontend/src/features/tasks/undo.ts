import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../api/problem';
import { undoCommit, type UndoItem } from '../../api/undo';
import { showToast } from '../../lib/toasts';
import { useProblemText } from '../../ui/states';
import { failures } from './bulk/store';
import { keys, patchCaches, refreshLists } from './queries';

/** `undo(commits)`: takes back what these commits did, the latest first, and says how it went. */
export function useUndo() {
  const client = useQueryClient();
  const { t } = useTranslation();
  const words = useProblemText();
  return useCallback(
    async (commits: string[]): Promise<void> => {
      const items: UndoItem[] = [];
      try {
        for (const commit of [...commits].reverse()) {
          const answer = await undoCommit(commit);
          for (const { task } of answer.items) {
            if (task) patchCaches(client, task.id, (old) => (old.version > task.version ? old : { ...old, ...task, allowed_actions: task.allowed_actions ?? old.allowed_actions }));
          }
          items.push(...answer.items);
        }
        const kept = items.filter((i) => i.outcome === 'skipped' && i.code !== 'nothing').map((i) => ({ key: i.key, why: t(i.code === 'forbidden' ? 'problem.forbidden' : 'undo.changed_since') }));
        const count = items.length - kept.length;
        if (kept.length > 0) showToast({ kind: 'info', text: t('undo.partly', { done: count, failed: kept.length }), action: { label: t('bulk.show'), run: () => failures.set(kept) } });
        else showToast({ kind: 'done', text: count === 1 ? t('undo.one', { key: items[0]?.key }) : t('undo.many', { count }) });
      } catch (error) {
        showToast({ kind: 'error', text: t('undo.failed'), detail: words(error), requestId: asProblem(error).requestId });
      } finally {
        void client.invalidateQueries({ queryKey: keys.tasks });
        refreshLists(client, 50);
      }
    },
    [client, t, words],
  );
}

/** What a toast offers after a write, or nothing where the server named no commit. */
export function useUndoOffer() {
  const undo = useUndo();
  const { t } = useTranslation();
  return useCallback(
    (commits: (string | null)[]) => {
      const known = commits.filter((c) => c !== null);
      return known.length > 0 ? { label: t('ui.undo'), undo: true, run: () => void undo(known) } : undefined;
    },
    [t, undo],
  );
}
