import { useCallback, useMemo, useRef, useState } from 'react';
import type { TaskRow } from '../../../api/types';

/** A place of a list by its own name; heads and the like have no task. */
export interface Spot {
  key: string;
  row?: TaskRow;
}

/**
 * Which tasks of a list are ticked. `rows` are those it shows: what is ticked and not among them
 * does not count. A range runs along the spots that `along` gives for its end.
 */
export function useSelection(rows: TaskRow[], along: (key: string) => readonly Spot[]) {
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const anchor = useRef<string | null>(null);
  const chosen = useMemo(() => (selected.size === 0 ? NONE : rows.filter((row) => selected.has(row.id))), [rows, selected]);
  const latest = useRef(along);
  latest.current = along;

  const select = useCallback((key: string, row: TaskRow, range: boolean) => {
    // Read now: the set is computed later, when the next click may have moved the anchor.
    const spots = range ? latest.current(key) : [];
    const from = spots.findIndex((spot) => spot.key === anchor.current);
    const to = spots.findIndex((spot) => spot.key === key);
    const between = from >= 0 && to >= 0 ? spots.slice(Math.min(from, to), Math.max(from, to) + 1).flatMap((spot) => (spot.row ? [spot.row.id] : [])) : null;
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
  return { selected, chosen, select, clear, all };
}
const NONE: TaskRow[] = [];
