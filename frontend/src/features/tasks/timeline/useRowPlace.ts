import { type RefObject, useLayoutEffect, useRef } from 'react';
import { drift, type PlanRow, rowAt } from './plan';

export const ROW = 34;

interface Given {
  /** What is asked for: another question is another list, which opens anew. */
  list: unknown;
  /** The day it opens at. */
  day: string;
  /** Rows of the question before; and: no page is still to come. */
  old: boolean;
  whole: boolean;
}

/**
 * Where a timeline stands from top to bottom. It opens at the first row that is not over on its day,
 * with one row before it to show that there are more; until all pages are there each may bring rows
 * above, so it is put there again. From then on what is seen stays where it is.
 */
export function useRowPlace(scroller: RefObject<HTMLElement | null>, rows: PlanRow[], { list, day, old, whole }: Given): void {
  const opening = useRef<{ list: unknown; day: string; top: number | null; over: boolean } | null>(null);
  const before = useRef(rows);
  useLayoutEffect(() => {
    const last = before.current;
    before.current = rows;
    const el = scroller.current;
    if (!el) return;
    // The address follows the scrolling: the day is the one it had when the list was opened.
    if (opening.current?.list !== list) opening.current = { list, day, top: null, over: false };
    const now = opening.current!;
    if (old) return;
    // A hand on the wheel knows better where to be.
    if (now.top !== null && Math.abs(el.scrollTop - now.top) > 1) now.over = true;
    if (!now.over) {
      el.scrollTop = Math.max(0, rowAt(rows, now.day) - 1) * ROW;
      now.top = el.scrollTop;
      now.over = whole;
    } else if (el.scrollTop >= 1 && last !== rows) {
      const by = drift(last, Math.floor(el.scrollTop / ROW), Math.ceil(el.clientHeight / ROW), rows);
      if (by !== 0) el.scrollTop += by * ROW;
    }
  }, [scroller, rows, list, day, old, whole]);
}
