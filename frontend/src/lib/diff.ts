/** Word differences and a three-way merge over them. */
export type Piece = { kind: 'same' | 'del' | 'ins'; text: string };

const TOKEN = /\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu;
const LIMIT = 4_000_000;

export function words(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** A changed stretch: base[from, to) became `text`. */
interface Hunk {
  from: number;
  to: number;
  text: string[];
}

function hunks(a: string[], b: string[]): Hunk[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const n = endA - start;
  const m = endB - start;
  if (n === 0 && m === 0) return [];
  if (n === 0 || m === 0 || n * m > LIMIT) return [{ from: start, to: endA, text: b.slice(start, endB) }];
  const width = m + 1;
  const table = new Uint32Array((n + 1) * width);
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      table[i * width + j] =
        a[start + i] === b[start + j] ? table[(i + 1) * width + j + 1]! + 1 : Math.max(table[(i + 1) * width + j]!, table[i * width + j + 1]!);
    }
  }
  const found: Hunk[] = [];
  let open: Hunk | null = null;
  let i = 0;
  let j = 0;
  while (i < n || j < m) {
    if (i < n && j < m && a[start + i] === b[start + j]) {
      open = null;
      i++;
      j++;
      continue;
    }
    if (!open) found.push((open = { from: start + i, to: start + i, text: [] }));
    if (j >= m || (i < n && table[(i + 1) * width + j]! >= table[i * width + j + 1]!)) {
      i++;
      open.to = start + i;
    } else open.text.push(b[start + j++]!);
  }
  return found;
}

/** What happened to a text, in words. Changes parted by one blank only are read as one. */
export function diffWords(before: string, after: string): Piece[] {
  const a = words(before);
  const pieces: Piece[] = [];
  const push = (kind: Piece['kind'], text: string) => {
    if (text) pieces.push({ kind, text });
  };
  let at = 0;
  for (const hunk of joined(hunks(a, words(after)), a)) {
    push('same', a.slice(at, hunk.from).join(''));
    push('del', a.slice(hunk.from, hunk.to).join(''));
    push('ins', hunk.text.join(''));
    at = hunk.to;
  }
  push('same', a.slice(at).join(''));
  return pieces;
}

function joined(list: Hunk[], base: string[]): Hunk[] {
  const out: Hunk[] = [];
  for (const hunk of list) {
    const last = out.at(-1);
    const gap = last ? base.slice(last.to, hunk.from) : [];
    if (last && gap.length === 1 && gap[0]!.trim() === '') {
      last.text.push(...gap, ...hunk.text);
      last.to = hunk.to;
    } else out.push({ ...hunk, text: [...hunk.text] });
  }
  return out;
}

/** Both edits of one base in one text, or null where they touch. */
export function merge3(base: string, mine: string, theirs: string): string | null {
  if (mine === theirs || theirs === base) return mine;
  if (mine === base) return theirs;
  const b = words(base);
  const edits = [...hunks(b, words(mine)), ...hunks(b, words(theirs))].sort((x, y) => x.from - y.from || x.to - y.to);
  const out: string[] = [];
  let at = 0;
  let previous: Hunk | null = null;
  for (const edit of edits) {
    if (previous && edit.from <= previous.to) {
      const twin = edit.from === previous.from && edit.to === previous.to && edit.text.join('') === previous.text.join('');
      if (twin) continue;
      return null;
    }
    out.push(...b.slice(at, edit.from), ...edit.text);
    at = edit.to;
    previous = edit;
  }
  return [...out, ...b.slice(at)].join('');
}
