import { useCallback, useMemo, useRef, useState } from 'react';
import type { TaskRow } from '../../../api/types';
import type { Item } from './items';

/** The keyboard cursor and the selection of a list. The cursor is a place, the selection is of tasks. */
export function useRows(items: Item[]) {
  const [cursor, setCursor] = useState<string | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const anchor = useRef<string | null>(null);
  const index = useMemo(() => (cursor === null ? -1 : items.findIndex((item) => item.key === cursor)), [items, cursor]);
  const rows = useMemo(() => {
    const seen = new Set<number>();
    return items.flatMap((item) => (item.kind === 'row' && !seen.has(item.row.id) && seen.add(item.row.id) ? [item.row] : []));
  }, [items]);
  const chosen = useMemo(() => (selected.size === 0 ? NONE : rows.filter((row) => selected.has(row.id))), [rows, selected]);
  const latest = useRef(items);
  latest.current = items;

  const select = useCallback((key: string, row: TaskRow, range: boolean) => {
    // Read now: the set is computed later, when the next click may have moved the anchor.
    const from = latest.current.findIndex((item) => item.key === anchor.current);
    const to = latest.current.findIndex((item) => item.key === key);
    const between = range && from >= 0 ? latest.current.slice(Math.min(from, to), Math.max(from, to) + 1).flatMap((item) => (item.kind === 'row' ? [item.row.id] : [])) : null;
    anchor.current = key;
    setSelected((now) => {
      const next = new Set(now);
      if (between) {
        const on = !now.has(row.id) || from !== to;
        for (const id of between) {
          if (on) next.add(id);
          else next.delete(id);
        }
      } else if (!next.delete(row.id)) next.add(row.id);
      return next;
    });
  }, []);
  const clear = useCallback(() => setSelected(new Set()), []);
  const all = useCallback(() => setSelected((now) => (rows.every((r) => now.has(r.id)) ? new Set() : new Set(rows.map((r) => r.id)))), [rows]);
  return { cursor, setCursor, index, rows, selected, chosen, select, clear, all };
}
const NONE: TaskRow[] = [];
