/** Words for dates. Everything is said in the person's own time zone. */
export interface DateCtx {
  zone: string;
  lang: string;
  now?: Date;
}
export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();
function format(lang: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${lang}|${zone}|${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) {
    try {
      found = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'ru-RU', { ...options, timeZone: zone });
    } catch {
      found = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'ru-RU', { ...options, timeZone: 'UTC' });
    }
    formats.set(key, found);
  }
  return found;
}

export function wallTime(at: Date, zone: string): WallTime {
  const parts: Record<string, number> = {};
  const full = format('en', zone, { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  for (const part of full.formatToParts(at)) parts[part.type] = Number(part.value);
  return { year: parts.year!, month: parts.month!, day: parts.day!, hour: parts.hour!, minute: parts.minute!, second: parts.second! };
}

/** The instant at which clocks in the zone show this. In a gap of the clocks: an hour on. */
export function fromWallTime(wall: WallTime, zone: string): Date {
  const wanted = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  let guess = wanted;
  let before = wanted;
  for (let i = 0; i < 3; i++) {
    const shown = wallTime(new Date(guess), zone);
    const off = Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute, shown.second) - wanted;
    if (off === 0) return new Date(guess);
    before = guess;
    guess -= off;
  }
  // Never shown: the guesses swing around the gap, and the later one is behind it.
  return new Date(Math.max(guess, before));
}

const two = (n: number) => String(n).padStart(2, '0');
/** "2026-11-24" in the zone. */
export function dayOf(iso: string, zone: string): string {
  const w = wallTime(new Date(iso), zone);
  return `${w.year}-${two(w.month)}-${two(w.day)}`;
}
/** "18:00", or "" at the end of the day: a bare date means 23:59:59. */
export function timeOf(iso: string, zone: string): string {
  const w = wallTime(new Date(iso), zone);
  return w.hour === 23 && w.minute === 59 ? '' : `${two(w.hour)}:${two(w.minute)}`;
}
/** What the API takes: a bare date without a time, an instant with one. */
export function toApiDate(day: string, time: string, zone: string): string {
  if (!time) return day;
  const [year, month, date] = day.split('-').map(Number);
  const [hour, minute] = time.split(':').map(Number);
  return fromWallTime({ year: year!, month: month!, day: date!, hour: hour!, minute: minute!, second: 0 }, zone).toISOString().replace('.000Z', 'Z');
}

export function dayDistance(iso: string, ctx: DateCtx): number {
  const at = (d: WallTime) => Date.UTC(d.year, d.month - 1, d.day) / 86_400_000;
  return at(wallTime(new Date(iso), ctx.zone)) - at(wallTime(ctx.now ?? new Date(), ctx.zone));
}

function dayWords(iso: string, ctx: DateCtx): string {
  const date = new Date(iso);
  const days = dayDistance(iso, ctx);
  if (Math.abs(days) <= 1) return new Intl.RelativeTimeFormat(ctx.lang, { numeric: 'auto' }).format(days, 'day');
  const near = days > 0 && days < 7;
  const sameYear = wallTime(date, ctx.zone).year === wallTime(ctx.now ?? new Date(), ctx.zone).year;
  const text = format(ctx.lang, ctx.zone, { day: 'numeric', month: 'short', ...(near ? { weekday: 'short' } : {}), ...(sameYear ? {} : { year: 'numeric' }) }).format(date);
  return text.replace(/ г\.$/, '');
}

/** "сегодня, 18:00" · "завтра" · "вт, 24 нояб." · "1 дек." */
export function dueWords(iso: string, ctx: DateCtx): string {
  const time = timeOf(iso, ctx.zone);
  const days = dayDistance(iso, ctx);
  return time && Math.abs(days) <= 1 ? `${dayWords(iso, ctx)}, ${time}` : dayWords(iso, ctx);
}

/** "только что" · "5 мин. назад" · "вчера, 17:42" · "18 нояб., 09:12" */
export function agoWords(iso: string, ctx: DateCtx): string {
  const seconds = ((ctx.now ?? new Date()).getTime() - new Date(iso).getTime()) / 1000;
  const relative = new Intl.RelativeTimeFormat(ctx.lang, { numeric: 'auto', style: 'short' });
  if (seconds < 60) return relative.format(0, 'second');
  if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), 'minute');
  const clock = format(ctx.lang, ctx.zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(iso));
  return `${dayWords(iso, ctx)}, ${clock}`;
}

/** Everything, for a tooltip: "вторник, 24 ноября 2026 г., 18:00". */
export function fullWords(iso: string, ctx: DateCtx): string {
  const time = timeOf(iso, ctx.zone);
  const day = format(ctx.lang, ctx.zone, { dateStyle: 'full' }).format(new Date(iso));
  return time ? `${day}, ${time}` : day;
}

export function hoursWords(hours: number, lang: string): string {
  return new Intl.NumberFormat(lang, { maximumFractionDigits: 2 }).format(hours);
}
export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
