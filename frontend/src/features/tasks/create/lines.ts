import type { TaskRef } from '../../../api/types';

/**
 * Many lines, each a task. A line that stands deeper is a sub-task of the line above that stands
 * less deep, as in an outline or a nested list; how deep it goes is not limited, on the server
 * neither.
 */
export interface Row {
  text: string;
  /** Where it begins in the whole text. */
  from: number;
  /** The row it is a sub-task of. */
  parent: number | null;
  depth: number;
}

/** Marks of lists and boxes, and the space before them. */
const HEAD = /^\s*(?:[-*•–—◦▪‣○●]\s+)?(?:\[[ xXхХ]?\]\s+)?(?:\d{1,3}[.)]\s+(?=\S))?/;
const TAB = 4;
/** One space is a slip, two are meant. */
const STEP = 2;

function widthOf(space: string): number {
  let width = 0;
  for (const c of space) width = c === '\t' ? (Math.floor(width / TAB) + 1) * TAB : width + 1;
  return width;
}

export function rowsOf(text: string): Row[] {
  const rows: Row[] = [];
  const above: { row: number; width: number }[] = [];
  for (const found of text.matchAll(/[^\r\n]+/g)) {
    const line = found[0];
    const head = HEAD.exec(line)![0];
    const rest = line.slice(head.length).trimEnd();
    if (!rest) continue;
    let width = widthOf(/^\s*/.exec(line)![0]);
    while (above.length > 0 && width < above.at(-1)!.width + STEP) {
      const last = above.pop()!;
      // Beside the one above, give or take a space: the next ones are measured alike.
      if (width > last.width) width = last.width;
    }
    rows.push({ text: rest, from: found.index + head.length, parent: above.at(-1)?.row ?? null, depth: above.length });
    above.push({ row: rows.length - 1, width });
  }
  return rows;
}

/**
 * What was not made, as lines again: below a line that waits too by its indent, below a task that is
 * there by its key. `rows` are the numbers of the lines that are left, in order.
 */
export function restOf(rows: readonly Pick<Row, 'text' | 'parent'>[], made: readonly (TaskRef | undefined)[], hasOwn: (row: number) => boolean): { text: string; rows: number[] } {
  const depth = new Map<number, number>();
  const lines = rows.flatMap(({ text, parent }, i) => {
    if (made[i]) return [];
    const above = parent === null ? undefined : made[parent];
    const deep = parent === null || above ? 0 : depth.get(parent)! + 1;
    depth.set(i, deep);
    // In front: at the end of a line some words mean more.
    return [`${'  '.repeat(deep)}${above && !hasOwn(i) ? `^${above.key} ` : ''}${text}`];
  });
  return { text: lines.join('\n'), rows: [...depth.keys()] };
}
