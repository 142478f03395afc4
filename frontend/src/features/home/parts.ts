import type { TaskRow } from '../../api/types';
import { type DateCtx, dayDistance } from '../../lib/dates';

/** My work by urgency. */
export const PARTS = ['overdue', 'today', 'week', 'later', 'none'] as const;
export type Part = (typeof PARTS)[number];

export function partOf(row: Pick<TaskRow, 'due_date' | 'overdue'>, ctx: DateCtx): Part {
  if (!row.due_date) return 'none';
  if (row.overdue) return 'overdue';
  const days = dayDistance(row.due_date, ctx);
  return days <= 0 ? 'today' : days <= 7 ? 'week' : 'later';
}
export function parts(rows: TaskRow[], ctx: DateCtx): Record<Part, TaskRow[]> {
  const out: Record<Part, TaskRow[]> = { overdue: [], today: [], week: [], later: [], none: [] };
  for (const row of rows) out[partOf(row, ctx)].push(row);
  return out;
}
