import type { Comment, LiveEvent, PersonRef, Task } from '../api/types';

export const person = (id: number, name = `Person ${id}`): PersonRef => ({ id, name, avatar_color: '#2F5D8C' });
export function makeTask(over: Partial<Task> = {}): Task {
  return {
    id: 1, public_id: 'p', key: 'ERP-1', account_id: 1, project: { id: 1, key: 'ERP', name: 'ERP' }, title: 'Title', description: 'one two three', status: 'new', priority: 'medium',
    due_date: null, check_date: null, planned_start: null, planned_end: null, estimated_hours: null, actual_hours: null, created_by: person(1), supervisor: null, parent: null, assignees: [], tags: [],
    metadata: {}, client_visible: false, rank: 'a', overdue: false, children: { total: 0, done: 0 }, comment_count: 0, archived_at: null, deleted_at: null, started_at: null, first_answered_at: null,
    completed_at: null, closed_at: null, created_at: '2026-11-20T10:00:00Z', updated_at: '2026-11-20T10:00:00Z', version: 1, event_seq: 1, allowed_actions: ['edit', 'change_status'], ...over,
  };
}
export function makeComment(over: Partial<Comment> = {}): Comment {
  return { id: 1, task_id: 1, author: person(2), body: 'Text', internal: false, mentions: [], external_author: null, created_at: '2026-11-20T10:00:00Z', edited_at: null, version: 1, allowed_actions: [], ...over };
}
export function makeEvent(over: Partial<LiveEvent> = {}): LiveEvent {
  return { id: 'e1', type: 'TaskStatusChanged', task_id: 1, key: 'ERP-1', project_id: 1, account_id: 1, event_seq: 2, version: 2, actor: person(2), occurred_at: '2026-11-20T11:00:00Z', changes: {}, task: null, comment: null, ...over };
}
