import { describe, expect, it } from 'vitest';
import { dayText, daysBetween, firstWeekday, monthWeeks, shiftMonth, startOfWeek } from './week';

describe('weeks', () => {
  it('begin where the person lives', () => {
    expect([firstWeekday('ru-RU'), firstWeekday('en-GB'), firstWeekday('en-US'), firstWeekday('de'), firstWeekday('ar-EG')]).toEqual([1, 1, 0, 1, 6]);
    expect(firstWeekday('no locale')).toBe(1);
  });
  it('cover a month', () => {
    const weeks = monthWeeks('2026-11-21', 1);
    expect([weeks.length, weeks[0]![0], weeks.at(-1)!.at(-1)]).toEqual([6, '2026-10-26', '2026-12-06']);
    expect(monthWeeks('2026-02-10', 0)).toHaveLength(4);
    expect(startOfWeek('2026-11-22', 0)).toBe('2026-11-22');
    expect(startOfWeek('2026-11-22', 1)).toBe('2026-11-16');
  });
  it('count days over a change of clocks', () => {
    expect(daysBetween('2026-03-01', '2026-04-01')).toBe(31);
    expect(shiftMonth('2026-12-31', 1)).toBe('2027-01-01');
    expect(dayText('2026-11-24', 'ru', { month: 'long', year: 'numeric' })).toBe('ноябрь 2026');
  });
});
