import { describe, expect, it } from 'vitest';
import { weekFrom } from '../../../lib/week';
import { makeTask } from '../../../testing/make';
import { dueOn, entriesOf, layWeek, shiftInstant } from './entries';

const ZONE = 'Europe/Moscow';
const due = (id: number, at: string) => makeTask({ id, due_date: at });
const plan = (id: number, from: string, to: string) => makeTask({ id, planned_start: `${from}T06:00:00Z`, planned_end: `${to}T15:00:00Z` });

describe('calendar entries', () => {
  it('stand on the day of the person, not of the clock in Greenwich', () => {
    expect(entriesOf([due(1, '2026-11-24T20:59:59Z'), due(2, '2026-11-24T21:30:00Z')], ZONE).map((e) => [e.from, e.time])).toEqual([
      ['2026-11-24', ''],
      ['2026-11-25', '00:30'],
    ]);
  });
  it('fill lines without covering each other, and count the rest', () => {
    const rows = [plan(1, '2026-11-15', '2026-11-18'), plan(2, '2026-11-17', '2026-11-30'), due(3, '2026-11-16T09:00:00Z'), due(4, '2026-11-17T09:00:00Z'), due(5, '2026-11-17T10:00:00Z')];
    const week = layWeek(weekFrom('2026-11-16'), entriesOf(rows, ZONE), 3);
    expect(week.pieces.map((p) => [p.entry.row.id, p.first, p.last, p.line, p.before, p.after])).toEqual([
      [1, 0, 2, 0, true, false],
      [3, 0, 0, 1, false, false],
      [2, 1, 6, 1, false, true],
    ]);
    expect(week.hidden).toEqual([0, 2, 0, 0, 0, 0, 0]);
    expect(layWeek(weekFrom('2026-11-16'), entriesOf(rows, ZONE), Infinity).hidden).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });
  it('keep their hour when they move', () => {
    expect(shiftInstant('2026-03-28T09:00:00Z', 1, 'Europe/Berlin')).toBe('2026-03-29T08:00:00.000Z');
    expect(dueOn(due(1, '2026-11-24T15:00:00Z'), '2026-11-30', ZONE)).toBe('2026-11-30T15:00:00Z');
    expect(dueOn(makeTask(), '2026-11-30', ZONE)).toBe('2026-11-30');
  });
});
