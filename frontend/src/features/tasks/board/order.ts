import { PRIORITIES, type Priority, type Status, STATUSES, type TaskInput, type TaskRow } from '../../../api/types';
import { isEnded, listOf, type TaskSearch } from '../filters';
import { ownerOf } from '../model';

/** What the columns of a board can stand for, and what its lanes can. */
export const GROUPS = ['status', 'assignee', 'priority'] as const;
export type GroupBy = (typeof GROUPS)[number];
export const LANES = ['assignee', 'priority', 'project'] as const;
export type LaneBy = (typeof LANES)[number];
type By = GroupBy | LaneBy;

export const groupOf = (search: TaskSearch): GroupBy => GROUPS.find((g) => g === search.group) ?? 'status';
/** Lanes by what the columns already are would say nothing. */
export const lanesOf = (search: TaskSearch): LaneBy | null => LANES.find((l) => l === search.lanes && l !== groupOf(search)) ?? null;
/** Any other order than the one people have laid themselves: then a card can't be put between two. */
export const byHand = (search: TaskSearch): boolean => !search.sort || /rank$/.test(search.sort);

/** Which column or lane a task is in. */
export function valueIn(row: TaskRow, by: By): string {
  if (by === 'status') return row.status;
  if (by === 'priority') return row.priority;
  if (by === 'project') return String(row.project.id);
  return String(ownerOf(row)?.id ?? 'none');
}
/** What has to change in a task for it to be in that column or lane. */
export function inputFor(row: TaskRow, by: By, value: string): TaskInput {
  if (valueIn(row, by) === value) return {};
  if (by === 'status') return { status: value as Status };
  if (by === 'priority') return { priority: value as Priority };
  if (by === 'assignee') return { owner_id: value === 'none' ? null : Number(value) };
  return { project_id: Number(value) };
}
export const mostUrgentFirst = [...PRIORITIES].reverse();

/** The statuses that get a column: those of the condition, all without one. */
export function statusColumns(search: TaskSearch): Status[] {
  const wanted = listOf(search.status);
  return STATUSES.filter((s) => wanted.length === 0 || wanted.includes(s));
}
/** "Open only" leaves the columns of ended work as places to drop on. */
export const hiddenByOpen = (search: TaskSearch, status: string): boolean => search.open !== undefined && isEnded(status) === (search.open === 'true');

/** The latest on top: the greatest rank first, as `sort=-rank` says. */
export const compareRank = (a: { rank: string; id: number }, b: { rank: string; id: number }): number => (a.rank === b.rank ? b.id - a.id : a.rank < b.rank ? 1 : -1);

/** A rank that is seen at this place until the server has said the real one. */
export function rankBetween(above: TaskRow | undefined, below: TaskRow | undefined): string {
  if (below) return `${below.rank}!`;
  return above ? '' : '~';
}

export type Anchor = { before_id: number } | { after_id: number };
/**
 * What POST /tasks/{id}/rank is told. Ranks are kept per project, so the nearest card of the same
 * project counts; ranks grow upwards, so "under a card" is "before" it.
 */
export function anchorAt(row: TaskRow, others: TaskRow[], index: number): Anchor | null {
  for (let step = 0; step < others.length; step++) {
    const above = others[index - 1 - step];
    if (above?.project.id === row.project.id) return { before_id: above.id };
    const below = others[index + step];
    if (below?.project.id === row.project.id) return { after_id: below.id };
  }
  return null;
}
