import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../lib/commands';
import enFirst from './en';
import enLate from './en/late';
import ruFirst from './ru';
import ruLate from './ru/late';

type Tree = { [key: string]: string | Tree };
function flat(tree: Tree, prefix = ''): Map<string, string> {
  const out = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const path = prefix ? `${prefix}.${key}` : key;
    if (typeof value === 'string') out.set(path, value);
    else for (const [k, v] of flat(value, path)) out.set(k, v);
  }
  return out;
}
const en = { ...enFirst, ...enLate };
const ru = { ...ruFirst, ...ruLate };
const FORMS = { ru: ['one', 'few', 'many', 'other'], en: ['one', 'other'] } as const;
const catalogues = { ru: flat(ru as Tree), en: flat(en as Tree) };
const bare = (key: string) => key.replace(/_(one|few|many)$/, '').replace(/_other$/, '');
const plurals = new Set([...catalogues.ru.keys()].filter((k) => /_few$/.test(k)).map(bare));
const names = (language: 'ru' | 'en') => new Set([...catalogues[language].keys()].map((k) => (plurals.has(bare(k)) ? bare(k) : k)));

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) && !/\.test\./.test(name) ? [path] : [];
  });
}

describe('catalogues', () => {
  it('have the same keys', () => {
    expect([...names('ru')].sort()).toEqual([...names('en')].sort());
  });
  it('have every plural form of their language', () => {
    for (const language of ['ru', 'en'] as const) {
      for (const key of plurals) for (const form of FORMS[language]) expect(catalogues[language].has(`${key}_${form}`), `${language} ${key}_${form}`).toBe(true);
    }
  });
  it('have no empty text and the same variables', () => {
    const variables = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort().join();
    for (const [key, text] of catalogues.ru) {
      expect(text.trim(), key).not.toBe('');
      const other = catalogues.en.get(key) ?? catalogues.en.get(`${bare(key)}_other`);
      expect(variables(other ?? ''), key).toBe(variables(text));
    }
  });
  it('hold every key that the code asks for', () => {
    const known = names('ru');
    const asked = new RegExp(`['"\`]((?:${Object.keys(ru).join('|')})\\.[a-z_]+(?:\\.[a-z_]+)*)['"\`]`, 'g');
    const missing: string[] = [];
    const files = sources(join(process.cwd(), 'src')).map((file) => ({ file, text: readFileSync(file, 'utf8') }));
    // Names of commands look alike; only what is shown counts.
    const commands = new Set(Object.keys(CATALOGUE));
    for (const { text } of files) for (const [, id] of text.matchAll(/(?:\bid: |\badd\(.*?, |\bchoice\(|\bcommand="?)'?([a-z_]+\.[a-z_.]+)['"]/g)) commands.add(id!);
    for (const { file, text } of files) {
      for (const [, key] of text.matchAll(asked)) {
        if (commands.has(key!)) continue;
        if (!known.has(key!) && ![...known].some((k) => k.startsWith(`${key}.`))) missing.push(`${file}: ${key}`);
      }
    }
    expect(missing).toEqual([]);
  });
});
