import { useMemo, useState } from 'react';
import { useSelection } from '../bulk/useSelection';
import type { Item } from './items';

/** The keyboard cursor and the selection of a list. The cursor is a place, the selection is of tasks. */
export function useRows(items: Item[]) {
  const [cursor, setCursor] = useState<string | null>(null);
  const index = useMemo(() => (cursor === null ? -1 : items.findIndex((item) => item.key === cursor)), [items, cursor]);
  const rows = useMemo(() => {
    const seen = new Set<number>();
    return items.flatMap((item) => (item.kind === 'row' && !seen.has(item.row.id) && seen.add(item.row.id) ? [item.row] : []));
  }, [items]);
  return { cursor, setCursor, index, rows, ...useSelection(rows, () => items) };
}
