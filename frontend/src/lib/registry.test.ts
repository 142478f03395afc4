import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import enFirst from '../locales/en';
import enLate from '../locales/en/late';
import ruFirst from '../locales/ru';
import ruLate from '../locales/ru/late';
import { CATALOGUE, type CommandPlace } from './commands';

/**
 * The registry as it is written, screen by screen: each command has a name in both languages, no two
 * that can be heard at once share a key, and what a screen offers as a button the palette offers too.
 */
const en = { ...enFirst, ...enLate };
const ru = { ...ruFirst, ...ruLate };
const SRC = join(process.cwd(), 'src');
const files = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : /\.tsx?$/.test(name) && !/\.test\./.test(name) ? [path] : [];
  });

interface Declared {
  file: string;
  /** With a `*` where a part is only known when it runs. */
  id: string;
  title?: string;
  keys?: string;
  quiet: boolean;
}
interface Offered {
  file: string;
  command?: string;
  /** What the button does, as it is written. */
  does: string;
}
const declared: Declared[] = [];
const offered: Offered[] = [];

/** A text as far as it is known: `layout.${name}` is "layout.*". */
function textOf(node: ts.Node | undefined): string | undefined {
  if (!node) return undefined;
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map((s) => `*${s.literal.text}`).join('');
  return undefined;
}
const INSIDE = new Set(['form', 'Dialog', 'Confirm', 'Empty', 'Modal']);

for (const path of files(SRC)) {
  const file = relative(SRC, path);
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true, path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const member = (name: string) => node.properties.find((p) => p.name?.getText() === name);
      const value = (name: string) => {
        const m = member(name);
        return m && ts.isPropertyAssignment(m) ? textOf(m.initializer) : undefined;
      };
      const id = value('id');
      if (id && member('run') && /^[a-z]/.test(id)) declared.push({ file, id, title: value('title'), keys: value('keys'), quiet: member('quiet') !== undefined });
    }
    // A screen's own short form: add(allowed, 'task.child', …).
    if (ts.isCallExpression(node) && ['add', 'choice'].includes(node.expression.getText())) {
      const id = node.arguments.map(textOf).find((x) => x !== undefined && /^[a-z]+\.[a-z_]+$/.test(x));
      if (id) declared.push({ file, id, quiet: false });
    }
    if ((ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node)) && /^(Icon)?Button$/.test(node.tagName.getText()) && !file.startsWith('ui/')) {
      const attrs = new Map(node.attributes.properties.filter(ts.isJsxAttribute).map((a) => [a.name.getText(), a.initializer]));
      let inside = attrs.get('type')?.getText() === '"submit"';
      for (let up: ts.Node | undefined = node.parent; up; up = up.parent) {
        if (ts.isJsxElement(up) && INSIDE.has(up.openingElement.tagName.getText())) inside = true;
        if (ts.isJsxAttribute(up) && up.name.getText() === 'foot') inside = true;
      }
      const command = attrs.get('command');
      const text = command && ts.isStringLiteral(command) ? command.text : undefined;
      const does = (attrs.get('onClick')?.getText() ?? '').replace(/\s+/g, ' ').slice(1, -1);
      if (command ? text : !inside) offered.push({ file, command: text, does });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

type Tree = { [key: string]: string | Tree };
const says = (tree: Tree, key: string): boolean => {
  const parts = key.split('.');
  let at: string | Tree | undefined = tree;
  for (const part of parts.slice(0, -1)) at = typeof at === 'object' ? at[part] : undefined;
  if (typeof at !== 'object') return false;
  const last = parts.at(-1)!;
  if (last.includes('*')) return Object.keys(at).some((name) => new RegExp(`^${last.replaceAll('*', '.+')}$`).test(name));
  return typeof at[last] === 'string' || typeof at[`${last}_other`] === 'string';
};
const known = (id: string): boolean => id in CATALOGUE || declared.some((d) => d.id === id || (d.id.includes('*') && new RegExp(`^${d.id.replaceAll('.', '\\.').replaceAll('*', '.+')}$`).test(id)));

/** What starts with one key alone can't also start two in a row. */
function clashes(list: { id: string; keys: string }[]): string[] {
  const out: string[] = [];
  list.forEach((a, i) => {
    for (const b of list.slice(i + 1)) {
      if (a.id === b.id) continue;
      const [one, two] = [a.keys.split(' '), b.keys.split(' ')];
      const same = a.keys === b.keys || (one.length !== two.length && one[0] === two[0]);
      if (same) out.push(`${a.id} and ${b.id}: ${a.keys} / ${b.keys}`);
    }
  });
  return out;
}

describe('the catalogue of commands', () => {
  const all = Object.entries(CATALOGUE).map(([id, c]) => ({ id, ...c }));
  it('names every command in both languages', () => {
    const missing = all.flatMap((c) => [...(says(ru as Tree, c.title) ? [] : [`ru ${c.id}`]), ...(says(en as Tree, c.title) ? [] : [`en ${c.id}`])]);
    expect(missing).toEqual([]);
  });
  it('writes keys by their place', () => {
    for (const c of all) if (c.keys) for (const chord of c.keys.split(' ')) expect(chord, c.id).toMatch(/^(Mod\+)?(Shift\+)?(Key[A-Z]|Digit\d|Slash|BracketLeft|BracketRight|Enter|Escape|Space|Backspace|Delete|F\d+|Arrow(Up|Down|Left|Right)|Comma|Period)$/);
  });
  it.each(['anywhere', 'list', 'task'] satisfies CommandPlace[])('has no key twice: %s', (place) => {
    const heard = all.filter((c) => c.keys && (c.place === 'anywhere' || c.place === place)) as { id: string; keys: string }[];
    expect(clashes(heard)).toEqual([]);
  });
  it('has no key twice in a list with a task in focus', () => {
    expect(clashes(all.filter((c) => c.keys) as { id: string; keys: string }[])).toEqual([]);
  });
});

describe('commands of screens', () => {
  it('are found', () => {
    expect(declared.length).toBeGreaterThan(60);
    expect(offered.length).toBeGreaterThan(40);
  });
  it('have names in both languages', () => {
    const bad = declared.filter((d) => (d.title ? !says(ru as Tree, d.title) || !says(en as Tree, d.title) : false));
    expect(bad).toEqual([]);
  });
  it('take no key of another command that is heard there', () => {
    const anywhere = Object.entries(CATALOGUE).filter(([, c]) => c.place === 'anywhere' && c.keys).map(([id, c]) => ({ id, keys: c.keys! }));
    const bad: string[] = [];
    for (const file of new Set(declared.map((d) => d.file))) {
      const here = new Map(declared.filter((d) => d.file === file).map((d) => [d.id, d.keys ?? (CATALOGUE as Record<string, { keys?: string }>)[d.id]?.keys]));
      const heard = [...here].filter(([, keys]) => keys).map(([id, keys]) => ({ id, keys: keys! }));
      bad.push(...clashes([...heard, ...anywhere.filter((a) => !here.has(a.id))]).map((text) => `${file}: ${text}`));
    }
    expect(bad).toEqual([]);
  });
});

/**
 * Buttons that name no command of the registry, and why: what belongs to one line of a list, to a
 * field that is open, or to a list that goes on. Everything else is an action of the screen and says
 * `command="…"`; or stands here with the command that does the same.
 */
type Why = 'one line' | 'open field' | 'goes on' | { command: string };
const as = (command: string): Why => ({ command });
const ELSEWHERE: [file: RegExp, does: RegExp, why: Why][] = [
  [/./, /fetchNextPage|[rR]etry|refetch|\bmore\b|onMore|location\.reload|action\.run/, 'goes on'],
  [/catalog/, /setEditing\('new'\)/, as('tags.new')],
  [/catalog/, /setDeleting\(|onUse\(/, 'one line'],
  [/exchange.Bench/, /show\(undefined\)/, 'open field'],
  [/exchange.LetterDetail/, /setText\(null\)/, 'open field'],
  [/projects.Members/, /remove\(m\)/, 'one line'],
  [/projects.charts/, /setTable/, 'one line'],
  [/settings.Profile/, /time_zone/, 'open field'],
  [/settings.Sessions/, /end\(session\)/, 'one line'],
  [/board.Board\.tsx/, /onShow\(at - 1\)/, as('card.left')],
  [/board.Board\.tsx/, /onShow\(at \+ 1\)/, as('card.right')],
  [/BoardTools/, /'columns'/, as('board_by.status')],
  [/BoardTools/, /'lanes'/, as('board_by.status')],
  [/board.Column/, /onMenu/, as('column.limit.new')],
  [/calendar/, /setOpened/, 'one line'],
  [/CreateDialog/, /onOpened/, as('task.template')],
  [/BulkBar/, /stopJob|stopped/, 'open field'],
  [/list.Display/, /./, as('list.display')],
  [/list.Filters/, /setAsText/, as('filter.text')],
  [/SpanPick|TextForm/, /./, 'open field'],
  [/TaskListPage/, /^create$/, as('task.create')],
  [/TaskListPage/, /setOpened/, as('list.display')],
  [/AsOf/, /onBack/, as('task.back')],
  [/AsOf/, /index - 1/, as('asof.older')],
  [/AsOf/, /index \+ 1/, as('asof.newer')],
  [/AsOf/, /restore/, as('task.restore')],
  [/CommentItem|Discussion/, /./, as('task.reply')],
  [/Description/, /./, as('task.text')],
  [/History/, /onAsOf/, as('task.asof')],
  [/Relations/, /remove/, 'one line'],
  [/Relations/, /onOpened/, as('task.relation')],
  [/SubTasks/, /setOpen\(/, 'one line'],
  [/SubTasks|TaskContent/, /^\(\) => (onAdding|ui\.setAdding)/, as('task.child')],
  [/TaskContent/, /setRelating/, as('task.relation')],
  [/TaskContent/, /onAsOf/, as('task.asof')],
  [/TaskPage/, /history\.back/, 'open field'],
  [/TaskPage|PeekPanel/, /'status'/, as('task.status')],
  [/TaskPage|PeekPanel/, /setMenu/, as('task.delete')],
  [/Walk/, /go\(-1\)/, as('list.up')],
  [/Walk/, /go\(1\)/, as('list.down')],
  [/PeekPanel/, /onClose/, as('peek.close')],
  [/PeekPanel/, /copyKey/, as('task.copy')],
  [/PeekPanel/, /onPage/, as('list.open')],
  [/ViewBar/, /^star$/, as('saved.star')],
  [/ViewBar/, /setMenu/, as('saved.delete')],
  [/ViewBar/, /save|reset/, as('saved.save_as')],
];

describe('buttons', () => {
  it('name commands that there are', () => {
    expect(offered.filter((o) => o.command && !known(o.command))).toEqual([]);
    for (const [, , why] of ELSEWHERE) if (typeof why === 'object') expect(known(why.command), why.command).toBe(true);
  });
  it('are in the palette, each action of every screen', () => {
    const loose = offered.filter((o) => !o.command && !ELSEWHERE.some(([file, does]) => file.test(o.file) && does.test(o.does)));
    expect(loose.map((o) => `${o.file}: ${o.does}`)).toEqual([]);
  });
  it('are not excused in vain', () => {
    const vain = ELSEWHERE.filter(([file, does]) => !offered.some((o) => !o.command && file.test(o.file) && does.test(o.does)));
    expect(vain.map(([file, does]) => `${file} ${does}`)).toEqual([]);
  });
});
