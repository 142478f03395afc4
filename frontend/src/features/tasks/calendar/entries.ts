import type { TaskRow } from '../../../api/types';
import { dayOf, fromWallTime, timeOf, toApiDate, wallTime } from '../../../lib/dates';
import { daysBetween, shiftDay } from '../../../lib/week';

/** A task in a calendar: on the day it is due, or over the days it is planned for. Both, if it has both. */
export interface Entry {
  key: string;
  kind: 'due' | 'plan';
  row: TaskRow;
  from: string;
  to: string;
  /** The hour, where one is meant. */
  time: string;
}

export function entriesOf(rows: TaskRow[], zone: string): Entry[] {
  const entries: Entry[] = [];
  for (const row of rows) {
    if (row.due_date) {
      const day = dayOf(row.due_date, zone);
      entries.push({ key: `due${row.id}`, kind: 'due', row, from: day, to: day, time: timeOf(row.due_date, zone) });
    }
    if (row.planned_start && row.planned_end) {
      const from = dayOf(row.planned_start, zone);
      const to = dayOf(row.planned_end, zone);
      entries.push({ key: `plan${row.id}`, kind: 'plan', row, from, to: to < from ? from : to, time: '' });
    }
  }
  return entries.sort(compare);
}
const length = (e: Entry) => daysBetween(e.from, e.to);
/** By day, long ones first, then by the hour; what has none comes before. */
function compare(a: Entry, b: Entry): number {
  if (a.from !== b.from) return a.from < b.from ? -1 : 1;
  if (a.kind !== b.kind) return a.kind === 'plan' ? -1 : 1;
  return length(b) - length(a) || a.time.localeCompare(b.time) || a.row.id - b.row.id;
}

/** A piece of an entry in one week: which columns it covers, and in which line. */
export interface Piece {
  entry: Entry;
  first: number;
  last: number;
  line: number;
  /** It comes from the week before, or goes on into the next. */
  before: boolean;
  after: boolean;
}
export interface Week {
  days: string[];
  pieces: Piece[];
  /** How many of each day find no line. */
  hidden: number[];
}

/** Puts entries into lines so that none covers another; with `lines`, the last gives way to "+n more". */
export function layWeek(days: string[], entries: Entry[], lines: number): Week {
  const start = days[0]!;
  const end = days.at(-1)!;
  const taken: boolean[][] = [];
  const all: Piece[] = [];
  for (const entry of entries) {
    if (entry.to < start || entry.from > end) continue;
    const first = Math.max(0, daysBetween(start, entry.from));
    const last = Math.min(days.length - 1, daysBetween(start, entry.to));
    let line = 0;
    while (taken[line]?.slice(first, last + 1).some(Boolean)) line++;
    const row = (taken[line] ??= Array<boolean>(days.length).fill(false));
    for (let i = first; i <= last; i++) row[i] = true;
    all.push({ entry, first, last, line, before: entry.from < start, after: entry.to > end });
  }
  const full = days.map((_, i) => all.some((p) => p.line >= lines && p.first <= i && i <= p.last));
  const shows = (p: Piece) => p.line < lines - 1 || (p.line === lines - 1 && !full.slice(p.first, p.last + 1).some(Boolean));
  const pieces = all.filter(shows);
  const hidden = days.map((_, i) => all.filter((p) => !shows(p) && p.first <= i && i <= p.last).length);
  return { days, pieces, hidden };
}

/** The same hour, some days on. */
export function shiftInstant(iso: string, days: number, zone: string): string {
  const wall = wallTime(new Date(iso), zone);
  const [year, month, day] = shiftDay(dayOf(iso, zone), days).split('-').map(Number);
  return fromWallTime({ ...wall, year: year!, month: month!, day: day! }, zone).toISOString();
}
/** A due date moved to a day keeps its hour. */
export const dueOn = (row: TaskRow, day: string, zone: string): string => toApiDate(day, row.due_date ? timeOf(row.due_date, zone) : '', zone);
