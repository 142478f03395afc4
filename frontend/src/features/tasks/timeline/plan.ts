import type { TaskRow } from '../../../api/types';
import { dayOf, fromWallTime, wallTime } from '../../../lib/dates';
import { daysBetween, shiftDay } from '../../../lib/week';

/** A row of the timeline: the days a task is planned for, and the day it is due. */
export interface PlanRow {
  row: TaskRow;
  depth: number;
  /** Its parent's place in the list, when that is there too. */
  parent: number | null;
  from: string | null;
  to: string | null;
  due: string | null;
}

/** One date alone is a bar of one day, up to the due date where that comes later. */
export function spanOf(row: TaskRow, zone: string): Pick<PlanRow, 'from' | 'to' | 'due'> {
  const day = (at: string | null) => (at ? dayOf(at, zone) : null);
  const due = day(row.due_date);
  const start = day(row.planned_start);
  const end = day(row.planned_end);
  if (!start && !end) return { from: null, to: null, due };
  const from = start ?? end!;
  const to = end ?? (due && due > from ? due : from);
  return { from, to: to < from ? from : to, due };
}

/** Parents before their children, each level by when it begins. */
export function planRows(rows: TaskRow[], zone: string, folded: ReadonlySet<number>): PlanRow[] {
  const known = new Map(rows.map((row) => [row.id, { row, ...spanOf(row, zone) }]));
  const dated = [...known.values()].filter((x) => x.from || x.due);
  const children = new Map<number | null, typeof dated>();
  const shown = new Set(dated.map((x) => x.row.id));
  for (const item of dated) {
    const parent = item.row.parent && shown.has(item.row.parent.id) ? item.row.parent.id : null;
    children.set(parent, [...(children.get(parent) ?? []), item]);
  }
  const first = (x: (typeof dated)[number]) => x.from ?? x.due!;
  const list: PlanRow[] = [];
  const walk = (parent: number | null, depth: number, at: number | null) => {
    for (const item of (children.get(parent) ?? []).sort((a, b) => first(a).localeCompare(first(b)) || a.row.id - b.row.id)) {
      list.push({ ...item, depth, parent: at });
      // A ring of parents can't be, but a list must end all the same.
      if (depth < 12 && !folded.has(item.row.id)) walk(item.row.id, depth + 1, list.length - 1);
    }
  };
  walk(null, 0, null);
  return list;
}

/** The row a timeline opens at: the first that touches the day or follows it; where all is over before, the last. */
export function rowAt(rows: PlanRow[], day: string): number {
  const at = rows.findIndex((r) => (r.to ?? r.due!) >= day);
  return at < 0 ? Math.max(0, rows.length - 1) : at;
}

/**
 * How far the rows on the screen (`count` from `first` on) have gone down in the new list. The
 * smallest way of any of them counts: a row that was itself moved goes its own, longer way.
 */
export function drift(before: PlanRow[], first: number, count: number, after: PlanRow[]): number {
  const places = new Map(after.map((x, i) => [x.row.id, i]));
  const ways = before.slice(first, first + count).flatMap(({ row }, i) => {
    const at = places.get(row.id);
    return at === undefined ? [] : [at - first - i];
  });
  return ways.sort((a, b) => Math.abs(a) - Math.abs(b))[0] ?? 0;
}

export type Zoom = 'day' | 'week' | 'month';
export const ZOOMS = ['day', 'week', 'month'] as const;
/** Pixels of a day. */
export const PX: Record<Zoom, number> = { day: 40, week: 16, month: 5 };

const at = (day: string, hour: number, minute: number, second: number, zone: string): string => {
  const [year, month, date] = day.split('-').map(Number);
  return fromWallTime({ year: year!, month: month!, day: date!, hour, minute, second }, zone).toISOString();
};
/** The same hour on another day; without one, the begin or the end of that day. */
function onDay(day: string, old: string | null, end: boolean, zone: string): string {
  if (!old) return end ? at(day, 23, 59, 59, zone) : at(day, 0, 0, 0, zone);
  const wall = wallTime(new Date(old), zone);
  return at(day, wall.hour, wall.minute, wall.second, zone);
}
/** What a change of the bar means for the task; only what moved is said. */
export function planInput(row: TaskRow, from: string, to: string, zone: string): { planned_start?: string; planned_end?: string } {
  const input: { planned_start?: string; planned_end?: string } = {};
  if (!row.planned_start || dayOf(row.planned_start, zone) !== from) input.planned_start = onDay(from, row.planned_start, false, zone);
  if (!row.planned_end || dayOf(row.planned_end, zone) !== to) input.planned_end = onDay(to, row.planned_end, true, zone);
  // On one day the hours may have come to stand the wrong way round.
  const start = input.planned_start ?? row.planned_start!;
  const end = input.planned_end ?? row.planned_end!;
  if (Date.parse(end) < Date.parse(start)) return { planned_start: at(from, 0, 0, 0, zone), planned_end: at(to, 23, 59, 59, zone) };
  return input;
}
/** How long a first plan is: by the estimate, eight hours a day. */
export const firstLength = (row: TaskRow): number => Math.max(1, Math.ceil((row.estimated_hours ?? 8) / 8));

export type Grip = 'move' | 'start' | 'end' | 'draw';
/** The bar while it is held, `days` from where it was taken. */
export function pulled(grip: Grip, from: string, to: string, days: number): { from: string; to: string } {
  if (grip === 'move') return { from: shiftDay(from, days), to: shiftDay(to, days) };
  if (grip === 'start') return { from: min(shiftDay(from, days), to), to };
  if (grip === 'end') return { from, to: max(shiftDay(to, days), from) };
  const other = shiftDay(from, days);
  return { from: min(from, other), to: max(from, other) };
}
const min = (a: string, b: string) => (a < b ? a : b);
const max = (a: string, b: string) => (a > b ? a : b);

export interface Tick {
  day: string;
  days: number;
}
/** The months, weeks or years of a span, for the head. */
export function ticks(from: string, to: string, begin: (day: string) => string, next: (day: string) => string): Tick[] {
  const list: Tick[] = [];
  for (let day = begin(from); day < to; day = next(day)) {
    const left = max(day, from);
    const right = min(next(day), to);
    list.push({ day: left, days: daysBetween(left, right) });
  }
  return list;
}
