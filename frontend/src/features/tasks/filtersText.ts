import { PRIORITIES, STATUSES } from '../../api/types';
import { FILTERS, type FilterName, listOf, type TaskSearch } from './filters';
import { isDates, isPeople, type Op, opsOf, readCondition, shiftDay, writeCondition } from './filtersFields';

/**
 * The conditions of a list as a line of text and back:
 * `статус:новая,в-работе исполнитель:я срок:<завтра #тег слова`. Both languages are understood
 * always, the line is written in the reader's. A fault is named with its place in the line.
 */
export interface Known {
  lang: 'ru' | 'en';
  people: { id: number; name: string }[];
  projects: { id: number; key: string; name: string }[];
  tags: { id: number; name: string }[];
}
export interface Fault {
  from: number;
  to: number;
  code: 'field' | 'empty' | 'value' | 'person' | 'project' | 'tag' | 'date' | 'op' | 'twice' | 'quote';
  word: string;
}

type Names = readonly [ru: string, en: string, ...more: string[]];
const FIELD: Record<FilterName, Names> = {
  project: ['проект', 'project'],
  status: ['статус', 'status'],
  priority: ['приоритет', 'priority'],
  assignee: ['исполнитель', 'assignee', 'кто', 'who', 'owner'],
  tag: ['тег', 'tag'],
  due: ['срок', 'due'],
  open: ['открытые', 'open'],
  created_by: ['автор', 'author', 'created-by'],
  supervisor: ['куратор', 'supervisor'],
  watcher: ['наблюдатель', 'watcher'],
  planned: ['план', 'planned'],
  created: ['создана', 'created'],
  updated: ['изменена', 'updated'],
  show: ['показать', 'show'],
};
const VALUE: Partial<Record<FilterName, Record<string, Names>>> = {
  status: { new: ['новая', 'new'], in_progress: ['в-работе', 'in-progress'], waiting: ['ожидание', 'waiting'], testing: ['тестирование', 'testing'], done: ['готово', 'done', 'готова'], closed: ['закрыта', 'closed'] },
  priority: { low: ['низкий', 'low'], medium: ['средний', 'medium'], high: ['высокий', 'high'], urgent: ['срочный', 'urgent'] },
  open: { true: ['да', 'yes', 'true'], false: ['нет', 'no', 'false'] },
  show: { archived: ['архив', 'archived'], any: ['с-архивом', 'any'], trash: ['корзина', 'trash'] },
};
const ME: Names = ['я', 'me'];
const NONE: Names = ['никто', 'nobody', 'none', 'нет'];
const NO_DATE: Names = ['нет', 'none'];
const OVERDUE: Names = ['просрочен', 'overdue', 'просрочена'];
const DAY: Record<string, Names> = { today: ['сегодня', 'today'], tomorrow: ['завтра', 'tomorrow'], yesterday: ['вчера', 'yesterday'] };
const WEEK: Names = ['неделя', 'week'];

const plain = (word: string) => word.trim().toLowerCase().replaceAll('ё', 'е').replace(/[\s_]+/g, '-');
const is = (names: Names, word: string) => names.some((n) => plain(n) === plain(word));
const say = (names: Names, lang: Known['lang']) => names[lang === 'ru' ? 0 : 1];
const quoted = (text: string) => (/[\s,"]/.test(text) ? `"${text.replaceAll('"', '')}"` : text);

/* To text */

export function toText(search: TaskSearch, known: Known): string {
  const { lang } = known;
  const parts: string[] = [];
  for (const name of FILTERS) {
    const value = search[name];
    if (!value) continue;
    if (name === 'tag') {
      const words = listOf(value).map((id) => known.tags.find((x) => String(x.id) === id)?.name ?? id);
      parts.push(words.length === 1 ? `#${quoted(words[0]!)}` : `${say(FIELD.tag, lang)}:${words.map(quoted).join(',')}`);
      continue;
    }
    const { op, values } = readCondition(name, value);
    const words = values.map((v) => quoted(sayValue(name, v, known)));
    const sign = { in: '', not: '!', gte: '>=', lte: '<=', on: '', to: '<=', from: '>=', between: '', overdue: say(OVERDUE, lang), none: say(name === 'due' ? NO_DATE : NONE, lang) }[op];
    parts.push(`${say(FIELD[name], lang)}:${sign}${words.join(op === 'between' ? '..' : ',')}`);
  }
  if (search.q?.trim()) parts.push(search.q.trim());
  return parts.join(' ');
}
function sayValue(name: FilterName, value: string, known: Known): string {
  const closed = VALUE[name]?.[value];
  if (closed) return say(closed, known.lang);
  if (isDates(name)) return DAY[value] ? say(DAY[value], known.lang) : value;
  if (isPeople(name)) return value === 'me' ? say(ME, known.lang) : value === 'none' ? say(NONE, known.lang) : (known.people.find((p) => String(p.id) === value)?.name ?? value);
  if (name === 'project') return known.projects.find((p) => String(p.id) === value)?.key ?? value;
  return value;
}

/* From text */

interface Token {
  text: string;
  from: number;
}
/** Words, with quoted parts kept whole. */
function tokens(line: string): Token[] {
  return [...line.matchAll(/(?:[^\s"]|"[^"]*"?)+/g)].map((m) => ({ text: m[0], from: m.index }));
}
function split(text: string, from: number): Token[] {
  return [...text.matchAll(/(?:[^,"]|"[^"]*"?)+|(?<=,)(?=,|$)|^(?=,|$)/g)].map((m) => ({ text: m[0], from: from + m.index }));
}
const unquoted = (text: string) => text.replaceAll('"', '');

export interface Parsed {
  /** Conditions alone: order and layout are no part of the line. */
  search: TaskSearch;
  faults: Fault[];
}
export function fromText(line: string, known: Known): Parsed {
  const found = new Map<FilterName, string[]>();
  const words: string[] = [];
  const faults: Fault[] = [];
  const fault = (code: Fault['code'], token: Token) => faults.push({ code, from: token.from, to: token.from + Math.max(1, token.text.length), word: unquoted(token.text) });
  for (const token of tokens(line)) {
    const quotes = token.text.split('"').length - 1;
    if (quotes % 2 === 1) {
      fault('quote', token);
      continue;
    }
    const mark = /^([#@])(.+)$/.exec(token.text);
    const pair = /^([\p{L}][\p{L}_-]*):(.*)$/su.exec(token.text);
    if (!mark && !pair) {
      words.push(unquoted(token.text));
      continue;
    }
    const name = mark ? (mark[1] === '#' ? 'tag' : 'assignee') : FILTERS.find((f) => is(FIELD[f], pair![1]!));
    if (!name) {
      fault('field', { text: pair![1]!, from: token.from });
      continue;
    }
    const body = mark ? { text: mark[2]!, from: token.from + 1 } : { text: pair![2]!, from: token.from + pair![1]!.length + 1 };
    if (!body.text) {
      fault('empty', token);
      continue;
    }
    const values = readValues(name, body, known, fault);
    if (!values) continue;
    const before = found.get(name);
    // Tags and people named one by one add up; anything else can be said only once.
    if (before && !mark) fault('twice', { text: pair![1]!, from: token.from });
    else found.set(name, [...(before ?? []), ...values]);
  }
  const search: TaskSearch = {};
  for (const [name, values] of found) if (values.length > 0) Object.assign(search, { [name]: [...new Set(values)].join(',') });
  if (words.length > 0) search.q = words.join(' ').slice(0, 200);
  return { search, faults };
}

function readValues(name: FilterName, body: Token, known: Known, fault: (code: Fault['code'], token: Token) => void): string[] | null {
  const sign = /^(!|>=|<=|>|<|=)?/.exec(body.text)![1] ?? '';
  const rest = { text: body.text.slice(sign.length), from: body.from + sign.length };
  if (isDates(name)) return readDates(name, sign, rest, fault);
  const op: Op | null = sign === '!' ? 'not' : sign === '>=' || sign === '>' ? 'gte' : sign === '<=' || sign === '<' ? 'lte' : 'in';
  if (op !== 'in' && !opsOf(name).includes(op)) {
    fault('op', { text: sign, from: body.from });
    return null;
  }
  const values: string[] = [];
  for (const part of split(rest.text, rest.from)) {
    const word = unquoted(part.text).trim();
    if (!word) {
      fault('empty', { text: part.text || body.text, from: part.text ? part.from : body.from });
      return null;
    }
    const value = valueOf(name, word, known);
    if (value === null) {
      fault(isPeople(name) ? 'person' : name === 'project' ? 'project' : name === 'tag' ? 'tag' : 'value', part);
      return null;
    }
    values.push(value);
  }
  // "Above high" leaves high out.
  if (sign === '>' || sign === '<') {
    const next = PRIORITIES[PRIORITIES.indexOf(values[0] as never) + (sign === '>' ? 1 : -1)];
    if (!next) {
      fault('value', rest);
      return null;
    }
    return writeCondition(name, { op, values: [next] });
  }
  return writeCondition(name, { op, values });
}
function valueOf(name: FilterName, word: string, known: Known): string | null {
  const closed = VALUE[name];
  if (closed) return Object.keys(closed).find((v) => is(closed[v]!, word)) ?? null;
  if (isPeople(name)) {
    if (is(ME, word)) return 'me';
    if (name === 'assignee' && is(NONE, word)) return 'none';
    return one(known.people, word, (p) => [p.name]);
  }
  if (name === 'project') return one(known.projects, word, (p) => [p.key, p.name]);
  return one(known.tags, word, (x) => [x.name]);
}
/** By the whole name, or by its beginning where that says it all. */
function one<T extends { id: number }>(list: T[], word: string, names: (item: T) => string[]): string | null {
  const needle = plain(word);
  const exact = list.find((item) => names(item).some((n) => plain(n) === needle));
  if (exact) return String(exact.id);
  const near = list.filter((item) => names(item).some((n) => plain(n).split('-').some((_, i, all) => all.slice(i).join('-').startsWith(needle))));
  if (near.length === 1) return String(near[0]!.id);
  return /^\d{1,15}$/.test(word) && near.length === 0 && list.length === 0 ? word : null;
}
function readDates(name: FilterName, sign: string, body: Token, fault: (code: Fault['code'], token: Token) => void): string[] | null {
  const ops = opsOf(name);
  if (!sign && ops.includes('overdue') && is(OVERDUE, body.text)) return ['overdue'];
  if (!sign && ops.includes('none') && is(NO_DATE, body.text)) return ['none'];
  if (!sign && is(WEEK, body.text)) return [ops.includes('to') ? '..+7' : '-7..'];
  const range = /^(.*?)\.\.(.*)$/.exec(body.text);
  const op: Op = range ? (range[1] ? (range[2] ? 'between' : 'from') : 'to') : sign === '<' || sign === '<=' ? 'to' : sign === '>' || sign === '>=' ? 'from' : 'on';
  if (!ops.includes(op) || sign === '!' || (range && sign)) {
    fault('op', { text: sign || body.text, from: body.from - sign.length });
    return null;
  }
  const parts = range ? [{ text: range[1]!, from: body.from }, { text: range[2]!, from: body.from + range[1]!.length + 2 }].filter((p) => p.text) : [body];
  const days: string[] = [];
  for (const part of parts) {
    const day = readDay(unquoted(part.text));
    if (!day) {
      fault('date', part.text ? part : { text: ' ', from: part.from });
      return null;
    }
    days.push(day);
  }
  if (sign === '<') days[0] = shiftDay(days[0]!, -1);
  if (sign === '>') days[0] = shiftDay(days[0]!, 1);
  return writeCondition(name, { op, values: days });
}
/** today · +7 · 2026-12-01 · 1.12 · 01.12.2026 */
export function readDay(text: string, now = new Date()): string | null {
  const word = Object.keys(DAY).find((d) => is(DAY[d]!, text));
  if (word) return word;
  if (/^[+-−]?\d{1,3}$/.test(text) && /^[+\-−]/.test(text)) return shiftDay('today', Number(text.replace('−', '-')));
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  const dotted = /^(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?$/.exec(text);
  const [y, m, d] = iso ? [iso[1]!, iso[2]!, iso[3]!] : dotted ? [dotted[3] ?? String(now.getFullYear()), dotted[2]!, dotted[1]!] : [];
  if (!y) return null;
  const day = `${y}-${m!.padStart(2, '0')}-${d!.padStart(2, '0')}`;
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) ? day : null;
}

/* Completion */

export interface Completion {
  /** What is replaced. */
  from: number;
  to: number;
  items: { insert: string; label: string; kind: 'field' | FilterName; value?: string }[];
  /** The people asked for are not all known: the server may know more. */
  people?: string;
}
export function complete(line: string, caret: number, known: Known): Completion {
  const token = tokens(line).find((x) => x.from <= caret && caret <= x.from + x.text.length) ?? { text: '', from: caret };
  const typed = token.text.slice(0, caret - token.from);
  const to = token.from + token.text.length;
  const mark = /^([#@])/.exec(typed);
  const colon = mark ? 0 : typed.indexOf(':');
  const name = mark ? (mark[1] === '#' ? 'tag' : 'assignee') : colon > 0 ? FILTERS.find((f) => is(FIELD[f], typed.slice(0, colon))) : undefined;
  if (!name) {
    if (colon > 0) return { from: caret, to: caret, items: [] };
    const needle = plain(typed);
    const items = FILTERS.filter((f) => FIELD[f].some((n) => plain(n).startsWith(needle))).map((f) => ({ insert: `${say(FIELD[f], known.lang)}:`, label: say(FIELD[f], known.lang), kind: 'field' as const, value: f }));
    return { from: token.from, to, items };
  }
  const body = typed.slice(colon + 1).replace(/^(!|>=|<=|>|<|=)/, '');
  const last = Math.max(body.lastIndexOf(','), isDates(name) ? body.lastIndexOf('..') + (body.includes('..') ? 1 : 0) : -1);
  const part = body.slice(last + 1);
  const needle = plain(unquoted(part));
  const from = caret - part.length;
  const all = choices(name, known);
  const items = all.filter((c) => c.names.some((n) => plain(n).split('-').some((_, i, bits) => bits.slice(i).join('-').startsWith(needle)))).slice(0, 12);
  return { from, to: Math.max(caret, nextComma(line, caret, to)), items: items.map((c) => ({ insert: quoted(c.names[0]!), label: c.label ?? c.names[0]!, kind: name, value: c.value })), people: isPeople(name) && needle ? unquoted(part) : undefined };
}
const nextComma = (line: string, caret: number, to: number) => {
  const at = line.slice(caret, to).search(/[,]/);
  return at < 0 ? to : caret + at;
};
function choices(name: FilterName, known: Known): { names: string[]; value: string; label?: string }[] {
  const { lang } = known;
  const words = (names: Names) => [say(names, lang), ...names];
  const closed = VALUE[name];
  if (closed) return (name === 'status' ? STATUSES : name === 'priority' ? PRIORITIES : Object.keys(closed)).map((value) => ({ names: words(closed[value]!), value }));
  if (isDates(name)) return [...(name === 'due' ? [{ names: words(OVERDUE), value: 'overdue' }, { names: words(NO_DATE), value: 'none' }] : []), ...Object.keys(DAY).map((value) => ({ names: words(DAY[value]!), value })), { names: words(WEEK), value: 'week' }];
  if (isPeople(name)) return [{ names: words(ME), value: 'me' }, ...(name === 'assignee' ? [{ names: words(NONE), value: 'none' }] : []), ...known.people.map((p) => ({ names: [p.name], value: String(p.id) }))];
  if (name === 'project') return known.projects.map((p) => ({ names: [p.key, p.name], value: String(p.id), label: p.name }));
  return known.tags.map((x) => ({ names: [x.name], value: String(x.id) }));
}
