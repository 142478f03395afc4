import { Marked } from 'marked';

/**
 * A Markdown text as the editor takes it apart: blocks with the blank lines after each. The texts
 * of all blocks and gaps together are the source again, letter by letter.
 */
export interface SourceBlock {
  text: string;
  gap: string;
}
export interface SourceParts {
  lead: string;
  blocks: SourceBlock[];
  /** Link definitions of the text; a block may need them to be read. */
  definitions: string;
}

const marked = new Marked({ gfm: true, breaks: true });

export function splitSource(text: string): SourceParts {
  const source = text.replace(/\r\n?/g, '\n');
  const parts: SourceParts = { lead: '', blocks: [], definitions: '' };
  const tokens = marked.lexer(source);
  if (tokens.map((t) => t.raw).join('') !== source) {
    return source ? { ...parts, blocks: [{ text: source, gap: '' }] } : parts;
  }
  const definitions: string[] = [];
  for (const token of tokens) {
    const body = token.type === 'space' ? '' : token.raw.replace(/\s+$/, '');
    const rest = token.raw.slice(body.length);
    if (token.type === 'def') definitions.push(body);
    if (body) parts.blocks.push({ text: body, gap: rest });
    else if (parts.blocks.length > 0) parts.blocks.at(-1)!.gap += rest;
    else parts.lead += rest;
  }
  parts.definitions = definitions.join('\n');
  return parts;
}

/** What a text looks like; two texts that look alike have the same. */
export function looks(text: string): string {
  return marked.parse(text, { async: false }).replace(/\s+/g, ' ').replace(/> </g, '><').replace(/ (?=<\/(?:p|li|h\d|t[dh])>)/g, '').trim();
}

/** Takes away the escapes and brackets that a cautious writer adds and nobody needs. */
export function plain(text: string, code: boolean): string {
  if (code) return text;
  let out = text.replace(/(?: |&#x20;)+$/, '');
  if (out.includes('&#x20;')) out = out.replace(/(^|\n)(?:&#x20;)+|(?:&#x20;)+(?=\n|$)/g, '$1').replaceAll('&#x20;', ' ');
  const want = looks(out);
  const tries: [RegExp, string][] = [
    [/\\\n/g, '\n'],
    [/<(https?:\/\/[^\s<>]+)>/g, '$1'],
  ];
  for (const [what, by] of tries) {
    const next = out.replace(what, by);
    if (next !== out && looks(next) === want) out = next;
  }
  const ESCAPE = /\\([!-/:-@[-`{-~])/g;
  const all = out.replace(ESCAPE, '$1');
  if (all === out || looks(all) === want) return all;
  for (const found of [...out.matchAll(ESCAPE)].reverse().slice(0, 60)) {
    const next = out.slice(0, found.index) + out.slice(found.index + 1);
    if (looks(next) === want) out = next;
  }
  return out;
}

/** The n-th check box of a text, ticked or not; null where it cannot be found. */
export function tick(text: string, index: number, on: boolean): string | null {
  const boxes = (source: string) => [...looks(source).matchAll(/<input[^>]*>/g)].map((m) => m[0].includes('checked'));
  const before = boxes(text);
  if (before[index] === undefined) return null;
  const want = before.map((was, i) => (i === index ? on : was));
  const marks = [...text.matchAll(/(?<=^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)+)\[[ xX]\](?=\s)/gm)];
  // The n-th mark is almost always the one; a fence or a quotation in between may shift it.
  const order = [index, ...marks.keys()].filter((i, at, list) => i < marks.length && list.indexOf(i) === at);
  for (const i of order) {
    const found = marks[i]!;
    const next = `${text.slice(0, found.index)}[${on ? 'x' : ' '}]${text.slice(found.index + 3)}`;
    const after = boxes(next);
    if (after.length === want.length && after.every((box, k) => box === want[k])) return next;
  }
  return null;
}
