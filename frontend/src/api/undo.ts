import { post } from './client';
import type { Id, TaskRow } from './types';

export interface UndoItem {
  task_id: Id;
  key: string;
  outcome: 'undone' | 'skipped';
  code: 'changed-since' | 'nothing' | 'forbidden' | null;
  task: TaskRow | null;
}
/** Takes back one commit of one's own, while the server still allows it. */
export const undoCommit = (commit_id: string) => post<{ items: UndoItem[] }>('/undo', { commit_id });
