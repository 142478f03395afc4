/** Finding by a few letters, also when they were typed in the wrong keyboard layout. */

const EN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const RU = 'йцукенгшщзхъфывапролджэячсмитьбюё';
const toRu = new Map([...EN].map((c, i) => [c, [...RU][i]!]));
const toEn = new Map([...RU].map((c, i) => [c, [...EN][i]!]));

/** "ghbdtn" is "привет", "ышпт" is "sign": the same keys in the other layout. */
export function otherLayout(text: string): string {
  const low = text.toLowerCase();
  const cyrillic = /[а-яё]/.test(low);
  const map = cyrillic ? toEn : toRu;
  return [...low].map((c) => map.get(c) ?? c).join('');
}

export interface Hit {
  score: number;
  /** What matched, for the eye: from, to. */
  ranges: [number, number][];
}
const fold = (text: string) => text.toLowerCase().replaceAll('ё', 'е');

/** Every word of the query somewhere in the text: as it stands, as the start of words, or letter by letter. */
export function fuzzy(query: string, text: string): Hit | null {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return { score: 0, ranges: [] };
  const low = fold(text);
  let score = 0;
  const ranges: [number, number][] = [];
  for (const word of words) {
    const hit = one(word, low);
    if (!hit) return null;
    score += hit.score;
    ranges.push(...hit.ranges);
  }
  return { score: score / words.length - text.length / 1000, ranges: merge(ranges) };
}

function one(word: string, low: string): Hit | null {
  const at = low.indexOf(word);
  if (at === 0) return { score: 100, ranges: [[0, word.length]] };
  const start = wordStart(low, word);
  if (start >= 0) return { score: 80, ranges: [[start, start + word.length]] };
  if (at > 0 && word.length > 1) return { score: 50, ranges: [[at, at + word.length]] };
  return word.length > 1 ? letters(word, low) : null;
}
function wordStart(low: string, word: string): number {
  for (let at = low.indexOf(word); at >= 0; at = low.indexOf(word, at + 1)) if (!/[\p{L}\p{N}]/u.test(low[at - 1] ?? ' ')) return at;
  return -1;
}
/** Letters in order, near each other or at the starts of words; too scattered is no match. */
function letters(word: string, low: string): Hit | null {
  const ranges: [number, number][] = [];
  let at = 0;
  let gaps = 0;
  for (const letter of word) {
    // The letter behind the last one, else the next word that begins with it, else wherever it is.
    const head = low[at] === letter ? at : wordStart(low.slice(at), letter) + at;
    const next = head >= at && (head === at ? low[at] === letter : starts(low, head)) ? head : low.indexOf(letter, at);
    if (next < 0) return null;
    if (next > at && ranges.length > 0 && !starts(low, next)) gaps += next - at;
    ranges.push([next, next + 1]);
    at = next + 1;
  }
  if (gaps > word.length + 1 || !starts(low, ranges[0]![0])) return null;
  return { score: 30 - gaps * 3, ranges };
}
const starts = (low: string, at: number) => !/[\p{L}\p{N}]/u.test(low[at - 1] ?? ' ');

function merge(ranges: [number, number][]): [number, number][] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const out: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = out.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}

/** The better of both layouts; the other one counts a little less. */
export function find(query: string, text: string): Hit | null {
  const plain = fuzzy(query, text);
  const other = otherLayout(query);
  const swapped = other === query.toLowerCase() ? null : fuzzy(other, text);
  if (!plain) return swapped && swapped.score >= 45 ? { ...swapped, score: swapped.score - 15 } : null;
  return swapped && swapped.score - 15 > plain.score ? { ...swapped, score: swapped.score - 15 } : plain;
}
