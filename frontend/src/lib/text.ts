/** "Ирина Соколова" → "ИС". */
export function initials(name: string): string {
  const parts = name.trim().split(/\s+/).filter(Boolean);
  if (parts.length === 0) return '?';
  const letters = parts.length === 1 ? [...parts[0]!].slice(0, 2) : [[...parts[0]!][0]!, [...parts.at(-1)!][0]!];
  return letters.join('').toUpperCase();
}
export function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text;
}
/** Markdown as one line of words, for a quotation in a feed: links by their words, no marks, no boxes. */
export function plainWords(markdown: string): string {
  return markdown
    .replace(/!?\[([^\][]*)\]\([^()\s]*\)/g, '$1')
    .replace(/^[ \t]*(?:>[ \t]?|#{1,6}[ \t]|[-*+][ \t](?:\[[ xX]\][ \t])?|```.*$)/gm, '')
    .replace(/\*\*|`/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
/** Deep equality of JSON values; the order of members does not matter. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const one = a as Record<string, unknown>;
  const two = b as Record<string, unknown>;
  const keys = Object.keys(one);
  return keys.length === Object.keys(two).length && keys.every((k) => k in two && same(one[k], two[k]));
}
