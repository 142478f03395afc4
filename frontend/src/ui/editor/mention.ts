/** The "@word" the caret is in, if any. */
export function mentionAt(text: string, caret: number): { from: number; q: string } | null {
  const found = /(^|[\s([{«"'>])@([\p{L}\p{N}._-]{0,30}(?: [\p{L}]{0,20})?)$/u.exec(text.slice(0, caret));
  if (!found) return null;
  const q = found[2] ?? '';
  return { from: caret - q.length - 1, q };
}

/** Puts `[@Name](/users/12)` there; brackets of a name would break the link. */
export function insertMention(text: string, from: number, caret: number, person: { id: number; name: string }): { text: string; caret: number } {
  const link = `[@${person.name.replace(/[[\]]/g, '')}](/users/${person.id}) `;
  return { text: text.slice(0, from) + link + text.slice(caret), caret: from + link.length };
}
