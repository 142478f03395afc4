import { diff3Merge } from 'node-diff3';
import { merge3 } from './diff';

/** A stretch both sides agree on, or one where they part. */
export type MergePart = { text: string } | { base: string; mine: string; theirs: string };

const lines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Two edits of one text, line by line; where lines touch, word by word. */
export function mergeLines(base: string, mine: string, theirs: string): MergePart[] {
  const parts: MergePart[] = [];
  const agreed = (text: string) => {
    const last = parts.at(-1);
    if (!text) return;
    if (last && 'text' in last) last.text += text;
    else parts.push({ text });
  };
  // The last line may end without a break on one side alone.
  const even = [base, mine, theirs].every((text) => text.endsWith('\n') || text === '');
  const end = even ? '' : '\n';
  for (const region of diff3Merge(lines(mine + end), lines(base + end), lines(theirs + end), { excludeFalseConflicts: true })) {
    if (region.ok) {
      agreed(region.ok.join(''));
      continue;
    }
    const { a, o, b } = region.conflict!;
    const part = { mine: a.join(''), base: o.join(''), theirs: b.join('') };
    const words = merge3(part.base, part.mine, part.theirs);
    if (words !== null) agreed(words);
    else parts.push(part);
  }
  const last = parts.at(-1);
  if (end && last) for (const name of Object.keys(last) as (keyof typeof last)[]) (last as Record<string, string>)[name] = (last[name] as string).replace(/\n$/, '');
  return parts;
}

/** The merged text, or null where a person must choose. */
export function mergeTexts(base: string, mine: string, theirs: string): string | null {
  const parts = mergeLines(base, mine, theirs);
  return parts.every((part) => 'text' in part) ? parts.map((part) => (part as { text: string }).text).join('') : null;
}

export type Side = 'mine' | 'theirs' | 'both';
/** The text that a choice for each parting stretch makes. */
export function choose(parts: MergePart[], sides: Side[]): string {
  let i = 0;
  return parts
    .map((part) => {
      if ('text' in part) return part.text;
      const side = sides[i++] ?? 'mine';
      if (side !== 'both') return part[side];
      const gap = part.mine === '' || part.mine.endsWith('\n') ? '' : '\n';
      return part.mine + gap + part.theirs;
    })
    .join('');
}
