import { liftListItem, sinkListItem, splitListItem } from '@milkdown/prose/schema-list';
import type { Node } from '@milkdown/prose/model';
import { type EditorState, Plugin, PluginKey } from '@milkdown/prose/state';
import { Decoration, DecorationSet, type EditorView, type NodeViewConstructor } from '@milkdown/prose/view';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { onRefs, refOf, wantRefs } from '../../api/taskrefs';
import { ownAddresses, ownTask, TASK_KEY } from '../keys';
import { RefMark } from '../RefMark';

export interface Suggest {
  kind: '/' | '@' | '#';
  from: number;
  to: number;
  q: string;
}
const TRIGGERS: [Suggest['kind'], RegExp][] = [
  ['@', /(?:^|[\s([{«"'>\ufffc])@([\p{L}\p{N}._-]{0,30}(?: \p{L}{0,20})?)$/u],
  ['#', /(?:^|[\s(])#((?:[\p{L}\p{N}][^\s#]{0,30}(?: [^\s#]{1,20}){0,3})?)$/u],
  ['/', /(?:^|\s)\/(\p{L}{0,20})$/u],
];

/** The "@word", "#word" or "/word" the caret stands in. */
export function suggestAt(state: EditorState): Suggest | null {
  const { $from, empty } = state.selection;
  if (!empty || !$from.parent.isTextblock || $from.parent.type.spec.code || $from.marks().some((m) => m.type.name === 'inlineCode' || m.type.name === 'link')) return null;
  const before = $from.parent.textBetween(0, $from.parentOffset, undefined, '\ufffc');
  for (const [kind, form] of TRIGGERS) {
    const found = form.exec(before);
    if (found) return { kind, q: found[1] ?? '', from: $from.pos - (found[1] ?? '').length - 1, to: $from.pos };
  }
  return null;
}

export interface Hooks {
  change(doc: Node): void;
  suggest(now: Suggest | null, view: EditorView): void;
  /** True when the key was meant for the open list. */
  suggestKey(event: KeyboardEvent): boolean;
  submit(): void;
  /** True when there was something to leave. */
  escape(view: EditorView): void;
  link(): boolean;
  state(view: EditorView): void;
}

/** Tells the component what happens, and asks it about the keys it knows. */
export function hooksPlugin(hooks: Hooks): Plugin {
  let dismissed = -1;
  return new Plugin({
    key: new PluginKey('tt-hooks'),
    view: () => ({
      update(view, before) {
        if (!view.state.doc.eq(before.doc)) hooks.change(view.state.doc);
        const now = view.hasFocus() ? suggestAt(view.state) : null;
        if (now?.from !== dismissed) dismissed = -1;
        hooks.suggest(now && now.from !== dismissed ? now : null, view);
        hooks.state(view);
      },
    }),
    props: {
      handleKeyDown(view, event) {
        if (event.isComposing) return false;
        if (event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
          const open = suggestAt(view.state);
          if (open && dismissed !== open.from && hooks.suggestKey(event)) {
            dismissed = open.from;
            hooks.suggest(null, view);
          } else hooks.escape(view);
          return true;
        }
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          hooks.submit();
          return true;
        }
        if (event.code === 'KeyK' && (event.ctrlKey || event.metaKey) && !view.state.selection.empty) return hooks.link();
        return hooks.suggestKey(event);
      },
      handleDOMEvents: {
        blur: (view) => {
          hooks.suggest(null, view);
          hooks.state(view);
          return false;
        },
        focus: (view) => {
          setTimeout(() => hooks.state(view));
          return false;
        },
      },
    },
  });
}

/** An address pasted over a selection links it; that of a task here becomes its key where nothing is selected. */
export function pasteLinkPlugin(): Plugin {
  return new Plugin({
    props: {
      handlePaste(view, event) {
        const text = event.clipboardData?.getData('text/plain').trim() ?? '';
        const { empty, from, to, $from } = view.state.selection;
        if ($from.parent.type.spec.code || !/^https?:\/\/\S+$/.test(text)) return false;
        const key = ownTask(text);
        if (empty && key) {
          // In code and inside a link it stays as it was copied.
          if ((view.state.storedMarks ?? $from.marks()).some((m) => m.type.name === 'link' || m.type.name === 'inlineCode')) return false;
          const before = $from.parent.textBetween(0, $from.parentOffset, undefined, '\ufffc');
          const after = $from.parent.textBetween($from.parentOffset, $from.parent.content.size, undefined, '\ufffc');
          // Against a word a key is no key.
          const word = `${/[\p{L}\p{N}_/-]$/u.test(before) ? ' ' : ''}${key}${/^[\p{L}\p{N}_]/u.test(after) ? ' ' : ''}`;
          view.dispatch(view.state.tr.insertText(word, from, to).scrollIntoView());
          return true;
        }
        if (empty) return false;
        view.dispatch(view.state.tr.addMark(from, to, view.state.schema.marks.link!.create({ href: text })));
        return true;
      },
    },
  });
}

/** The next item of a check list begins unticked; Tab and Shift+Tab move an item in and out. */
export function listKeysPlugin(): Plugin {
  return new Plugin({
    props: {
      handleKeyDown(view, event) {
        const { $from, empty } = view.state.selection;
        const item = $from.depth >= 2 ? $from.node(-1) : null;
        if (item?.type.name !== 'list_item' || event.ctrlKey || event.metaKey || event.altKey) return false;
        if (event.key === 'Tab') {
          event.preventDefault();
          return (event.shiftKey ? liftListItem(item.type) : sinkListItem(item.type))(view.state, view.dispatch) || true;
        }
        if (event.key === 'Enter' && !event.shiftKey && empty && item.attrs.checked !== null && $from.parent.content.size > 0) {
          return splitListItem(item.type, { ...item.attrs, checked: false })(view.state, view.dispatch);
        }
        return false;
      },
    },
  });
}

/** After code, a table or a line there is always a place to go on; an empty one is not written. */
export function lastLinePlugin(): Plugin {
  return new Plugin({
    appendTransaction: (_, __, { doc, tr, schema }) => (/^(code_block|source_block|table|hr)$/.test(doc.lastChild?.type.name ?? '') ? tr.insert(doc.content.size, schema.nodes.paragraph!.create()).setMeta('addToHistory', false) : null),
  });
}

export function placeholderPlugin(words: () => string): Plugin {
  return new Plugin({
    props: {
      decorations({ doc }) {
        const only = doc.firstChild;
        if (doc.childCount !== 1 || only?.type.name !== 'paragraph' || only.content.size > 0) return null;
        return DecorationSet.create(doc, [Decoration.node(0, only.nodeSize, { class: 'empty-line', 'data-placeholder': words() })]);
      },
    },
  });
}

interface Ref {
  key: string;
  /** Where the reference begins, where its key begins, and where both end. */
  from: number;
  at: number;
  to: number;
}
/** References in a document: bare keys, and addresses of tasks here that stand for themselves. */
export function refsIn(doc: Node): Ref[] {
  const refs: Ref[] = [];
  const address = ownAddresses();
  doc.descendants((node, pos, parent) => {
    if (!node.isText || parent?.type.spec.code || node.marks.some((m) => m.type.name === 'inlineCode')) return;
    const text = node.text!;
    const link = node.marks.find((m) => m.type.name === 'link');
    for (const found of text.matchAll(address)) {
      // A link with words of its own keeps them; so does one that leads elsewhere than it says.
      if (link && (link.attrs.href !== found[0] || text !== found[0])) continue;
      const to = pos + found.index + found[0].length;
      refs.push({ key: found[1]!, from: pos + found.index, at: to - found[1]!.length, to });
    }
    if (link) return;
    for (const found of text.matchAll(TASK_KEY)) {
      const from = pos + found.index;
      refs.push({ key: found[0], from, at: from, to: from + found[0].length });
    }
  });
  return refs;
}

const REFS = new PluginKey<DecorationSet>('tt-refs');
/** Task keys show their status and title while the text keeps the key alone; of a task's address the key is shown. */
export function refsPlugin(): Plugin {
  const build = (doc: Node) => {
    const marks: Decoration[] = [];
    const keys: string[] = [];
    for (const { key, from, at, to } of refsIn(doc)) {
      keys.push(key);
      const ref = refOf(key);
      if (!ref) continue;
      if (at > from) marks.push(Decoration.inline(from, at, { class: 'ref-address' }));
      marks.push(
        Decoration.inline(at, to, { class: 'ref-key', title: ref.title }),
        Decoration.widget(from, () => mark('icon', key), { side: -1, key: `i-${key}-${ref.status}`, marks: [], destroy: unmark }),
        Decoration.widget(to, () => mark('title', key), { side: -1, key: `t-${key}-${ref.title}`, marks: [], destroy: unmark }),
      );
    }
    if (keys.length > 0) wantRefs(keys);
    return DecorationSet.create(doc, marks);
  };
  return new Plugin<DecorationSet>({
    key: REFS,
    state: {
      init: (_, state) => build(state.doc),
      apply: (tr, old) => (tr.docChanged || tr.getMeta(REFS) ? build(tr.doc) : old),
    },
    props: { decorations: (state) => REFS.getState(state) },
    view(view) {
      const off = onRefs(() => view.dispatch(view.state.tr.setMeta(REFS, true).setMeta('addToHistory', false)));
      return { destroy: off };
    },
  });
}
const roots = new WeakMap<globalThis.Node, () => void>();
function mark(part: 'icon' | 'title', taskKey: string): HTMLElement {
  const dom = document.createElement('span');
  dom.className = `ref-${part}`;
  dom.contentEditable = 'false';
  const root = createRoot(dom);
  root.render(createElement(RefMark, { part, taskKey }));
  // React does not like to be ended while it renders.
  roots.set(dom, () => setTimeout(() => root.unmount()));
  return dom;
}
function unmark(dom: globalThis.Node): void {
  roots.get(dom)?.();
}

/** An item of a check list has a box that can be ticked. */
export const listItemView =
  (boxName: () => string): NodeViewConstructor =>
  (node, view, getPos) => {
    const dom = document.createElement('li');
    const contentDOM = document.createElement('div');
    let box: HTMLInputElement | null = null;
    const draw = (now: Node) => {
      const task = now.attrs.checked !== null;
      dom.className = task ? 'todo' : '';
      if (!task) {
        box?.remove();
        box = null;
        return;
      }
      if (!box) {
        box = document.createElement('input');
        box.type = 'checkbox';
        box.contentEditable = 'false';
        box.setAttribute('aria-label', boxName());
        box.addEventListener('mousedown', (event) => event.preventDefault());
        box.addEventListener('change', () => {
          const pos = getPos();
          if (pos === undefined) return;
          view.dispatch(view.state.tr.setNodeAttribute(pos, 'checked', box!.checked));
        });
        dom.prepend(box);
      }
      box.checked = Boolean(now.attrs.checked);
      dom.dataset.checked = String(now.attrs.checked);
    };
    dom.append(contentDOM);
    draw(node);
    return {
      dom,
      contentDOM,
      update(next) {
        if (next.type !== node.type) return false;
        draw(next);
        return true;
      },
      ignoreMutation: (mutation) => mutation.target !== contentDOM && !contentDOM.contains(mutation.target),
      stopEvent: (event) => event.target === box,
    };
  };
