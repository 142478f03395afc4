import { useCallback } from 'react';
import type { BulkChange, TaskInput, TaskRow } from '../../../api/types';
import { useTaskActions } from '../actions';
import { useChangeTask } from '../change';
import { useBulk } from './useBulk';

/** One change to one task or to many: each the way that suits it best. */
export function useApply() {
  const change = useChangeTask();
  const actions = useTaskActions();
  const bulk = useBulk();
  return useCallback(
    (tasks: TaskRow[], what: BulkChange): void => {
      const [task] = tasks;
      if (!task) return;
      if (tasks.length > 1) return void bulk(tasks, what);
      const { archived, deleted, add_tag_ids, remove_tag_ids, ...fields } = what;
      if (deleted) return void actions.remove(task);
      if (archived !== undefined) return void (archived ? actions.archive(task) : actions.unarchive(task));
      const input: TaskInput = { ...fields };
      if (add_tag_ids || remove_tag_ids) {
        const ids = new Set(task.tags.map((tag) => tag.id));
        for (const id of add_tag_ids ?? []) ids.add(id);
        for (const id of remove_tag_ids ?? []) ids.delete(id);
        input.tag_ids = [...ids];
      }
      change(task, input).catch(() => undefined);
    },
    [actions, bulk, change],
  );
}
