import type { Priority, TaskRef } from '../../../api/types';
import { toApiDate, wallTime } from '../../../lib/dates';

/**
 * One line understood as a task, in Russian and English, whatever the language of the pages:
 *
 *   Закрыть период !high @worker #бухгалтерия завтра 15:00 2ч ERP
 *
 * `@person #tag +project ^parent !priority`, dates and times in words and numbers, estimates, and a
 * bare project key at the end. What is not understood stays text; a backslash before a word keeps
 * it text. Of two dates (priorities, projects, estimates) the last counts.
 */
export interface Known {
  people: { id: number; name: string; email?: string }[];
  tags: { id: number; name: string }[];
  projects: { id: number; key: string; name: string }[];
  tasks?: TaskRef[];
  me?: number;
}
export interface ParseCtx extends Known {
  now: Date;
  zone: string;
}
export type TokenKind = 'priority' | 'person' | 'tag' | 'project' | 'due' | 'estimate' | 'parent';
export interface Token {
  kind: TokenKind;
  from: number;
  to: number;
}
export type NoteKind = 'person' | 'people' | 'tag' | 'tags' | 'project' | 'projects' | 'parent';
/** A mark that means nothing here (or, in the plural, more than one thing): it stays text. */
export interface Note {
  kind: NoteKind;
  text: string;
  from: number;
  to: number;
}
export interface Parsed {
  title: string;
  tokens: Token[];
  notes: Note[];
  priority?: Priority;
  owner?: number;
  collaborators: number[];
  tags: number[];
  project?: number;
  /** A bare date or an instant, as the API takes it. */
  due?: string;
  estimate?: number;
  parent?: TaskRef;
}

interface Word {
  raw: string;
  /** In small letters, without ё and without the punctuation behind it. */
  low: string;
  from: number;
  /** Without the punctuation behind it. */
  to: number;
}
interface Day {
  y: number;
  m: number;
  d: number;
}
interface Clock {
  h: number;
  min: number;
}
interface Found {
  kind: TokenKind;
  at: number;
  count: number;
  from: number;
  to: number;
  day?: Day;
  time?: Clock;
  instant?: Date;
  priority?: Priority;
  id?: number;
  hours?: number;
  task?: TaskRef;
}

const fold = (text: string) => text.toLowerCase().replaceAll('ё', 'е');
const BEHIND = /[,.;:!?)\]»"”]+$/;

const AHEAD = /^[(«"“[]+(?=\S)/;

export function wordsOf(line: string): Word[] {
  return [...line.matchAll(/\S+/g)].map((m) => {
    const ahead = AHEAD.exec(m[0])?.[0].length ?? 0;
    const raw = m[0].slice(ahead);
    const bare = raw.replace(BEHIND, '') || raw;
    return { raw, low: fold(bare), from: m.index + ahead, to: m.index + ahead + bare.length };
  });
}

/* ---- days ---- */

const DAY_MS = 86_400_000;
const utc = (d: Day) => Date.UTC(d.y, d.m - 1, d.d);
const shift = (d: Day, days: number): Day => dayFrom(new Date(utc(d) + days * DAY_MS));
const dayFrom = (at: Date): Day => ({ y: at.getUTCFullYear(), m: at.getUTCMonth() + 1, d: at.getUTCDate() });
/** Monday is 1, Sunday 7. */
const weekday = (d: Day) => new Date(utc(d)).getUTCDay() || 7;
const lastOf = (y: number, m: number) => new Date(Date.UTC(y, m, 0)).getUTCDate();
const valid = (d: Day) => d.m >= 1 && d.m <= 12 && d.d >= 1 && d.d <= lastOf(d.y, d.m);
const addMonths = (d: Day, months: number): Day => {
  const first = dayFrom(new Date(Date.UTC(d.y, d.m - 1 + months, 1)));
  return { ...first, d: Math.min(d.d, lastOf(first.y, first.m)) };
};
const iso = (d: Day) => `${d.y}-${String(d.m).padStart(2, '0')}-${String(d.d).padStart(2, '0')}`;

const WEEKDAYS: [RegExp, number][] = [
  [/^(пн|понедельник[ауе]?|mon|monday)$/, 1],
  [/^(вт|вторник[ауе]?|tue|tues|tuesday)$/, 2],
  [/^(ср|сред[ауеы]|wed|weds|wednesday)$/, 3],
  [/^(чт|четверг[ауе]?|thu|thur|thurs|thursday)$/, 4],
  [/^(пт|пятниц[ауеы]|fri|friday)$/, 5],
  [/^(сб|суббот[ауеы]|sat|saturday)$/, 6],
  [/^(вс|воскресень[еюя]|sun|sunday)$/, 7],
];
/** These also mean something else: an environment, the past of "sit", a star. */
const NEEDS_PREPOSITION = /^(сред[ауеы]|sat|sun)$/;
const MONTHS = [/^(янв(ар[ьяею])?|jan(uary)?)$/, /^(фев(р(ал[ьяею])?)?|feb(ruary)?)$/, /^(март?[ае]?|mar(ch)?)$/, /^(апр(ел[ьяею])?|apr(il)?)$/, /^(ма[йяею]|may)$/, /^(июн[ьяею]?|june?)$/, /^(июл[ьяею]?|july?)$/, /^(авг(уст[ае]?)?|aug(ust)?)$/, /^(сен(т(ябр[ьяею])?)?|sept?(ember)?)$/, /^(окт(ябр[ьяею])?|oct(ober)?)$/, /^(ноя(б(р[ьяею])?)?|nov(ember)?)$/, /^(дек(абр[ьяею])?|dec(ember)?)$/];
const PREPOSITION = /^(в|во|к|ко|до|на|по|on|by|at|until|till|before|due|to|for)$/;
/** "релиз 3.12" is no day in December. */
const VERSION = /^(верси|релиз|сборк|обновлени|платформ|пункт|раздел|стать|прилож|подраздел|этап|v|ver|version|release|build|section|step|1с|1c|п|ст|№)/;
const NUMBERS: Record<string, number> = { один: 1, одну: 1, одного: 1, два: 2, две: 2, три: 3, четыре: 4, пять: 5, шесть: 6, семь: 7, восемь: 8, девять: 9, десять: 10, пару: 2, пара: 2, полтора: 1.5, полторы: 1.5, a: 1, an: 1, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10 };
type Unit = 'min' | 'hour' | 'day' | 'workday' | 'week' | 'month' | 'year';
const UNITS: [RegExp, Unit][] = [
  [/^(мин|минут[уы]?|m|mins?|minutes?)$/, 'min'],
  [/^(ч|час(а|ов)?|h|hrs?|hours?)$/, 'hour'],
  [/^(д|дн|день|дня|дней|d|days?)$/, 'day'],
  [/^(workdays?|weekdays?)$/, 'workday'],
  [/^(нед|недел[юиья]|недель|w|wks?|weeks?)$/, 'week'],
  [/^(мес|месяц(а|ев)?|mo|months?)$/, 'month'],
  [/^(год|года|лет|y|years?)$/, 'year'],
];
const unitOf = (low: string | undefined) => (low === undefined ? undefined : UNITS.find(([r]) => r.test(low))?.[1]);

interface Piece {
  /** Words taken. */
  n: number;
  day?: Day;
  time?: Clock;
  instant?: Date;
}

class Reader {
  readonly today: Day;
  readonly nowClock: Clock;
  constructor(
    readonly words: Word[],
    readonly ctx: ParseCtx,
  ) {
    const w = wallTime(ctx.now, ctx.zone);
    this.today = { y: w.year, m: w.month, d: w.day };
    this.nowClock = { h: w.hour, min: w.minute };
  }
  low(i: number): string | undefined {
    return this.words[i]?.low;
  }

  /** A day of the month without a year (or month): the next one that has not passed. */
  private coming(m: number, d: number, year?: string): Day | null {
    if (year) {
      const day = { y: year.length === 2 ? 2000 + Number(year) : Number(year), m, d };
      return valid(day) ? day : null;
    }
    for (let y = this.today.y; y < this.today.y + 9; y++) {
      const day = { y, m, d };
      if (valid(day) && utc(day) >= utc(this.today)) return day;
    }
    return null;
  }
  private nextWeekday(n: number, week: 'coming' | 'this' | 'next'): Day {
    const now = weekday(this.today);
    if (week === 'next') return shift(this.today, 7 - now + n);
    const ahead = (n - now + 7) % 7;
    return shift(this.today, ahead === 0 && week === 'coming' ? 7 : ahead);
  }
  private endOfWeek(): Day {
    const now = weekday(this.today);
    return shift(this.today, now <= 5 ? 5 - now : 7 - now);
  }
  private endOf(what: string): Day | null {
    const { y, m } = this.today;
    if (/^(дня|day)$/.test(what)) return this.today;
    if (/^(недели|week)$/.test(what)) return this.endOfWeek();
    if (/^(месяца|month)$/.test(what)) return { y, m, d: lastOf(y, m) };
    if (/^(квартала|quarter)$/.test(what)) {
      const end = Math.ceil(m / 3) * 3;
      return { y, m: end, d: lastOf(y, end) };
    }
    if (/^(года|year)$/.test(what)) return { y, m: 12, d: 31 };
    return null;
  }
  private after(count: number, unit: Unit): Piece | null {
    if (unit === 'min' || unit === 'hour') {
      const at = this.ctx.now.getTime() + count * (unit === 'min' ? 60_000 : 3_600_000);
      return { n: 0, instant: new Date(Math.round(at / 60_000) * 60_000) };
    }
    if (unit === 'workday') {
      let day = this.today;
      for (let left = count; left > 0; ) {
        day = shift(day, 1);
        if (weekday(day) <= 5) left--;
      }
      return { n: 0, day };
    }
    if (count > 3660) return null;
    if (unit === 'day' || unit === 'week') return { n: 0, day: shift(this.today, Math.round(count * (unit === 'week' ? 7 : 1))) };
    return { n: 0, day: addMonths(this.today, Math.round(count * (unit === 'year' ? 12 : 1))) };
  }

  /** "через 3 дня", "in 2 weeks", "через неделю", "in 3d". */
  private span(i: number): Piece | null {
    const first = this.low(i);
    if (first !== 'через' && first !== 'in') return null;
    const one = this.low(i + 1);
    if (one === undefined) return null;
    if (one === 'полчаса') return { ...this.after(30, 'min')!, n: 2 };
    if (one === 'half' && this.low(i + 2) === 'an' && this.low(i + 3) === 'hour') return { ...this.after(30, 'min')!, n: 4 };
    const glued = /^(\d{1,4})([a-zа-я]+)$/.exec(one);
    const gluedUnit = unitOf(glued?.[2]);
    if (glued && gluedUnit) return this.counted(2, Number(glued[1]), gluedUnit);
    // "через неделю": the number is left out, in Russian only.
    const alone = first === 'через' && one.length > 2 ? unitOf(one) : undefined;
    if (alone) return this.counted(2, 1, alone);
    const count = /^\d{1,4}$/.test(one) ? Number(one) : NUMBERS[one];
    if (count === undefined) return null;
    let at = i + 2;
    if (one === 'a' && this.low(at) === 'couple') at += this.low(at + 1) === 'of' ? 2 : 1;
    const couple = at > i + 2;
    if (/^(рабочи[хй]|business|working|work)$/.test(this.low(at) ?? '') && unitOf(this.low(at + 1)) === 'day') return this.counted(at + 2 - i, couple ? 2 : count, 'workday');
    const unit = unitOf(this.low(at));
    return unit ? this.counted(at + 1 - i, couple ? 2 : count, unit) : null;
  }
  private counted(n: number, count: number, unit: Unit): Piece | null {
    const piece = this.after(count, unit);
    return piece && { ...piece, n };
  }

  /** A day, from word `i` on; `led` says that a preposition stands before it. */
  day(i: number, led: boolean): Piece | null {
    const a = this.low(i);
    if (a === undefined) return null;
    const b = this.low(i + 1);
    const c = this.low(i + 2);
    if (a === 'сегодня' || a === 'today') return { n: 1, day: this.today };
    if (a === 'tonight') return { n: 1, day: this.today, time: { h: 20, min: 0 } };
    if (/^(завтра|tomorrow|tmr|tmrw)$/.test(a)) return { n: 1, day: shift(this.today, 1) };
    if (a === 'послезавтра') return { n: 1, day: shift(this.today, 2) };
    if (a === 'the' && b === 'day' && c === 'after' && this.low(i + 3) === 'tomorrow') return { n: 4, day: shift(this.today, 2) };
    if (a === 'day' && b === 'after' && c === 'tomorrow') return { n: 3, day: shift(this.today, 2) };
    if (/^(eod|cob)$/.test(a)) return { n: 1, day: this.today };
    const short = { eow: 'week', eom: 'month', eoq: 'quarter', eoy: 'year' }[a];
    if (short) return { n: 1, day: this.endOf(short)! };
    if (/^кон(ец|ца|цу|це)$/.test(a) && b && (led || a === 'конец')) {
      const day = this.endOf(b);
      return day && { n: 2, day };
    }
    if (a === 'end' || (a === 'the' && b === 'end')) {
      let at = i + (a === 'the' ? 2 : 1);
      if (this.low(at) !== 'of') return null;
      at++;
      if (/^(the|this)$/.test(this.low(at) ?? '')) at++;
      const day = this.endOf(this.low(at) ?? '');
      return day && { n: at + 1 - i, day };
    }
    if (/^выходн(ые|ых|ым)$/.test(a) && led) return { n: 1, day: weekday(this.today) >= 6 ? this.today : this.nextWeekday(6, 'coming') };
    if (a === 'weekend' && led) return { n: 1, day: weekday(this.today) >= 6 ? this.today : this.nextWeekday(6, 'coming') };
    if (a === 'the' && b === 'weekend' && led) return { n: 2, day: weekday(this.today) >= 6 ? this.today : this.nextWeekday(6, 'coming') };
    if (/^(следующ(ий|ую|ее|ей|ем|ему|его)|след|next)$/.test(a) && b) {
      const n = WEEKDAYS.find(([r]) => r.test(b))?.[1];
      if (n) return { n: 2, day: this.nextWeekday(n, 'next') };
      if (/^(недел[еюи]|week)$/.test(b)) return { n: 2, day: this.nextWeekday(1, 'next') };
      if (/^(месяц[еу]?|month)$/.test(b)) return { n: 2, day: { ...addMonths({ ...this.today, d: 1 }, 1), d: 1 } };
      if (/^(год[уа]?|year)$/.test(b)) return { n: 2, day: { y: this.today.y + 1, m: 1, d: 1 } };
      if (b === 'weekend') return { n: 2, day: this.nextWeekday(6, 'next') };
      return null;
    }
    if (/^(эт(от|у|о|ой)|this)$/.test(a) && b) {
      const n = WEEKDAYS.find(([r]) => r.test(b))?.[1];
      if (n) return { n: 2, day: this.nextWeekday(n, 'this') };
      if (/^(неделе|неделю|week)$/.test(b)) return { n: 2, day: this.endOfWeek() };
      if (b === 'weekend') return { n: 2, day: weekday(this.today) >= 6 ? this.today : this.nextWeekday(6, 'coming') };
      if (/^(месяце|month)$/.test(b)) return { n: 2, day: this.endOf('month')! };
      return null;
    }
    const n = WEEKDAYS.find(([r]) => r.test(a))?.[1];
    if (n && (led || !NEEDS_PREPOSITION.test(a) || (/^(sat|sun)$/.test(a) && i === this.words.length - 1))) return { n: 1, day: this.nextWeekday(n, 'coming') };
    const span = this.span(i);
    if (span) return span;
    return this.numeric(i, led) ?? this.named(i, led);
  }

  /** 2026-11-25 · 25.11 · 25.11.26 · 25/11. */
  private numeric(i: number, led: boolean): Piece | null {
    const a = this.words[i]!.low;
    const full = /^(\d{4})-(\d{2})-(\d{2})$/.exec(a);
    if (full) {
      const day = { y: Number(full[1]), m: Number(full[2]), d: Number(full[3]) };
      return valid(day) ? { n: 1, day } : null;
    }
    const before = this.low(i - 1);
    if (before && VERSION.test(before) && !led) return null;
    const dots = /^(\d{1,2})\.(\d{2})(?:\.(\d{4}|\d{2}))?$/.exec(a);
    if (dots) {
      const day = this.coming(Number(dots[2]), Number(dots[1]), dots[3]);
      return day && { n: 1, day };
    }
    const slash = /^(\d{1,2})\/(\d{2})(?:\/(\d{4}|\d{2}))?$/.exec(a);
    if (slash) {
      const [one, two] = [Number(slash[1]), Number(slash[2])];
      const day = two > 12 ? this.coming(one, two, slash[3]) : this.coming(two, one, slash[3]);
      return day && { n: 1, day };
    }
    return null;
  }

  /** 25 ноября 2026 · Nov 25th · the 25th · 25-го · 25 числа. */
  private named(i: number, led: boolean): Piece | null {
    let at = i;
    if (this.low(at) === 'the') at++;
    const a = this.low(at) ?? '';
    const number = /^(\d{1,2})(-?(го|ое|му|е)|st|nd|rd|th)?$/.exec(a);
    if (number) {
      let next = at + 1;
      if (this.low(next) === 'of') next++;
      const word = this.low(next);
      const m = word === undefined ? 0 : MONTHS.findIndex((r) => r.test(word)) + 1;
      if (m > 0) {
        const year = this.year(next + 1);
        const day = this.coming(m, Number(number[1]), year?.text);
        return day && { n: next + 1 + (year?.n ?? 0) - i, day };
      }
      const plain = word === 'числа' || word === 'число' || word === 'числу';
      if (plain || (number[2] && (number[2].startsWith('-') || at > i || led))) {
        const day = this.monthDay(Number(number[1]));
        return day && { n: at + 1 + (plain ? 1 : 0) - i, day };
      }
      return null;
    }
    const m = MONTHS.findIndex((r) => r.test(a)) + 1;
    const d = /^(\d{1,2})(st|nd|rd|th)?$/.exec(this.low(at + 1) ?? '');
    if (m > 0 && d && /^[a-z]/.test(a)) {
      const year = this.year(at + 2);
      const day = this.coming(m, Number(d[1]), year?.text);
      return day && { n: at + 2 + (year?.n ?? 0) - i, day };
    }
    return null;
  }
  private year(i: number): { text: string; n: number } | null {
    const text = this.low(i) ?? '';
    if (/^20\d{2}$/.test(text)) return { text, n: /^(г|года|год)$/.test(this.low(i + 1) ?? '') ? 2 : 1 };
    return null;
  }
  private monthDay(d: number): Day | null {
    for (let ahead = 0; ahead < 12; ahead++) {
      const first = addMonths({ ...this.today, d: 1 }, ahead);
      const day = { ...first, d };
      if (valid(day) && utc(day) >= utc(this.today)) return day;
    }
    return null;
  }

  /** A time of day, from word `i` on. */
  time(i: number, led: boolean, afterDay: boolean): Piece | null {
    const a = this.low(i);
    if (a === undefined) return null;
    const b = this.low(i + 1);
    const clock = (h: number, min: number, n: number): Piece | null => (h <= 23 && min <= 59 ? { n, time: { h, min } } : null);
    const half = (h: number, half: string) => (half.startsWith('p') ? (h % 12) + 12 : h % 12);
    const HALF = /^([ap])\.?m\.?$/;
    const preposition = this.low(i - 1) ?? '';
    // "на 3 часа" says how long, "в 3 часа" says when.
    led = led && /^(в|во|к|ко|до|по|at|by|until|till|before)$/.test(preposition);
    const colon = /^(\d{1,2}):(\d{2})(am|pm)?$/.exec(a);
    if (colon) {
      const suffix = colon[3] ?? (HALF.test(b ?? '') ? b! : '');
      const h = Number(colon[1]);
      return clock(suffix ? half(h, suffix) : h, Number(colon[2]), colon[3] || !suffix ? 1 : 2);
    }
    const glued = /^(\d{1,2})(am|pm)$/.exec(a);
    if (glued && Number(glued[1]) <= 12) return clock(half(Number(glued[1]), glued[2]!), 0, 1);
    if (/^(полдень|полудню|noon|midday)$/.test(a)) return { n: 1, time: { h: 12, min: 0 } };
    if (led && /^(обед|обеду|lunch)$/.test(a)) return { n: 1, time: { h: 13, min: 0 } };
    if (afterDay) {
      if (/^(утром|с утра|morning)$/.test(a)) return { n: 1, time: { h: 9, min: 0 } };
      if (/^(днем|afternoon)$/.test(a)) return { n: 1, time: { h: 14, min: 0 } };
      if (/^(вечером|evening)$/.test(a)) return { n: 1, time: { h: 18, min: 0 } };
      if (a === 'с' && b === 'утра') return { n: 2, time: { h: 9, min: 0 } };
    }
    if (led) {
      const dot = /^(\d{1,2})\.(\d{2})$/.exec(a);
      if (dot && (afterDay || Number(dot[2]) === 0 || Number(dot[2]) > 12)) return clock(Number(dot[1]), Number(dot[2]), 1);
      const hours = /^(\d{1,2})ч$/.exec(a);
      if (hours) return clock(Number(hours[1]), 0, 1);
    }
    if (!/^\d{1,2}$/.test(a)) return null;
    const h = Number(a);
    if (b && HALF.test(b) && h <= 12) return clock(half(h, b), 0, 2);
    let n = 1;
    if (/^(ч|час|часа|часов|часам|o'clock)$/.test(b ?? '') && led) n = 2;
    const part = this.low(i + n) ?? '';
    if (/^(утра|ночи)$/.test(part)) return clock(h % 12, 0, n + 1);
    if (/^(дня|вечера)$/.test(part) && (led || afterDay) && h <= 12) return clock((h % 12) + 12, 0, n + 1);
    // "завтра в 3": of an office, so in the afternoon.
    const guess = h >= 1 && h <= 7 ? h + 12 : h;
    if (n === 2) return clock(guess, 0, 2);
    if (led && (afterDay || i === this.words.length - 1)) return clock(guess, 0, 1);
    return null;
  }

  /** "к пятнице в 15:00", "15:00 завтра", "by 5pm". */
  due(i: number): Piece | null {
    const led = PREPOSITION.test(this.low(i) ?? '');
    const at = led ? i + 1 : i;
    const day = this.day(at, led);
    if (day) {
      const n = at - i + day.n;
      if (day.instant || day.time) return { ...day, n };
      const more = this.led(i + n, (j, prep) => this.time(j, prep, true));
      return more ? { n: n + more.n, day: day.day, time: more.time } : { n, day: day.day };
    }
    const time = this.time(at, led, false);
    if (!time) return null;
    const n = at - i + time.n;
    const more = this.led(i + n, (j, prep) => this.day(j, prep));
    return more?.day && !more.time ? { n: n + more.n, day: more.day, time: time.time } : { n, time: time.time };
  }
  private led(i: number, read: (j: number, led: boolean) => Piece | null): Piece | null {
    const led = PREPOSITION.test(this.low(i) ?? '');
    const piece = read(led ? i + 1 : i, led);
    return piece && { ...piece, n: piece.n + (led ? 1 : 0) };
  }

  /** "2ч", "1h30m", "2 часа", "полчаса": hours. */
  estimate(i: number): { n: number; hours: number } | null {
    const word = this.words[i]!;
    const a = word.low.replace(/^~/, '');
    const b = this.low(i + 1) ?? '';
    const HOURS = /^(ч|час|часа|часов|h|hrs?|hours?)$/;
    const MINUTES = /^(мин|минут[аыу]?|mins?|minutes?)$/;
    const both = /^(\d{1,3})(?:ч|h)(\d{1,2})(?:м|мин|m|min)?$/.exec(a);
    if (both) return { n: 1, hours: Number(both[1]) + round(Number(both[2]) / 60) };
    const glued = /^(\d{1,3}(?:[.,]\d{1,2})?)([a-zа-я]+)$/.exec(a);
    if (glued) {
      const value = Number(glued[1]!.replace(',', '.'));
      const unit = glued[2]!;
      if (HOURS.test(unit)) {
        const rest = /^(\d{1,2})(м|мин|m|min)$/.exec(b);
        return rest ? { n: 2, hours: value + round(Number(rest[1]) / 60) } : { n: 1, hours: value };
      }
      if (MINUTES.test(unit) || (/^[мm]$/.test(unit) && value % 5 === 0 && value > 0)) return { n: 1, hours: round(value / 60) };
      // "3D" is a model, "3d" three working days.
      if (/[дd]$/.test(word.raw.replace(BEHIND, '')) && /^[дd]$/.test(unit)) return { n: 1, hours: value * 8 };
      return null;
    }
    if (a === 'полчаса') return { n: 1, hours: 0.5 };
    const count = /^\d{1,3}([.,]\d{1,2})?$/.test(a) ? Number(a.replace(',', '.')) : a === 'полтора' ? 1.5 : undefined;
    if (count === undefined) return null;
    if (HOURS.test(b)) return { n: 2, hours: count };
    if (MINUTES.test(b) && a !== 'полтора') return { n: 2, hours: round(count / 60) };
    return null;
  }
}
const round = (hours: number) => Math.round(hours * 100) / 100;

/* ---- marks ---- */

const PRIORITY_WORDS: [RegExp, Priority][] = [
  [/^(urgent|срочн(о|ый|ая|ое)|критично|critical|1|!!!)$/, 'urgent'],
  [/^(high|высок(ий|ая|о)|важн(о|ый|ая)|important|2|!!)$/, 'high'],
  [/^(medium|normal|средн(ий|яя|е)|обычн(ый|ая|о)|3)$/, 'medium'],
  [/^(low|низк(ий|ая|о)|неважно|потом|4)$/, 'low'],
];
const priorityOf = (low: string): Priority | undefined => PRIORITY_WORDS.find(([r]) => r.test(low))?.[1];

type Match = { id: number; length: number } | 'none' | 'many';
const EDGE = /^(?:$|[\s,.;:!?)\]»"”])/;

/** Who or what a mark names: a whole name (spaces and all), a handle, else the only one it begins. */
function resolve(rest: string, handle: string, items: { id: number; names: string[]; handles: string[] }[]): Match {
  const low = fold(rest);
  const whole = items.flatMap((item) =>
    item.names.flatMap((name) => [name, name.replaceAll(' ', '_')]).filter((form) => form && low.startsWith(form) && EDGE.test(low.slice(form.length))).map((form) => ({ id: item.id, length: form.length })),
  );
  const length = Math.max(0, ...whole.map((w) => w.length));
  const best = new Set(whole.filter((w) => w.length === length).map((w) => w.id));
  if (length >= handle.length && best.size > 0) return best.size > 1 ? 'many' : { id: [...best][0]!, length };
  const exact = items.filter((item) => item.handles.includes(handle) || item.names.includes(handle));
  if (exact.length === 1) return { id: exact[0]!.id, length: handle.length };
  if (exact.length > 1) return 'many';
  if (handle.length < 2) return 'none';
  const begun = items.filter((item) => [...item.handles, ...item.names].some((name) => name.startsWith(handle)));
  if (begun.length === 1) return { id: begun[0]!.id, length: handle.length };
  return begun.length > 1 ? 'many' : 'none';
}
const personNames = (p: Known['people'][number]) => {
  const name = fold(p.name).trim();
  const email = p.email ? fold(p.email) : '';
  return { id: p.id, names: [name], handles: [...name.split(/\s+/), ...(email ? [email, email.split('@')[0]!] : [])] };
};

/* ---- the line ---- */

export function parseLine(line: string, ctx: ParseCtx): Parsed {
  const words = wordsOf(line);
  const reader = new Reader(words, ctx);
  const found: Found[] = [];
  const notes: Note[] = [];
  const people = ctx.people.map(personNames);
  const tags = ctx.tags.map((tag) => ({ id: tag.id, names: [fold(tag.name)], handles: [] as string[] }));
  const projects = ctx.projects.map((p) => ({ id: p.id, names: [fold(p.name)], handles: [fold(p.key)] }));

  for (let i = 0; i < words.length; ) {
    const word = words[i]!;
    const add = (kind: TokenKind, count: number, more: Partial<Found>, to = words[i + count - 1]!.to) => {
      found.push({ kind, at: i, count, from: word.from, to, ...more });
      // A name may end inside the last word's reach; go on behind it.
      while (i < words.length && words[i]!.from < to) i++;
    };
    const mark = word.raw[0]!;
    const handle = word.low.slice(1);
    if (mark === '\\') {
      i++;
      continue;
    }
    if ('@#+^'.includes(mark) && handle && !/^[@#+^]/.test(handle)) {
      const rest = line.slice(word.from + 1);
      const note = (kind: NoteKind) => {
        notes.push({ kind, text: line.slice(word.from, word.to), from: word.from, to: word.to });
        i++;
      };
      if (mark === '^') {
        const numbered = (ctx.tasks ?? []).filter((task) => fold(task.key) === handle || (/^\d+$/.test(handle) && fold(task.key).endsWith(`-${handle}`)));
        const task = numbered.find((x) => fold(x.key) === handle) ?? (numbered.length === 1 ? numbered[0] : undefined);
        if (task) add('parent', 1, { task });
        else if (/^([a-zа-я][a-zа-я0-9]*-)?\d+$/.test(handle)) note('parent');
        else i++;
        continue;
      }
      const [kind, list]: [TokenKind, typeof people] = mark === '@' ? ['person', people] : mark === '#' ? ['tag', tags] : ['project', projects];
      if (kind === 'person' && /^(me|я|мне|меня|myself)$/.test(handle) && ctx.me !== undefined) {
        add('person', 1, { id: ctx.me });
        continue;
      }
      const match = resolve(rest, handle, list);
      if (typeof match === 'object') add(kind, 1, { id: match.id }, word.from + 1 + match.length);
      // "#12" is a number, "+5" a sum: nobody is told about those.
      else if (/^[\d.,%-]+$/.test(handle)) i++;
      else note(match === 'many' ? ({ person: 'people', tag: 'tags', project: 'projects' } as const)[kind as 'person' | 'tag' | 'project'] : (kind as NoteKind));
      continue;
    }
    if (mark === '!' && word.raw.length > 1) {
      const bangs = /^!{2,3}$/.test(word.raw);
      const priority = bangs ? priorityOf(word.raw) : priorityOf(handle.replace(/^!+/, ''));
      if (priority) {
        add('priority', 1, { priority }, bangs ? word.from + word.raw.length : word.to);
        continue;
      }
    }
    if (/^(срочно|asap)$/.test(word.low)) {
      add('priority', 1, { priority: 'urgent' });
      continue;
    }
    const due = reader.due(i);
    if (due) {
      add('due', due.n, { day: due.day, time: due.time, instant: due.instant });
      continue;
    }
    const estimate = reader.estimate(i);
    if (estimate && estimate.hours > 0) {
      add('estimate', estimate.n, { hours: estimate.hours });
      continue;
    }
    i++;
  }

  const kept = keepLast(found);
  bareProject(words, kept, ctx);
  return build(line, kept, notes, ctx, reader);
}

/** Of each single thing the last; a day and a time said apart belong together. */
function keepLast(found: Found[]): Found[] {
  const last = (test: (f: Found) => boolean) => found.findLast(test);
  const day = last((f) => f.kind === 'due' && (f.day !== undefined || f.instant !== undefined));
  const time = day?.time || day?.instant ? undefined : last((f) => f.kind === 'due' && f.day === undefined && f.instant === undefined);
  const single = new Set([last((f) => f.kind === 'priority'), last((f) => f.kind === 'project'), last((f) => f.kind === 'estimate'), last((f) => f.kind === 'parent'), day, time]);
  return found.filter((f) => f.kind === 'person' || f.kind === 'tag' || single.has(f));
}

/** "… завтра ERP": the key of a project at the end, or behind another mark near the end. */
function bareProject(words: Word[], found: Found[], ctx: ParseCtx): void {
  if (found.some((f) => f.kind === 'project')) return;
  const owner = (word: Word) => found.find((f) => word.from >= f.from && word.from < f.to);
  const free = words.filter((word) => !owner(word));
  const last = free.at(-1);
  if (!last || free.length < 2) return;
  const project = ctx.projects.find((p) => p.key === last.raw.replace(BEHIND, ''));
  if (!project) return;
  const at = words.indexOf(last);
  if (at !== words.length - 1 && !owner(words[at - 1]!)) return;
  found.push({ kind: 'project', at, count: 1, from: last.from, to: last.to, id: project.id });
  found.sort((a, b) => a.from - b.from);
}

function build(line: string, found: Found[], notes: Note[], ctx: ParseCtx, reader: Reader): Parsed {
  const parsed: Parsed = { title: '', tokens: [], notes, collaborators: [], tags: [] };
  let day: Day | undefined;
  let time: Clock | undefined;
  let instant: Date | undefined;
  for (const f of found) {
    if (f.kind === 'priority') parsed.priority = f.priority;
    else if (f.kind === 'project') parsed.project = f.id;
    else if (f.kind === 'estimate') parsed.estimate = f.hours;
    else if (f.kind === 'parent') parsed.parent = f.task;
    else if (f.kind === 'tag') parsed.tags = [...new Set([...parsed.tags, f.id!])];
    else if (f.kind === 'person') {
      if (parsed.owner === undefined) parsed.owner = f.id;
      else if (f.id !== parsed.owner) parsed.collaborators = [...new Set([...parsed.collaborators, f.id!])];
    } else {
      day = f.day ?? day;
      time = f.time ?? time;
      instant = f.instant ?? instant;
    }
    const before = parsed.tokens.at(-1);
    // "завтра" and "15:00" side by side are one thing to the eye.
    if (f.kind === 'due' && before?.kind === 'due' && line.slice(before.to, f.from).trim() === '') before.to = f.to;
    else parsed.tokens.push({ kind: f.kind, from: f.from, to: f.to });
  }
  if (instant) parsed.due = instant.toISOString().replace('.000Z', 'Z');
  else if (day || time) {
    const past = time && (time.h < reader.nowClock.h || (time.h === reader.nowClock.h && time.min <= reader.nowClock.min));
    const on = day ?? (past ? shift(reader.today, 1) : reader.today);
    parsed.due = toApiDate(iso(on), time ? `${String(time.h).padStart(2, '0')}:${String(time.min).padStart(2, '0')}` : '', ctx.zone);
  }
  let title = '';
  let at = 0;
  const append = (text: string) => {
    if (/^[,.;:?)]/.test(text)) title = title.trimEnd();
    title += text;
  };
  for (const token of parsed.tokens) {
    append(line.slice(at, token.from));
    at = token.to;
  }
  append(line.slice(at));
  title = title.replace(/(^|\s)\\(?=\S)/g, '$1').replace(/\(\s*\)|\[\s*\]|«\s*»/g, ' ').replace(/\s+/g, ' ').trim();
  // What joined a mark to the text hangs in the air without it.
  if (parsed.tokens[0] && line.slice(0, parsed.tokens[0].from).trim() === '') title = title.replace(/^[\s,;:.–—-]+/, '');
  if (parsed.tokens.length > 0) title = title.replace(/[\s,;:–—-]+$/, '');
  parsed.title = parsed.tokens.length === 0 || /[\p{L}\p{N}]/u.test(title) ? title : '';
  return parsed;
}

export interface Mark {
  mark: '@' | '#' | '+' | '^' | '!';
  query: string;
  from: number;
  to: number;
}
/** What is being typed behind a mark at the caret, for completion. */
export function markAt(line: string, caret: number): Mark | null {
  const before = line.slice(0, caret);
  const m = /(?:^|\s)([@#+^!])([^\s]*)$/.exec(before);
  if (!m) return null;
  const from = caret - m[2]!.length - 1;
  const tail = /^\S*/.exec(line.slice(caret))![0];
  return { mark: m[1] as '@', query: m[2]!, from, to: caret + tail.length };
}
