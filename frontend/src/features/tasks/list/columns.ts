import { keptStore } from '../../../lib/store';
import { type Column, COLUMNS, listOf, type SortField, type TaskSearch } from '../filters';

/** How wide a column is before somebody pulls at it. */
export const WIDTH: Record<Column, number> = {
  key: 80, project: 148, tags: 150, people: 84, due_date: 124, planned: 160, estimated_hours: 84, actual_hours: 84, supervisor: 140, created_by: 140, parent: 180, created_at: 122, updated_at: 122,
};
export const MIN_WIDTH = 64;
export const MAX_WIDTH = 480;
export const TITLE_MIN = 280;
export const USUAL: Column[] = ['key', 'project', 'people', 'updated_at', 'due_date'];
export const SORTS: Partial<Record<Column, SortField>> = { key: 'key', due_date: 'due_date', created_at: 'created_at', updated_at: 'updated_at' };
/** Where the room is short these go first. */
const GIVE_UP: Column[] = ['project', 'created_at', 'planned', 'supervisor', 'created_by', 'parent', 'tags', 'updated_at', 'estimated_hours', 'actual_hours'];

/** A person's own columns and widths: kept on this device, and with the account (see `preferences`). */
export interface ColumnPrefs {
  cols: Column[];
  widths: Partial<Record<Column, number>>;
}
export const columnPrefs = keptStore<ColumnPrefs>('tt.columns', { cols: USUAL, widths: {} });

const valid = (cols: readonly string[]): Column[] => COLUMNS.filter((c) => cols.includes(c)).sort((a, b) => cols.indexOf(a) - cols.indexOf(b));
/** What the preferences of the account hold may be from another version. */
export function readColumnPrefs(value: unknown): ColumnPrefs | null {
  if (typeof value !== 'object' || value === null) return null;
  const { cols, widths } = value as Partial<Record<keyof ColumnPrefs, unknown>>;
  if (!Array.isArray(cols)) return null;
  const kept = Object.entries(typeof widths === 'object' && widths !== null ? widths : {}).filter(([name, w]) => (COLUMNS as readonly string[]).includes(name) && typeof w === 'number' && w >= MIN_WIDTH && w <= MAX_WIDTH);
  return { cols: valid(cols.map(String)), widths: Object.fromEntries(kept) };
}

/** The address first, then the person's own. */
export function columnsOf(search: TaskSearch, prefs: ColumnPrefs): Column[] {
  if (search.cols === 'none') return [];
  return search.cols ? valid(listOf(search.cols)) : prefs.cols;
}
export const writeColumns = (cols: Column[]): string => cols.join(',') || 'none';

/** What fits: the title keeps its least width, the rest gives way in a fixed order. */
export function fitting(cols: Column[], widths: ColumnPrefs['widths'], room: number): Column[] {
  const taken = (list: Column[]) => 36 + 24 + 16 + TITLE_MIN + list.reduce((sum, c) => sum + (widths[c] ?? WIDTH[c]) + 6, 12);
  let kept = cols;
  for (const column of GIVE_UP) {
    if (taken(kept) <= room) break;
    kept = kept.filter((c) => c !== column);
  }
  return kept;
}
export function template(cols: Column[], widths: ColumnPrefs['widths']): string {
  const px = (c: Column) => `${widths[c] ?? WIDTH[c]}px`;
  const rest = cols.filter((c) => c !== 'key').map(px).join(' ');
  return `36px 24px ${cols.includes('key') ? px('key') : ''} minmax(${TITLE_MIN}px, 1fr) ${rest}`;
}
/** A column put before another one, or at the end. */
export function moved(cols: Column[], column: Column, before: Column | null): Column[] {
  if (column === before) return cols;
  const rest = cols.filter((c) => c !== column);
  const at = before ? rest.indexOf(before) : rest.length;
  return [...rest.slice(0, at), column, ...rest.slice(at)];
}
