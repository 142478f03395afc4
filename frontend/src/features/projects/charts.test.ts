import { expect, it } from 'vitest';
import { steps } from './charts';

it('the grid has whole, round steps and covers the most', () => {
  expect(steps(0)).toEqual([0, 1]);
  expect(steps(3)).toEqual([0, 1, 2, 3]);
  expect(steps(16)).toEqual([0, 5, 10, 15, 20]);
  expect(steps(69)).toEqual([0, 20, 40, 60, 80]);
  for (const most of [1, 7, 13, 99, 1234]) {
    const grid = steps(most);
    expect(grid.at(-1)!).toBeGreaterThanOrEqual(most);
    expect(grid.every(Number.isInteger)).toBe(true);
    expect(grid.length).toBeLessThan(8);
  }
});
