// @vitest-environment jsdom
import { Editor, editorViewCtx, parserCtx, rootCtx, schemaCtx, serializerCtx } from '@milkdown/core';
import type { Node } from '@milkdown/prose/model';
import { beforeAll, describe, expect, it } from 'vitest';
import { RememberingDocument } from './document';
import { language } from './schema';
import { looks, tick } from './source';

const NASTY: Record<string, string> = {
  stars: 'a \\* b \\_c\\_ 2*3*4 snake_case_word __init__ \\`tick\\`',
  'no lists': '1\\. not a list\n\n\\- not a list\n\n\\# not head\n\n\\> no',
  entities: 'a < b > c & d &amp; &lt;b&gt; <b>bold</b>',
  html: '<div class="x">\n<b>hi</b>\n</div>\n\nafter',
  comment: '<!-- hidden -->\n\ntext',
  breaks: 'one\ntwo  \nthree\\\nfour',
  fences: '```js\nconst a = `x`;\n\n  indent\n```\n\n````\n```\nin\n```\n````\n\n    indented code\n',
  'code in line': 'a `` b`c `` d ` `` ` and `a|b`',
  tasks: '- [ ] one\n- [x] two\n  - [ ] nested\n  - [x] deep\n\n    para in item\n- [ ] three',
  'mixed tasks': '- plain\n- [ ] task\n- plain again',
  lists: '* a\n* b\n\n  para\n* c\n\n1. x\n2. y\n   - z\n3. w\n\n5) five\n6) six',
  loose: '- a\n\n- b\n\n- c',
  table: '| a | b |\n|:--|--:|\n| 1 \\| 2 | `x` |\n| **b** | [l](https://e.x) |',
  links: '[a](https://e.x/a_(b)) <https://auto.link> https://bare.link/x_y_z [t](https://e.x "title") [ref][1]\n\n[1]: https://ref.x',
  image: '![alt](https://e.x/i.png) text',
  people: '[@Ирина 1С](/users/12), см. ERP-123',
  emphasis: '***both*** **b*i*b** *a**b**c* ~~del~~ **жирный**текст «**цитата**»',
  quote: '> a\n> b\n>\n> - x\n> - y\n>\n> > nested\n\nafter',
  rules: 'a\n\n---\n\nb\n\n***',
  heads: '# A\n## B #\nSetext\n===\n\nx',
  footnote: 'text[^1]\n\n[^1]: note',
  empties: '\n\na\n\n\n\n\nb\n\n&nbsp;\n\nc\n\n',
  pipes: 'not | a | table',
  signs: ':smile: 😀 №\u00a05 — «ёлки»…',
  spaces: 'line with trailing spaces   \n\n  leading',
  windows: 'a\r\nb\r\n\r\n- c\r\n- d\r\n',
  tabs: '-\ta\n-\tb\n\t- c',
  brackets: '$x$ $$y$$ {{z}} [x] [ ] [^]',
  underscores: 'foo_bar_baz and _it_ and file_name.rs *.txt *.md',
  'fence in a list': '1. a\n   ```sh\n   ls\n   ```\n2. b',
  interrupted: '+ a\n+ b\n\ntext\n+ not',
  'a number begins a line': 'Итого за\n2024. год',
  hashes: '#tag #1 ERP-1 #',
};

let remember: RememberingDocument;
let schema: Node['type']['schema'];
beforeAll(async () => {
  const root = document.createElement('div');
  document.body.append(root);
  const editor = await Editor.make().config((ctx) => ctx.set(rootCtx, root)).use(language).create();
  editor.action((ctx) => {
    schema = ctx.get(schemaCtx);
    void ctx.get(editorViewCtx);
    remember = new RememberingDocument({ schema, parse: (text) => ctx.get(parserCtx)(text) as Node, write: (doc) => ctx.get(serializerCtx)(doc) });
  });
});

describe('Markdown through the editor', () => {
  it.each(Object.entries(NASTY))('%s: untouched text stays letter by letter', (_name, text) => {
    expect(remember.write(remember.read(text))).toBe(text);
  });
  it.each(Object.entries(NASTY))('%s: a change elsewhere touches nothing of it', (_name, text) => {
    const doc = remember.read(text);
    const added = schema.topNodeType.create(null, [...doc.content.content, schema.nodes.paragraph!.create(null, schema.text('новое'))]);
    const out = remember.write(added);
    expect(out.startsWith(text.replace(/\r\n?/g, '\n').replace(/\s+$/, ''))).toBe(true);
    expect(out.endsWith('\n\nновое')).toBe(true);
  });
  it.each(Object.entries(NASTY))('%s: a changed block still means the same', (_name, text) => {
    // All blocks written anew, as if each had been touched.
    const doc = remember.read(text);
    const fresh = new RememberingDocument((remember as unknown as { engine: ConstructorParameters<typeof RememberingDocument>[0] }).engine);
    const out = fresh.write(doc);
    const definitions = /^\[1\]:.*/m.exec(text)?.[0];
    expect(looks(out)).toBe(looks(definitions && !out.includes(definitions) ? `${text}\n\n${definitions}` : text));
  });
  it('writes a list while its last item is still empty', () => {
    const { list_item, paragraph, bullet_list } = schema.nodes;
    const item = (checked: boolean | null, text: string) => list_item!.create({ checked, spread: false }, paragraph!.create(null, text ? schema.text(text) : null));
    remember.read('');
    expect(remember.write(schema.topNodeType.create(null, [bullet_list!.create({ spread: false }, [item(false, 'раз'), item(false, '')])]))).toMatch(/^[-*] \[ \] раз\n[-*]( \[ \])?$/);
    expect(remember.write(schema.topNodeType.create(null, [bullet_list!.create({ spread: false }, [item(null, 'раз'), item(null, '')])]))).toMatch(/^[-*] раз\n[-*]$/);
  });
  it('adds no escapes that nobody needs', () => {
    const para = (text: string) => remember.write(schema.topNodeType.create(null, [schema.nodes.paragraph!.create(null, schema.text(text))]));
    remember.read('');
    expect(para('snake_case, 2 * 3 [x] #5 a~b')).toBe('snake_case, 2 * 3 [x] #5 a~b');
    expect(para('https://e.x/a_b_c, and on')).toBe('https://e.x/a_b_c, and on');
    expect(para('*star*')).toBe('\\*star*');
    expect(para('1. not a list')).toBe('1\\. not a list');
    expect(para('ends with a space ')).toBe('ends with a space');
  });
});

describe('ticking a box in the text', () => {
  it('changes that mark and nothing else', () => {
    expect(tick('a\n\n- [ ] one\n- [x] two\n  1. [ ] deep', 2, true)).toBe('a\n\n- [ ] one\n- [x] two\n  1. [x] deep');
    expect(tick('- [x] one', 0, false)).toBe('- [ ] one');
    expect(tick('> - [ ] one\n> - [ ] two', 1, true)).toBe('> - [ ] one\n> - [x] two');
  });
  it('is not misled by a fence', () => {
    expect(tick('```\n- [ ] no\n```\n\n- [ ] yes', 0, true)).toBe('```\n- [ ] no\n```\n\n- [x] yes');
    expect(tick('no boxes', 0, true)).toBeNull();
  });
});
