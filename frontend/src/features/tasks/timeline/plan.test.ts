import { describe, expect, it } from 'vitest';
import { shiftMonth, startOfMonth } from '../../../lib/week';
import { makeTask } from '../../../testing/make';
import { planInput, planRows, pulled, ticks } from './plan';

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
