import { describe, expect, it } from 'vitest';
import { complaintAt, hexLines, locate, pretty, replaceAt, valueAt } from './json';

const text = '{"a": [1, {"b/c": "x \\" y"}], "data" : {"status":"На проверке", "id": 12345678901234567890, "n": 1.0}}';

describe('json as text', () => {
  it('finds and replaces one value and leaves the rest as it came', () => {
    expect(valueAt(text, '/data/status')).toBe('На проверке');
    expect(valueAt(text, '/a/1/b~1c')).toBe('x " y');
    expect(text.slice(...locate(text, '/data/id')!)).toBe('12345678901234567890');
    expect(locate(text, '/data/none')).toBeNull();
    expect(locate('{"cut": "o', '/cut')).toBeNull();
    const mended = replaceAt(text, '/data/status', 'testing')!;
    expect(mended).toContain('"status":"testing", "id": 12345678901234567890, "n": 1.0}');
    expect(replaceAt(text, '/nope', 1)).toBeNull();
  });
  it('indents without reading numbers', () => {
    const shown = pretty(text);
    expect(shown).toContain('"id": 12345678901234567890');
    expect(shown).toContain('"n": 1.0');
    expect(JSON.parse(shown)).toEqual(JSON.parse(text));
    expect(pretty('{"a":{},"b":[]}')).toBe('{\n  "a": {},\n  "b": []\n}');
    expect(pretty('{oops')).toBe('{oops');
  });
  it('knows where a parser stopped, counted in bytes', () => {
    expect(complaintAt('{"имя": ', 'EOF while parsing a value at line 1 column 11')).toBe(8);
    expect(complaintAt('{}', 'something else')).toBeNull();
  });
  it('shows bytes', () => {
    expect(hexLines(btoa('\u0000Az'))[0]).toMatch(/^000000 {2}00 41 7a +\.Az$/);
  });
});
