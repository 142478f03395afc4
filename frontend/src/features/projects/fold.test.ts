import { expect, it } from 'vitest';
import type { Activity } from '../../api/overview';
import { fold } from './ActivityFeed';

const at = (minute: number, task: number, type = 'TaskCreated', body?: string) =>
  ({
    task: { id: task, key: `A-${task}`, title: 'x', status: 'new' },
    event: { id: `${minute}`, event_seq: 1, type, actor: { id: 1, name: 'A', avatar_color: '#000' }, cause: null, occurred_at: new Date(Date.UTC(2026, 0, 1, 12, 60 - minute)).toISOString(), changes: {}, comment: body ? { id: 1, body, internal: false } : null },
  }) as Activity;

it('the same done to several tasks in a row is one line', () => {
  const lines = fold([at(1, 1), at(2, 2), at(3, 2), at(4, 3, 'TaskArchived'), at(40, 4, 'TaskArchived')]);
  expect(lines.map((l) => l.tasks.map((t) => t.id))).toEqual([[1, 2], [3], [4]]);
});
it('what somebody wrote is told in full', () => {
  expect(fold([at(1, 1, 'CommentAdded', 'one'), at(2, 1, 'CommentAdded', 'two')])).toHaveLength(2);
});
