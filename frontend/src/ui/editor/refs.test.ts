// @vitest-environment jsdom
import { Editor, rootCtx, schemaCtx } from '@milkdown/core';
import type { Node, Schema } from '@milkdown/prose/model';
import { EditorState, TextSelection } from '@milkdown/prose/state';
import type { EditorView } from '@milkdown/prose/view';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { pasteLinkPlugin, refsIn } from './plugins';
import { language } from './schema';

vi.mock('../../api/taskrefs', () => ({ onRefs: vi.fn(), refOf: vi.fn(), wantRefs: vi.fn() }));

const own = `${location.origin}/tasks/ERP-12`;
let schema: Schema;
beforeAll(async () => {
  const editor = await Editor.make().config((ctx) => ctx.set(rootCtx, document.body)).use(language).create();
  editor.action((ctx) => (schema = ctx.get(schemaCtx)));
});
const doc = (...parts: (string | { text: string; href?: string; code?: true })[]): Node =>
  schema.topNodeType.create(null, [
    schema.nodes.paragraph!.create(
      null,
      parts.map((part) => (typeof part === 'string' ? schema.text(part) : schema.text(part.text, [part.code ? schema.marks.inlineCode!.create() : schema.marks.link!.create({ href: part.href })]))),
    ),
  ]);
const shown = (node: Node) => refsIn(node).map(({ key, from, at, to }) => [key, node.textBetween(from, at), node.textBetween(at, to)]);

describe('references in a text', () => {
  it('are keys, and addresses of tasks here, linked or not', () => {
    expect(shown(doc('см. ERP-7 и ', { text: own, href: own }, `, ещё ${own}.`))).toEqual([
      ['ERP-7', '', 'ERP-7'],
      ['ERP-12', `${location.origin}/tasks/`, 'ERP-12'],
      ['ERP-12', `${location.origin}/tasks/`, 'ERP-12'],
    ]);
  });
  it('are not links with words of their own, foreign addresses, places in a task, or code', () => {
    expect(shown(doc({ text: 'тут', href: own }))).toEqual([]);
    expect(shown(doc({ text: own, href: 'https://evil.example/' }))).toEqual([]);
    expect(shown(doc('https://tracker.example/tasks/ERP-12 '))).toEqual([]);
    expect(shown(doc(`${own}?tab=history ${own}/x`))).toEqual([]);
    expect(shown(doc({ text: own, code: true }))).toEqual([]);
  });
});

describe('a pasted address', () => {
  const paste = (text: string, node: Node, from: number, to = from): { taken: boolean; after: Node } => {
    let state = EditorState.create({ doc: node, selection: TextSelection.create(node, from, to) });
    const view = { get state() { return state; }, dispatch: (tr: EditorState['tr']) => (state = state.apply(tr)) } as unknown as EditorView;
    const plugin = pasteLinkPlugin();
    const taken = plugin.props.handlePaste!.call(plugin, view, { clipboardData: { getData: () => text } } as unknown as ClipboardEvent, null as never);
    return { taken: taken === true, after: state.doc };
  };
  it('of a task here becomes its key', () => {
    expect(paste(` ${own}\n`, doc('см. '), 5).after.textContent).toBe('см. ERP-12');
    expect(paste(own, doc('слово'), 6).after.textContent).toBe('слово ERP-12');
    expect(paste(own, doc('слово'), 1).after.textContent).toBe('ERP-12 слово');
  });
  it('over words links them, as any address does', () => {
    const { after } = paste(own, doc('слово'), 1, 6);
    expect(after.textContent).toBe('слово');
    expect(after.firstChild!.firstChild!.marks[0]!.attrs.href).toBe(own);
  });
  it('of anything else is left to the editor, and so is one in code or in a link', () => {
    expect(paste('https://tracker.example/tasks/ERP-12', doc('см. '), 5).taken).toBe(false);
    expect(paste(own, doc({ text: 'код', code: true }), 3).taken).toBe(false);
    expect(paste(own, doc({ text: 'тут', href: 'https://e.x/' }), 3).taken).toBe(false);
    expect(paste('просто слова', doc('см. '), 5).taken).toBe(false);
  });
});
