import { expect, it } from 'vitest';
import { partOf } from './parts';

it('urgency goes by the day of the reader', () => {
  const ctx = { zone: 'Europe/Moscow', lang: 'ru', now: new Date('2026-11-21T21:30:00Z') };
  const part = (due_date: string | null, overdue = false) => partOf({ due_date, overdue }, ctx);
  expect(part(null)).toBe('none');
  expect(part('2026-11-20T10:00:00Z', true)).toBe('overdue');
  // Half past midnight of the 22nd in Moscow.
  expect(part('2026-11-22T20:59:59Z')).toBe('today');
  expect(part('2026-11-23T10:00:00Z')).toBe('week');
  expect(part('2026-11-28T20:00:00Z')).toBe('week');
  expect(part('2026-11-29T20:00:00Z')).toBe('week');
  expect(part('2026-11-30T20:00:00Z')).toBe('later');
});
