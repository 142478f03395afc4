/** Weeks and days as calendars draw them. A day is "2026-11-24"; no zones here. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

interface WeekInfo {
  firstDay: number;
}
/** Countries whose week begins on Sunday or Saturday, for browsers that do not say. */
const SUNDAY = /^(US|CA|MX|BR|IN|IL|JP|KR|TW|HK|ZA|PH|TH|CO|PE|AU|SG|ID|VE|PK)$/;
const SATURDAY = /^(AE|AF|BH|DZ|EG|IQ|IR|JO|KW|LY|OM|QA|SD|SY|YE)$/;

/** On which day a week begins where this person lives; 0 is Sunday. The country counts, not the words. */
export function firstWeekday(locale = globalThis.navigator?.language ?? 'ru-RU'): Weekday {
  try {
    const full = new Intl.Locale(locale).maximize() as Intl.Locale & { getWeekInfo?(): WeekInfo; weekInfo?: WeekInfo };
    const said = full.getWeekInfo?.() ?? full.weekInfo;
    if (said) return (said.firstDay % 7) as Weekday;
    const region = full.region ?? '';
    return SUNDAY.test(region) ? 0 : SATURDAY.test(region) ? 6 : 1;
  } catch {
    return 1;
  }
}

const DAY = 86_400_000;
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);
export const shiftDay = (day: string, days: number): string => new Date(at(day) + days * DAY).toISOString().slice(0, 10);
/** How many days from one to the other. */
export const daysBetween = (from: string, to: string): number => Math.round((at(to) - at(from)) / DAY);
export const weekdayOf = (day: string): Weekday => new Date(at(day)).getUTCDay() as Weekday;
export const isWeekend = (day: string): boolean => weekdayOf(day) === 0 || weekdayOf(day) === 6;
export const startOfWeek = (day: string, first: Weekday): string => shiftDay(day, -((weekdayOf(day) - first + 7) % 7));
export const startOfMonth = (day: string): string => `${day.slice(0, 7)}-01`;
export function shiftMonth(day: string, months: number): string {
  const [year, month] = day.split('-').map(Number);
  return new Date(Date.UTC(year!, month! - 1 + months, 1)).toISOString().slice(0, 10);
}
/** The weeks that a month touches, each seven days. */
export function monthWeeks(day: string, first: Weekday): string[][] {
  const next = shiftMonth(day, 1);
  const weeks: string[][] = [];
  for (let from = startOfWeek(startOfMonth(day), first); from < next; from = shiftDay(from, 7)) weeks.push(weekFrom(from));
  return weeks;
}
export const weekFrom = (day: string): string[] => Array.from({ length: 7 }, (_, i) => shiftDay(day, i));

const formats = new Map<string, Intl.DateTimeFormat>();
/** A day in words. */
export function dayText(day: string, lang: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${lang}|${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'ru-RU', { ...options, timeZone: 'UTC' })));
  return format.format(at(day)).replace(/ г\.$/, '');
}
/** "16–22 нояб. 2026" */
export function rangeText(from: string, to: string, lang: string): string {
  const format = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'ru-RU', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  return format.formatRange(at(from), at(to)).replace(/ г\.$/, '');
}
