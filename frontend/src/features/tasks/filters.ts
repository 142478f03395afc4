import { PRIORITIES, STATUSES } from '../../api/types';
import type { Query } from '../../api/client';
import { dayOf } from '../../lib/dates';

/** The state of a list is its URL. All members are short strings; absent means "no condition". */
export interface TaskSearch {
  status?: string;
  priority?: string;
  assignee?: string;
  project?: string;
  tag?: string;
  due?: string;
  show?: string;
  open?: string;
  q?: string;
  sort?: string;
}
export const FILTERS = ['project', 'status', 'priority', 'assignee', 'tag', 'due', 'open', 'show'] as const;
export type FilterName = (typeof FILTERS)[number];

export const DUE_VALUES = ['overdue', 'today', 'week', 'none'] as const;
export const SHOW_VALUES = ['archived', 'any', 'trash'] as const;
export const SORT_FIELDS = ['due_date', 'created_at', 'updated_at', 'priority', 'status', 'title', 'key'] as const;
export type SortField = (typeof SORT_FIELDS)[number];
export const DEFAULT_SORT = '-created_at';

export function listOf(value: string | undefined): string[] {
  return value ? value.split(',').filter(Boolean) : [];
}

function among(value: unknown, allowed: readonly string[]): string | undefined {
  const kept = listOf(typeof value === 'string' ? value : undefined).filter((v) => allowed.includes(v));
  return kept.length > 0 ? [...new Set(kept)].join(',') : undefined;
}
function ids(value: unknown, words: string[] = []): string | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '';
  const kept = listOf(text).filter((v) => /^\d{1,15}$/.test(v) || words.includes(v));
  return kept.length > 0 ? [...new Set(kept)].join(',') : undefined;
}

/** Reads whatever stands in the address; what makes no sense is left out. */
export function parseSearch(raw: Record<string, unknown>): TaskSearch {
  const sort = typeof raw.sort === 'string' ? raw.sort : '';
  const q = typeof raw.q === 'string' || typeof raw.q === 'number' ? String(raw.q).slice(0, 200) : '';
  const found: TaskSearch = {
    status: among(raw.status, STATUSES),
    priority: among(raw.priority, PRIORITIES),
    assignee: ids(raw.assignee, ['me', 'none']),
    project: ids(raw.project),
    tag: ids(raw.tag),
    due: among(raw.due, DUE_VALUES)?.split(',')[0],
    show: among(raw.show, SHOW_VALUES)?.split(',')[0],
    open: raw.open === true || raw.open === 'true' || raw.open === 1 ? 'true' : undefined,
    q: q.trim() ? q : undefined,
    sort: (SORT_FIELDS as readonly string[]).includes(sort.replace(/^-/, '')) && sort !== DEFAULT_SORT ? sort : undefined,
  };
  for (const key of Object.keys(found) as (keyof TaskSearch)[]) if (found[key] === undefined) delete found[key];
  return found;
}

/** What the API is asked for. */
export function toQuery(search: TaskSearch, extra: { mine?: boolean; zone: string; now?: Date }): Query {
  const now = extra.now ?? new Date();
  const day = (shift: number) => dayOf(new Date(now.getTime() + shift * 86_400_000).toISOString(), extra.zone);
  const query: Query = { limit: 100, sort: search.sort ?? DEFAULT_SORT };
  for (const name of ['status', 'priority', 'assignee', 'project', 'tag'] as const) if (search[name]) query[name] = search[name];
  const q = search.q?.trim();
  if (q) query.q = q;
  if (search.open) query.open = true;
  if (extra.mine) query.mine = true;
  if (search.due === 'overdue') query.overdue = true;
  if (search.due === 'none') query.due = 'none';
  if (search.due === 'today') Object.assign(query, { due_from: day(0), due_to: day(0) });
  if (search.due === 'week') query.due_to = day(7);
  if (search.show === 'archived') query.archived = true;
  if (search.show === 'any') query.archived = 'any';
  if (search.show === 'trash') query.deleted = true;
  return query;
}

export function hasFilters(search: TaskSearch): boolean {
  return FILTERS.some((name) => search[name]) || Boolean(search.q);
}
export function withFilter(search: TaskSearch, name: FilterName | 'q', values: string[]): TaskSearch {
  const next = { ...search };
  if (values.length === 0) delete next[name];
  else next[name] = values.join(',');
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
