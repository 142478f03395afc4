import { act, renderHook } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { makeTask } from '../../../testing/make';
import { type Spot, useSelection } from './useSelection';

const task = (id: number) => makeTask({ id, key: `E-${id}` });
const spots = (...ids: number[]): Spot[] => ids.map((id) => ({ key: String(id), row: task(id) }));
/** Two columns with a head each. */
const COLUMNS: Spot[][] = [[{ key: 'one' }, ...spots(1, 2, 3)], [{ key: 'two' }, ...spots(4, 5)]];

function setUp() {
  const { result, rerender } = renderHook(({ hidden }: { hidden: number[] }) => useSelection(COLUMNS.flatMap((c) => c.flatMap((s) => (s.row && !hidden.includes(s.row.id) ? [s.row] : []))), (key) => COLUMNS.find((c) => c.some((s) => s.key === key)) ?? []), { initialProps: { hidden: [] as number[] } });
  return {
    select: (id: number, range = false) => act(() => result.current.select(String(id), task(id), range)),
    act: (what: 'all' | 'clear') => act(() => result.current[what]()),
    hide: (...hidden: number[]) => rerender({ hidden }),
    ids: () => result.current.chosen.map((row) => row.id),
  };
}

describe('a selection', () => {
  it('takes one, a range either way, and gives one back', () => {
    const list = setUp();
    list.select(3);
    list.select(1, true);
    expect(list.ids()).toEqual([1, 2, 3]);
    list.select(2);
    expect(list.ids()).toEqual([1, 3]);
  });
  it('has no range where the first and the last do not stand in one line', () => {
    const list = setUp();
    list.select(2);
    list.select(5, true);
    expect(list.ids()).toEqual([2, 5]);
    // The next range begins where the last click was.
    list.select(4, true);
    expect(list.ids()).toEqual([2, 4, 5]);
  });
  it('is of what is shown', () => {
    const list = setUp();
    list.act('all');
    list.hide(4, 5);
    expect(list.ids()).toEqual([1, 2, 3]);
    list.act('clear');
    list.hide();
    expect(list.ids()).toEqual([]);
  });
});
