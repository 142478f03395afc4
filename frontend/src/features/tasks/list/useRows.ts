import { useCallback, useMemo, useRef, useState } from 'react';
import type { TaskRow } from '../../../api/types';

/** The keyboard cursor and the selection of a list. */
export function useRows(rows: TaskRow[]) {
  const [cursorId, setCursor] = useState<number | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const anchor = useRef<number | null>(null);
  const index = cursorId === null ? -1 : rows.findIndex((r) => r.id === cursorId);
  const chosen = useMemo(() => rows.filter((r) => selected.has(r.id)), [rows, selected]);

  const select = useCallback(
    (row: TaskRow, range: boolean) => {
      setSelected((now) => {
        const next = new Set(now);
        const from = rows.findIndex((r) => r.id === anchor.current);
        const to = rows.findIndex((r) => r.id === row.id);
        if (range && from >= 0) {
          const on = !now.has(row.id) || from !== to;
          for (const r of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) {
            if (on) next.add(r.id);
            else next.delete(r.id);
          }
        } else if (!next.delete(row.id)) next.add(row.id);
        return next;
      });
      anchor.current = row.id;
    },
    [rows],
  );
  const clear = useCallback(() => setSelected(new Set()), []);
  const all = useCallback(() => setSelected((now) => (rows.every((r) => now.has(r.id)) ? new Set() : new Set(rows.map((r) => r.id)))), [rows]);
  return { cursorId, setCursor, index, selected, chosen, select, clear, all };
}
