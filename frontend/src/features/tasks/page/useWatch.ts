import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { around, type Around, watchers } from '../../../api/relations';
import { asProblem } from '../../../api/problem';
import type { Task } from '../../../api/types';
import { showToast } from '../../../lib/toasts';
import { useProblemText } from '../../../ui/states';
import { keys } from '../queries';

/** Do I hear of this task; painted at once, taken back when refused. */
export function useWatch(task: Task) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const { watching, watchers: count = 0 } = around(task);
  const on = watching === true;
  const paint = (next: boolean) =>
    client.setQueryData<Task & Around>(keys.task(task.key), (now) => now && { ...now, watching: next, watchers: Math.max(0, (now.watchers ?? 0) + (next === now.watching ? 0 : next ? 1 : -1)) });
  const toggle = () => {
    paint(!on);
    (on ? watchers.remove(task.id, 'me') : watchers.add(task.id, 'me')).then(
      () => void client.invalidateQueries({ queryKey: ['watchers', task.id] }),
      (error: unknown) => {
        paint(on);
        showToast({ kind: 'error', text: t('toast.not_saved', { key: task.key }), detail: words(error), requestId: asProblem(error).requestId });
      },
    );
  };
  return { known: watching !== undefined, on, count, toggle };
}
