import { describe, expect, it } from 'vitest';
import { makeTask, person } from '../../../testing/make';
import { anchorAt, compareRank, hiddenByOpen, inputFor, lanesOf, rankBetween, statusColumns, valueIn } from './order';

const row = (id: number, rank: string, project = 1) => makeTask({ id, rank, project: { id: project, key: 'P', name: 'P' } });

describe('places on a board', () => {
  const a = row(3, '30');
  const b = row(2, '20');
  const c = row(1, '10');

  it('a card is painted where it was put', () => {
    for (const index of [0, 1, 2, 3]) {
      const others = [a, b, c];
      const moved = { ...row(9, '15'), rank: rankBetween(others[index - 1], others[index]) };
      const shown = [...others, moved].sort(compareRank);
      expect(shown.indexOf(moved)).toBe(index);
    }
    expect(rankBetween(undefined, undefined)).toBe('~');
  });
  it('also where one rank begins with the other', () => {
    const high = row(5, '1i5');
    const low = row(4, '1i');
    const moved = { ...row(9, 'z'), rank: rankBetween(high, low) };
    expect([high, low, moved].sort(compareRank)).toEqual([high, moved, low]);
  });
  it('the server is told the nearest card of the same project', () => {
    const mine = row(9, '99');
    expect(anchorAt(mine, [a, b, c], 0)).toEqual({ after_id: 3 });
    expect(anchorAt(mine, [a, b, c], 1)).toEqual({ before_id: 3 });
    expect(anchorAt(mine, [a, b, c], 3)).toEqual({ before_id: 1 });
    expect(anchorAt(mine, [row(7, '40', 2), row(6, '35', 2), c], 1)).toEqual({ after_id: 1 });
    expect(anchorAt(mine, [row(7, '40', 2)], 1)).toBeNull();
    expect(anchorAt(mine, [], 0)).toBeNull();
  });
});

describe('columns and lanes', () => {
  it('say what has to change', () => {
    const task = makeTask({ assignees: [{ user: person(7), role: 'owner' }], priority: 'high' });
    expect(valueIn(task, 'assignee')).toBe('7');
    expect(valueIn(makeTask(), 'assignee')).toBe('none');
    expect(inputFor(task, 'assignee', 'none')).toEqual({ owner_id: null });
    expect(inputFor(task, 'assignee', '7')).toEqual({});
    expect(inputFor(task, 'status', 'done')).toEqual({ status: 'done' });
    expect(inputFor(task, 'priority', 'low')).toEqual({ priority: 'low' });
  });
  it('follow the address', () => {
    expect(statusColumns({ status: 'testing,new' })).toEqual(['new', 'testing']);
    expect(statusColumns({})).toHaveLength(6);
    expect(lanesOf({ group: 'priority', lanes: 'priority' })).toBeNull();
    expect(lanesOf({ lanes: 'project' })).toBe('project');
    expect([hiddenByOpen({ open: 'true' }, 'done'), hiddenByOpen({ open: 'true' }, 'new'), hiddenByOpen({}, 'done'), hiddenByOpen({ open: 'false' }, 'new')]).toEqual([true, false, false, true]);
  });
});
