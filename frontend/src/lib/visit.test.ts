import { beforeEach, expect, it } from 'vitest';
import { hereNow, seenElsewhere, visit } from './visit';

beforeEach(() => visit.set({ user: 1, since: null, seen: 0 }));
const MINUTE = 60_000;

it('a visit ends with half an hour of silence', () => {
  const start = Date.now() - 200 * MINUTE;
  expect(hereNow(1, start)).toBeNull();
  expect(hereNow(1, start + 20 * MINUTE)).toBeNull();
  expect(hereNow(1, start + 90 * MINUTE)).toBe(start + 20 * MINUTE);
  expect(hereNow(1, start + 95 * MINUTE)).toBe(start + 20 * MINUTE);
});
it('another device may have been here later', () => {
  hereNow(1);
  seenElsewhere(1, Date.now() - 60 * MINUTE);
  expect(visit.get().since).toBeLessThan(Date.now() - 59 * MINUTE);
  seenElsewhere(1, Date.now());
  expect(visit.get().since).toBeLessThan(Date.now() - 59 * MINUTE);
});
it('what one person saw says nothing about another', () => {
  hereNow(1, Date.now() - 90 * MINUTE);
  expect(hereNow(2)).toBeNull();
});
