import type { TaskRow } from '../../../api/types';
import type { Query } from '../../../api/client';
import type { Grouping } from '../filters';
import type { Part } from './source';

/** A group of the table: its head is always there, its rows come when it is open and near. */
export interface Group {
  by: Grouping;
  value: string;
  label: string;
  count: number;
  folded: boolean;
  query: Query;
}
export type Item =
  | { kind: 'group'; key: string; group: Group }
  | { kind: 'row'; key: string; row: TaskRow; part: string; place: number; depth: number; parent: string | null }
  | { kind: 'bone'; key: string; part: string; place: number; depth: number }
  | { kind: 'error'; key: string; part: string; error: Error };

export const WHOLE = 'all';
export const partOfGroup = (group: Pick<Group, 'by' | 'value'>) => `${group.by}:${group.value}`;
export const partOfChildren = (id: number) => `of:${id}`;
/** Rows that are known to be there but not loaded are drawn as bones, at most so many. */
const BONES_MAX = 10_000;
const ORDER: Partial<Record<Grouping, string[]>> = {
  status: ['in_progress', 'waiting', 'testing', 'new', 'done', 'closed'],
  priority: ['urgent', 'high', 'medium', 'low'],
  due: ['overdue', 'today', 'week', 'later', 'none'],
};

/** What is worked on stands first, nobody's last, names by the alphabet with one's own on top. */
export function sortGroups<T extends { value: string; label: string }>(by: Grouping, groups: T[], me: number, lang: string): T[] {
  const order = ORDER[by];
  const at = (g: T) => (order ? order.indexOf(g.value) : g.value === 'none' ? 2 : by === 'assignee' && g.value === String(me) ? 0 : 1);
  return [...groups].sort((a, b) => at(a) - at(b) || a.label.localeCompare(b.label, lang));
}

interface Build {
  groups: Group[] | null;
  parts: ReadonlyMap<string, Part>;
  open: ReadonlySet<number>;
}
/** Everything the table shows, from top to bottom. */
export function buildItems({ groups, parts, open }: Build): Item[] {
  const items: Item[] = [];
  const add = (part: string, path: string, depth: number, expected: number | null, parent: string | null) => {
    const held = parts.get(part);
    const rows = held?.rows ?? [];
    rows.forEach((row, place) => {
      const key = `${path}/${row.id}`;
      items.push({ kind: 'row', key, row, part, place, depth, parent });
      if (open.has(row.id) && row.children.total > 0 && depth < 6) add(partOfChildren(row.id), key, depth + 1, row.children.total, key);
    });
    if (held?.error) items.push({ kind: 'error', key: `${path}/error`, part, error: held.error });
    else if (!held || held.pending || held.more) {
      const total = held?.total ?? expected ?? 0;
      const left = Math.min(BONES_MAX, Math.max(total - rows.length, held?.more ? 1 : held ? 0 : Math.min(total, 1)));
      for (let i = 0; i < left; i++) items.push({ kind: 'bone', key: `${path}/bone${rows.length + i}`, part, place: rows.length + i, depth });
    }
  };
  if (!groups) add(WHOLE, '', 0, null, null);
  else {
    for (const group of groups) {
      const part = partOfGroup(group);
      items.push({ kind: 'group', key: part, group });
      if (!group.folded) add(part, part, 0, group.count, part);
    }
  }
  return items;
}
