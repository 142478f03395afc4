import { PRIORITIES, STATUSES, type Status } from '../../api/types';
import type { Query } from '../../api/client';
import { dayOf } from '../../lib/dates';

/**
 * The state of a list is its address: conditions, order, layout, groups, columns, the open peek.
 * All members are short strings; absent means "no condition" or "the usual".
 */
export interface TaskSearch {
  project?: string;
  status?: string;
  priority?: string;
  assignee?: string;
  created_by?: string;
  supervisor?: string;
  watcher?: string;
  tag?: string;
  due?: string;
  planned?: string;
  created?: string;
  updated?: string;
  open?: string;
  show?: string;
  q?: string;
  sort?: string;
  layout?: Layout;
  group?: Grouping;
  /** The rows of a board: swim lanes. */
  lanes?: Grouping;
  /** Columns of the table, in order; absent: the person's own. */
  cols?: string;
  /** Sub-tasks only under their parents. */
  sub?: 'fold';
  /** Where a calendar or a timeline stands, and how near. */
  at?: string;
  zoom?: string;
  /** Key of the task in the side panel. */
  peek?: string;
  /** The saved view this list began as. */
  view?: string;
}
/** In the order the builder offers them. */
export const FILTERS = ['project', 'status', 'priority', 'assignee', 'tag', 'due', 'open', 'created_by', 'supervisor', 'watcher', 'planned', 'created', 'updated', 'show'] as const;
export type FilterName = (typeof FILTERS)[number];

export const LAYOUTS = ['table', 'board', 'calendar', 'timeline'] as const;
export type Layout = (typeof LAYOUTS)[number];
export const GROUPINGS = ['status', 'assignee', 'project', 'priority', 'due'] as const;
export type Grouping = (typeof GROUPINGS)[number];
export const SHOW_VALUES = ['archived', 'any', 'trash'] as const;
export const SORT_FIELDS = ['due_date', 'created_at', 'updated_at', 'priority', 'status', 'title', 'key', 'rank'] as const;
export type SortField = (typeof SORT_FIELDS)[number];
export const DEFAULT_SORT = '-created_at';
/** What the table can show beside the title, in its usual order. */
export const COLUMNS = ['key', 'project', 'tags', 'people', 'due_date', 'planned', 'estimated_hours', 'actual_hours', 'supervisor', 'created_by', 'parent', 'created_at', 'updated_at'] as const;
export type Column = (typeof COLUMNS)[number];

export function listOf(value: string | undefined): string[] {
  return value ? value.split(',').filter(Boolean) : [];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '');
const join = (kept: string[]): string | undefined => (kept.length > 0 ? [...new Set(kept)].join(',') : undefined);
const among = (value: unknown, allowed: readonly string[]) => join(listOf(text(value)).filter((v) => allowed.includes(v)));
const one = <T extends string>(value: unknown, allowed: readonly T[]): T | undefined => allowed.find((v) => v === text(value));
const ids = (value: unknown, words: string[] = []) => join(listOf(text(value)).filter((v) => /^\d{1,15}$/.test(v) || words.includes(v)));
const like = (value: unknown, form: RegExp) => (form.test(text(value)) ? text(value) : undefined);

/** Reads whatever stands in the address; what makes no sense is left out. */
export function parseSearch(raw: Record<string, unknown>): TaskSearch {
  const sort = text(raw.sort);
  const q = text(raw.q).slice(0, 200);
  const layout = one(raw.layout, LAYOUTS);
  const found: TaskSearch = {
    project: ids(raw.project),
    status: among(raw.status, STATUSES),
    priority: among(raw.priority, PRIORITIES),
    assignee: ids(raw.assignee, ['me', 'none']),
    created_by: ids(raw.created_by, ['me']),
    supervisor: ids(raw.supervisor, ['me']),
    watcher: ids(raw.watcher, ['me'])?.split(',')[0],
    tag: ids(raw.tag),
    due: dates(raw.due, ['overdue', 'none']),
    planned: dates(raw.planned),
    created: dates(raw.created),
    updated: dates(raw.updated),
    open: one(raw.open, ['true', 'false']),
    show: one(raw.show, SHOW_VALUES),
    q: q.trim() ? q : undefined,
    sort: (SORT_FIELDS as readonly string[]).includes(sort.replace(/^-/, '')) && sort !== DEFAULT_SORT ? sort : undefined,
    layout: layout === 'table' ? undefined : layout,
    group: one(raw.group, GROUPINGS),
    lanes: one(raw.lanes, GROUPINGS),
    cols: raw.cols === 'none' ? 'none' : among(raw.cols, COLUMNS),
    sub: one(raw.sub, ['fold']),
    at: like(raw.at, /^\d{4}-\d\d(-\d\d)?$/),
    zoom: like(raw.zoom, /^[a-z]{1,12}$/),
    peek: like(raw.peek, /^[A-Za-z][A-Za-z0-9_]*-\d{1,12}$/),
    view: like(raw.view, /^\d{1,15}$/),
  };
  for (const key of Object.keys(found) as (keyof TaskSearch)[]) if (found[key] === undefined) delete found[key];
  return found;
}

/**
 * A span of days: `today`, `..+7`, `2026-12-01..`, `-3..tomorrow`. Days are words, distances from
 * today or dates, so that a kept address goes on meaning "this week".
 */
export interface Span {
  from?: string;
  to?: string;
}
const DAY_WORDS = ['today', 'tomorrow', 'yesterday'];
const isDay = (day: string) => DAY_WORDS.includes(day) || /^[+-]\d{1,3}$/.test(day) || (/^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)));

export function readSpan(value: string | undefined): Span | null {
  if (!value) return null;
  if (value === 'week') return { to: '+7' };
  const parts = value.split('..');
  if (parts.length > 2 || parts.every((p) => p === '') || !parts.every((p) => p === '' || isDay(p))) return null;
  if (parts.length === 1) return { from: value, to: value };
  return { ...(parts[0] ? { from: parts[0] } : {}), ...(parts[1] ? { to: parts[1] } : {}) };
}
export function writeSpan({ from, to }: Span): string {
  return from === to ? (from ?? '') : `${from ?? ''}..${to ?? ''}`;
}
function dates(value: unknown, words: string[] = []): string | undefined {
  const got = text(value);
  return words.includes(got) || readSpan(got) ? got : undefined;
}
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
/** The date that a word of a span means today. */
export function resolveDay(day: string, today: string): string {
  const word = DAY_WORDS.indexOf(day);
  if (word >= 0) return addDays(today, [0, 1, -1][word]!);
  return /^[+-]/.test(day) ? addDays(today, Number(day)) : day;
}

/** What the API is asked for. */
export function toQuery(search: TaskSearch, extra: { mine?: boolean; zone: string; now?: Date }): Query {
  const today = dayOf((extra.now ?? new Date()).toISOString(), extra.zone);
  const query: Query = { limit: 100, sort: search.sort ?? DEFAULT_SORT };
  for (const name of ['status', 'priority', 'assignee', 'created_by', 'supervisor', 'watcher', 'project', 'tag'] as const) if (search[name]) query[name] = search[name];
  const q = search.q?.trim();
  if (q) query.q = q;
  // A status that says it all: the server takes both only where they agree.
  if (search.open && !search.status) query.open = search.open === 'true';
  if (search.open && search.status) query.status = listOf(search.status).filter((s) => isEnded(s) !== (search.open === 'true')).join(',') || search.status;
  if (extra.mine) query.mine = true;
  if (search.due === 'overdue') query.overdue = true;
  else if (search.due === 'none') query.due = 'none';
  for (const name of ['due', 'planned', 'created', 'updated'] as const) {
    const span = readSpan(search[name]);
    if (span?.from) query[`${name}_from`] = resolveDay(span.from, today);
    if (span?.to && name !== 'updated') query[`${name}_to`] = resolveDay(span.to, today);
  }
  if (search.show === 'archived') query.archived = true;
  if (search.show === 'any') query.archived = 'any';
  if (search.show === 'trash') query.deleted = true;
  return query;
}
export const isEnded = (status: string): boolean => status === 'done' || status === 'closed';

export function hasFilters(search: TaskSearch): boolean {
  return FILTERS.some((name) => search[name]) || Boolean(search.q);
}
/** Without any condition, but shown in the same way. */
export function withoutFilters(search: TaskSearch): TaskSearch {
  const next = { ...search };
  for (const name of [...FILTERS, 'q', 'view', 'peek'] as const) delete next[name];
  return next;
}
export function withFilter(search: TaskSearch, name: FilterName | 'q', values: string[]): TaskSearch {
  const next = { ...search };
  if (values.length === 0) delete next[name];
  else next[name] = values.join(',');
  // "Open only" and nothing but ended ones cannot both be meant: the later word counts.
  const statuses = listOf(next.status);
  if (next.open && statuses.length > 0 && !statuses.some((s) => isEnded(s) !== (next.open === 'true'))) delete next[name === 'status' ? 'open' : 'status'];
  return next;
}
/** One member of the state, absent when it is the usual one. */
export function withMember<K extends keyof TaskSearch>(search: TaskSearch, name: K, value: TaskSearch[K] | undefined): TaskSearch {
  const next = { ...search };
  if (value === undefined || value === '') delete next[name];
  else next[name] = value;
  return next;
}
/** A click on a column head: up, down, back to the default. */
export function nextSort(current: string | undefined, field: SortField): string | undefined {
  const first = field === 'priority' || field === 'updated_at' || field === 'created_at' ? `-${field}` : field;
  const second = first.startsWith('-') ? field : `-${field}`;
  const now = current ?? DEFAULT_SORT;
  const next = now === first ? second : now === second ? undefined : first;
  return next === DEFAULT_SORT ? undefined : next;
}

/**
 * The query of one group: the filter of the whole list and the group's own condition together.
 * `null` where both exclude each other.
 */
export function groupQuery(query: Query, group: Grouping, value: string, today: string): Query | null {
  if (group !== 'due') return { ...query, [group]: value, ...(group === 'status' ? { open: undefined } : {}) };
  if (value === 'overdue') return { ...query, overdue: true };
  if (value === 'none') return { ...query, due: 'none' };
  const [from, to] = value === 'today' ? [today, today] : value === 'week' ? [addDays(today, 1), addDays(today, 7)] : [addDays(today, 8), undefined];
  const later = [query.due_from, from].filter(Boolean).sort().at(-1);
  const earlier = [query.due_to, to].filter(Boolean).sort()[0];
  if (later && earlier && String(later) > String(earlier)) return null;
  return { ...query, due_from: later, due_to: earlier };
}
/** What a task made inside a group starts with. */
export function groupDefaults(group: Grouping, value: string, today: string): { status?: Status; priority?: string; project_id?: number; owner_id?: number; due_date?: string } {
  switch (group) {
    case 'status':
      return { status: value as Status };
    case 'priority':
      return { priority: value };
    case 'project':
      return { project_id: Number(value) };
    case 'assignee':
      return value === 'none' ? {} : { owner_id: Number(value) };
    case 'due':
      return value === 'today' ? { due_date: today } : value === 'week' ? { due_date: addDays(today, 1) } : value === 'later' ? { due_date: addDays(today, 8) } : {};
  }
}
