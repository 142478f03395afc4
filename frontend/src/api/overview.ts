import { get, patch, type Query } from './client';
import type { HistoryEntry, Id, Instant, Page, PersonRef, Project, ProjectInput, Status, TaskRef } from './types';

/** Numbers of a project over the last days. */
export interface Overview {
  counts: Partial<Record<Status, number>>;
  overdue: number;
  unassigned: number;
  due_this_week: number;
  estimated_hours: number;
  actual_hours: number;
  burndown: { date: string; open: number; created: number; completed: number }[];
  people: { user: PersonRef | null; open: number; overdue: number }[];
}
/** Something that happened to a task. */
export interface Activity {
  task: TaskRef;
  event: HistoryEntry;
}
/** Somebody named me. */
export interface Mention {
  task: TaskRef;
  comment_id: Id | null;
  by: PersonRef;
  at: Instant;
  excerpt: string;
}
export type BoardLimits = Partial<Record<Status, number>>;
/** A project with the limits of its board columns. */
export type ProjectFull = Project & { board_limits?: BoardLimits };

export const project = (id: Id) => get<ProjectFull>(`/projects/${id}`);
export const changeProject = (p: Project, body: Omit<ProjectInput, 'key'> & { board_limits?: BoardLimits }) => patch<ProjectFull>(`/projects/${p.id}`, body, { version: p.version });
export const overview = (id: Id, days: number, signal?: AbortSignal) => get<Overview>(`/projects/${id}/overview`, { days }, signal);
export const activity = (query: Query, signal?: AbortSignal) => get<Page<Activity>>('/activity', query, signal);
export const mentions = (query: Query, signal?: AbortSignal) => get<Page<Mention>>('/mentions', query, signal);
