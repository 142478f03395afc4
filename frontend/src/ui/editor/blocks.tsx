import { IconBlockquote, IconCode, IconH1, IconH2, IconH3, IconLetterT, IconList, IconListCheck, IconListNumbers, IconMinus, IconTable, IconAt, IconHash } from '@tabler/icons-react';
import { lift, setBlockType, wrapIn } from '@milkdown/prose/commands';
import { type Node, type NodeType, Fragment } from '@milkdown/prose/model';
import { liftListItem, wrapInList } from '@milkdown/prose/schema-list';
import { type Command, TextSelection } from '@milkdown/prose/state';
import type { EditorView } from '@milkdown/prose/view';
import type { ReactNode } from 'react';

export interface BlockCommand {
  id: string;
  icon: ReactNode;
  /** Other words that find it, in both languages. */
  words: string;
  /** How it is typed. */
  hint?: string;
  run(view: EditorView): void;
}

const image = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;
const exec = (view: EditorView, command: Command) => command(view.state, view.dispatch, view);

export function insideOf(view: EditorView, name: string): { node: Node; pos: number } | null {
  const { $from } = view.state.selection;
  for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).type.name === name) return { node: $from.node(depth), pos: $from.before(depth) };
  return null;
}

function heading(view: EditorView, level: number) {
  const { paragraph, heading } = view.state.schema.nodes;
  const on = insideOf(view, 'heading')?.node.attrs.level === level;
  exec(view, on ? setBlockType(paragraph!) : setBlockType(heading!, { level }));
}

/** A list of this kind; the same kind again takes it away, another kind turns it. */
export function toggleList(view: EditorView, kind: 'bullet_list' | 'ordered_list' | 'task') {
  const { schema } = view.state;
  const type: NodeType = schema.nodes[kind === 'task' ? 'bullet_list' : kind]!;
  const item = insideOf(view, 'list_item');
  const checked = kind === 'task' ? false : null;
  if (item) {
    const list = view.state.doc.resolve(item.pos);
    const same = list.parent.type === type && (item.node.attrs.checked !== null) === (kind === 'task');
    if (same) {
      exec(view, liftListItem(schema.nodes.list_item!));
      return;
    }
    const at = list.before();
    const tr = view.state.tr;
    list.parent.forEach((child, offset) => tr.setNodeMarkup(at + 1 + offset, null, { ...child.attrs, checked: checked === null ? null : (child.attrs.checked ?? false), listType: kind === 'ordered_list' ? 'ordered' : 'bullet' }));
    view.dispatch(tr.setNodeMarkup(at, type, type === list.parent.type ? list.parent.attrs : null));
    return;
  }
  if (!exec(view, wrapInList(type))) return;
  if (checked === null) return;
  const tr = view.state.tr;
  view.state.doc.nodesBetween(view.state.selection.from, view.state.selection.to, (node, pos) => {
    if (node.type.name === 'list_item') tr.setNodeAttribute(pos, 'checked', false);
  });
  view.dispatch(tr);
}

export function toggleQuote(view: EditorView) {
  exec(view, insideOf(view, 'blockquote') ? lift : wrapIn(view.state.schema.nodes.blockquote!));
}
export function toggleCode(view: EditorView) {
  const { paragraph, code_block } = view.state.schema.nodes;
  exec(view, insideOf(view, 'code_block') ? setBlockType(paragraph!) : setBlockType(code_block!));
}
export function insertTable(view: EditorView) {
  const { table, table_header_row, table_row, table_header, table_cell } = view.state.schema.nodes;
  const cells = (type: NodeType) => Fragment.from([0, 1, 2].map(() => type.createAndFill()!));
  const node = table!.create(null, [table_header_row!.create(null, cells(table_header!)), table_row!.create(null, cells(table_cell!)), table_row!.create(null, cells(table_cell!))]);
  insertBlock(view, node);
}
function insertBlock(view: EditorView, node: Node) {
  const { $from } = view.state.selection;
  const tr = view.state.tr;
  const empty = $from.parent.isTextblock && $from.parent.content.size === 0 && $from.depth > 0;
  const from = empty ? $from.before() : $from.depth > 0 ? $from.after() : $from.pos;
  tr.replaceWith(from, empty ? $from.after() : from, node);
  const end = from + node.nodeSize;
  // There is always a line to go on in.
  if (node.isLeaf || end >= tr.doc.content.size) tr.insert(end, view.state.schema.nodes.paragraph!.create());
  tr.setSelection(TextSelection.near(tr.doc.resolve(node.isLeaf ? end + 1 : from + 1)));
  view.dispatch(tr.scrollIntoView());
}

export const BLOCKS: BlockCommand[] = [
  { id: 'text', icon: <IconLetterT {...image} />, words: 'text paragraph обычный', run: (v) => exec(v, setBlockType(v.state.schema.nodes.paragraph!)) },
  { id: 'h1', icon: <IconH1 {...image} />, words: 'h1 heading заголовок', hint: '#', run: (v) => heading(v, 1) },
  { id: 'h2', icon: <IconH2 {...image} />, words: 'h2 heading заголовок', hint: '##', run: (v) => heading(v, 2) },
  { id: 'h3', icon: <IconH3 {...image} />, words: 'h3 heading заголовок', hint: '###', run: (v) => heading(v, 3) },
  { id: 'tasks', icon: <IconListCheck {...image} />, words: 'todo checklist чек лист чеклист', hint: '[ ]', run: (v) => toggleList(v, 'task') },
  { id: 'bullets', icon: <IconList {...image} />, words: 'ul bullet list список', hint: '-', run: (v) => toggleList(v, 'bullet_list') },
  { id: 'numbers', icon: <IconListNumbers {...image} />, words: 'ol numbered list список', hint: '1.', run: (v) => toggleList(v, 'ordered_list') },
  { id: 'quote', icon: <IconBlockquote {...image} />, words: 'quote цитата', hint: '>', run: toggleQuote },
  { id: 'code', icon: <IconCode {...image} />, words: 'code код', hint: '```', run: toggleCode },
  { id: 'table', icon: <IconTable {...image} />, words: 'table таблица', run: insertTable },
  { id: 'rule', icon: <IconMinus {...image} />, words: 'hr divider line черта', hint: '---', run: (v) => insertBlock(v, v.state.schema.nodes.hr!.create()) },
  { id: 'person', icon: <IconAt {...image} />, words: 'mention person человек', hint: '@', run: (v) => v.dispatch(v.state.tr.insertText('@')) },
  { id: 'task', icon: <IconHash {...image} />, words: 'reference issue ссылка', hint: '#', run: (v) => v.dispatch(v.state.tr.insertText('#')) },
];
