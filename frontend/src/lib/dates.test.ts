import { describe, expect, it } from 'vitest';
import { agoWords, dayOf, dueWords, fromWallTime, timeOf, toApiDate } from './dates';

const ru = { zone: 'Europe/Moscow', lang: 'ru', now: new Date('2026-11-21T10:00:00Z') };
const en = { ...ru, lang: 'en' };

describe('words for due dates', () => {
  it('says days near by in words', () => {
    expect(dueWords('2026-11-21T15:00:00Z', ru)).toBe('сегодня, 18:00');
    expect(dueWords('2026-11-22T20:59:59Z', ru)).toBe('завтра');
    expect(dueWords('2026-11-20T20:59:59Z', ru)).toBe('вчера');
    expect(dueWords('2026-11-21T15:00:00Z', en)).toBe('today, 18:00');
  });
  it('adds the weekday within a week and the year outside this one', () => {
    expect(dueWords('2026-11-24T20:59:59Z', ru)).toMatch(/^вт, 24 нояб/);
    expect(dueWords('2026-12-24T20:59:59Z', ru)).toMatch(/^24 дек/);
    expect(dueWords('2027-01-10T20:59:59Z', ru)).toMatch(/2027$/);
  });
  it('counts days in the zone of the reader', () => {
    expect(dueWords('2026-11-21T21:30:00Z', ru)).toBe('завтра, 00:30');
    expect(dueWords('2026-11-21T21:30:00Z', { ...ru, zone: 'UTC' })).toBe('сегодня, 21:30');
  });
  it('says how long ago', () => {
    expect(agoWords('2026-11-21T09:55:00Z', en)).toContain('5');
    expect(agoWords('2026-11-20T14:42:00Z', ru)).toBe('вчера, 17:42');
  });
});

describe('wall time', () => {
  it('goes there and back over a change of the clocks', () => {
    expect(fromWallTime({ year: 2026, month: 3, day: 29, hour: 12, minute: 0, second: 0 }, 'Europe/Berlin').toISOString()).toBe('2026-03-29T10:00:00.000Z');
    expect(fromWallTime({ year: 2026, month: 3, day: 28, hour: 12, minute: 0, second: 0 }, 'Europe/Berlin').toISOString()).toBe('2026-03-28T11:00:00.000Z');
  });
  it('sends a bare date without a time', () => {
    expect(toApiDate('2026-11-24', '', 'Europe/Moscow')).toBe('2026-11-24');
    expect(toApiDate('2026-11-24', '18:00', 'Europe/Moscow')).toBe('2026-11-24T15:00:00Z');
  });
  it('reads the end of the day as a bare date', () => {
    expect(timeOf('2026-11-24T20:59:59Z', 'Europe/Moscow')).toBe('');
    expect(dayOf('2026-11-24T21:00:00Z', 'Europe/Moscow')).toBe('2026-11-25');
  });
});
