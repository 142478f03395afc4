import { del, get, post, put } from './client';
import type { Id, Instant, Page, PersonRef, Task, TaskRef } from './types';

/** How two tasks belong together, as seen from one of them. */
export const RELATION_KINDS = ['blocks', 'blocked_by', 'relates', 'duplicates', 'duplicated_by'] as const;
export type RelationKind = (typeof RELATION_KINDS)[number];
export interface Relation {
  id: Id;
  kind: RelationKind;
  task: TaskRef & { archived: boolean };
  created_by: PersonRef | null;
  created_at: Instant;
}
/** What the single view of a task says of the people and tasks around it. */
export interface Around {
  watching?: boolean;
  watchers?: number;
  /** An open task holds it up. */
  blocked?: boolean;
}
export const around = (task: Task): Around => task as Task & Around;

export const relations = {
  list: (task: Id, signal?: AbortSignal) => get<Page<Relation>>(`/tasks/${task}/relations`, undefined, signal),
  add: (task: Id, kind: RelationKind, other: Id) => post<Relation>(`/tasks/${task}/relations`, { kind, task_id: other }),
  remove: (task: Id, relation: Id) => del(`/tasks/${task}/relations/${relation}`),
};
export const watchers = {
  list: (task: Id, signal?: AbortSignal) => get<Page<PersonRef>>(`/tasks/${task}/watchers`, undefined, signal),
  add: (task: Id, person: Id | 'me') => put<void>(`/tasks/${task}/watchers/${person}`, {}),
  remove: (task: Id, person: Id | 'me') => del(`/tasks/${task}/watchers/${person}`),
};
