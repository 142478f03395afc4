/** JSON as text: shown, searched and mended without reading it into numbers, so that nothing else in a message changes. */

const STRING = /"(?:[^"\\]|\\[^])*"/y;
const WORD = /[^\s{}[\],:"]+/y;

/** Where the value at a JSON pointer stands in the text: [start, end), or null. */
export function locate(text: string, pointer: string): [number, number] | null {
  let at = 0;
  const blank = () => {
    while (at < text.length && /[\s\ufeff]/.test(text[at]!)) at++;
  };
  const token = (re: RegExp) => {
    re.lastIndex = at;
    const found = re.exec(text);
    if (!found) throw new SyntaxError(`at ${at}`);
    at = re.lastIndex;
    return found[0];
  };
  const value = (path: string[] | null): [number, number] | null => {
    blank();
    const start = at;
    let found: [number, number] | null = null;
    const open = text[at];
    if (open === '{' || open === '[') {
      at++;
      for (let index = 0; ; index++) {
        blank();
        if (text[at] === '}' || text[at] === ']') break;
        let name = String(index);
        if (open === '{') {
          name = JSON.parse(token(STRING)) as string;
          blank();
          at++;
        }
        found = value(path && path[0] === name ? path.slice(1) : null) ?? found;
        blank();
        if (text[at] === ',') at++;
        else if (text[at] !== '}' && text[at] !== ']') throw new SyntaxError(`at ${at}`);
      }
      at++;
    } else token(open === '"' ? STRING : WORD);
    return path?.length === 0 ? [start, at] : found;
  };
  try {
    return value(pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')));
  } catch {
    return null;
  }
}

/** The value at a pointer; undefined where there is none. */
export function valueAt(text: string, pointer: string | null): unknown {
  const place = pointer ? locate(text, pointer) : null;
  if (!place) return undefined;
  try {
    return JSON.parse(text.slice(...place));
  } catch {
    return undefined;
  }
}

/** The text with another value at the pointer; everything else stays as it came. */
export function replaceAt(text: string, pointer: string, value: unknown): string | null {
  const place = locate(text, pointer);
  return place ? text.slice(0, place[0]) + JSON.stringify(value) + text.slice(place[1]) : null;
}

/** Indented, numbers as they were written; what is no JSON stays as it came. */
export function pretty(text: string): string {
  try {
    JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return text;
  }
  let out = '';
  let depth = 0;
  const line = () => `\n${'  '.repeat(depth)}`;
  const tokens = text.match(/"(?:[^"\\]|\\[^])*"|[{}[\],:]|[^\s\ufeff{}[\],:"]+/g) ?? [];
  tokens.forEach((token, i) => {
    if (token === '{' || token === '[') {
      const empty = tokens[i + 1] === '}' || tokens[i + 1] === ']';
      depth++;
      out += empty ? token : token + line();
    } else if (token === '}' || token === ']') {
      depth--;
      out += tokens[i - 1] === '{' || tokens[i - 1] === '[' ? token : line() + token;
    } else if (token === ',') out += token + line();
    else out += token === ':' ? ': ' : token;
  });
  return out;
}

/** The place a parser complains about ("line 1 column 60", columns in bytes) as an offset in the text. */
export function complaintAt(text: string, detail: string): number | null {
  const found = /line (\d+) column (\d+)/.exec(detail);
  if (!found) return null;
  const lines = text.split('\n');
  const line = lines[Number(found[1]) - 1];
  if (line === undefined) return null;
  const before = lines.slice(0, Number(found[1]) - 1).reduce((sum, l) => sum + l.length + 1, 0);
  const bytes = new TextEncoder().encode(line).slice(0, Number(found[2]));
  return before + Math.min(line.length, new TextDecoder().decode(bytes).length);
}

/** Bytes as people read them: offset, sixteen in hex, the printable ones. */
export function hexLines(base64: string, most = 128): string[] {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const lines: string[] = [];
  for (let at = 0; at < bytes.length && lines.length < most; at += 16) {
    const row = [...bytes.slice(at, at + 16)];
    const hex = row.map((b) => b.toString(16).padStart(2, '0')).join(' ');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${row.map((b) => (b > 31 && b < 127 ? String.fromCharCode(b) : '.')).join('')}`);
  }
  if (bytes.length > lines.length * 16) lines.push('…');
  return lines;
}
