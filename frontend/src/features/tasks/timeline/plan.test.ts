import { describe, expect, it } from 'vitest';
import { shiftMonth, startOfMonth } from '../../../lib/week';
import { makeTask } from '../../../testing/make';
import { drift, planInput, planRows, pulled, rowAt, ticks } from './plan';

const ZONE = 'Europe/Moscow';
const task = (id: number, from: string | null, to: string | null, more = {}) =>
  makeTask({ id, planned_start: from && `${from}T06:00:00Z`, planned_end: to && `${to}T15:00:00Z`, ...more });

describe('timeline', () => {
  it('puts children under their parents, each level by its begin', () => {
    const parent = { id: 2, key: 'ERP-2', title: '', status: 'new' as const };
    const rows = [task(1, '2026-11-20', '2026-11-22'), task(2, '2026-11-10', '2026-11-30'), task(3, '2026-11-15', '2026-11-16', { parent }), task(4, '2026-11-12', null, { parent, due_date: '2026-11-14T10:00:00Z' }), task(5, null, null)];
    expect(planRows(rows, ZONE, new Set()).map((r) => [r.row.id, r.depth, r.parent, r.from, r.to])).toEqual([
      [2, 0, null, '2026-11-10', '2026-11-30'],
      [4, 1, 0, '2026-11-12', '2026-11-14'],
      [3, 1, 0, '2026-11-15', '2026-11-16'],
      [1, 0, null, '2026-11-20', '2026-11-22'],
    ]);
    expect(planRows(rows, ZONE, new Set([2])).map((r) => r.row.id)).toEqual([2, 1]);
  });
  it('opens at the first row that touches the day or follows it', () => {
    const rows = (...tasks: ReturnType<typeof task>[]) => planRows(tasks, ZONE, new Set());
    const late = task(1, '2026-11-01', '2026-11-03');
    const due = task(2, null, null, { due_date: '2026-11-18T10:00:00Z' });
    const now = task(3, '2026-11-10', '2026-11-14');
    const next = task(4, '2026-11-25', '2026-11-26');
    expect(rowAt(rows(late, due, now, next), '2026-11-14')).toBe(1);
    expect(rowAt(rows(late, due, now, next), '2026-11-15')).toBe(2);
    expect(rowAt(rows(late, due, now, next), '2026-11-22')).toBe(3);
    // Nothing is left: the end is the nearest there is.
    expect(rowAt(rows(late, due), '2026-11-22')).toBe(1);
    expect(rowAt([], '2026-11-22')).toBe(0);
  });
  it('rows on the screen stay, whatever comes or goes above', () => {
    const rows = (...ids: number[]) => ids.map((id) => ({ ...planRows([task(id, '2026-11-20', null)], ZONE, new Set())[0]! }));
    const before = rows(1, 2, 3, 4, 5, 6);
    expect(drift(before, 2, 3, rows(8, 9, 1, 2, 3, 4, 5, 6))).toBe(2);
    expect(drift(before, 2, 3, rows(2, 3, 4, 5, 6))).toBe(-1);
    // Within the screen or below it: nothing moves. The first of them moved away: the others count.
    expect(drift(before, 2, 3, rows(1, 2, 3, 8, 4, 5, 6))).toBe(0);
    expect(drift(before, 2, 3, rows(1, 2, 4, 5, 6, 3))).toBe(-1);
    expect(drift(before, 2, 3, rows(7))).toBe(0);
  });
  it('says only what moved, and keeps the hours', () => {
    const row = task(1, '2026-11-20', '2026-11-22');
    expect(planInput(row, '2026-11-20', '2026-11-25', ZONE)).toEqual({ planned_end: '2026-11-25T15:00:00.000Z' });
    expect(planInput(task(1, null, null), '2026-11-20', '2026-11-20', ZONE)).toEqual({ planned_start: '2026-11-19T21:00:00.000Z', planned_end: '2026-11-20T20:59:59.000Z' });
    const late = makeTask({ planned_start: '2026-11-20T15:00:00Z', planned_end: '2026-11-22T06:00:00Z' });
    expect(planInput(late, '2026-11-22', '2026-11-22', ZONE)).toEqual({ planned_start: '2026-11-21T21:00:00.000Z', planned_end: '2026-11-22T20:59:59.000Z' });
  });
  it('a bar is pulled by its ends, never inside out', () => {
    expect(pulled('move', '2026-11-20', '2026-11-22', -3)).toEqual({ from: '2026-11-17', to: '2026-11-19' });
    expect(pulled('start', '2026-11-20', '2026-11-22', 9)).toEqual({ from: '2026-11-22', to: '2026-11-22' });
    expect(pulled('end', '2026-11-20', '2026-11-22', -9)).toEqual({ from: '2026-11-20', to: '2026-11-20' });
    expect(pulled('draw', '2026-11-20', '2026-11-20', -2)).toEqual({ from: '2026-11-18', to: '2026-11-20' });
  });
  it('months of a span, cut at its ends', () => {
    expect(ticks('2026-11-10', '2027-01-05', startOfMonth, (d) => shiftMonth(d, 1))).toEqual([
      { day: '2026-11-10', days: 21 },
      { day: '2026-12-01', days: 31 },
      { day: '2027-01-01', days: 4 },
    ]);
  });
});
