import { Editor, editorViewCtx, editorViewOptionsCtx, parserCtx, remarkStringifyOptionsCtx, rootCtx, schemaCtx, serializerCtx } from '@milkdown/core';
import { clipboard } from '@milkdown/plugin-clipboard';
import { history } from '@milkdown/plugin-history';
import { listItemSchema } from '@milkdown/preset-commonmark';
import { toggleMark } from '@milkdown/prose/commands';
import type { Node } from '@milkdown/prose/model';
import { TextSelection } from '@milkdown/prose/state';
import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, isInTable } from '@milkdown/prose/tables';
import type { EditorView } from '@milkdown/prose/view';
import { $prose, $view } from '@milkdown/utils';
import {
  IconBlockquote,
  IconBold,
  IconCode,
  IconColumnInsertRight,
  IconColumnRemove,
  IconItalic,
  IconLink,
  IconList,
  IconListCheck,
  IconListNumbers,
  IconRowInsertBottom,
  IconRowRemove,
  IconStrikethrough,
} from '@tabler/icons-react';
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '../Button';
import { BLOCKS, insideOf, toggleList, toggleQuote } from './blocks';
import { RememberingDocument } from './document';
import { hooksPlugin, lastLinePlugin, listItemView, listKeysPlugin, pasteLinkPlugin, placeholderPlugin, refsPlugin, type Suggest } from './plugins';
import { language } from './schema';
import type { EditorHandle, EditorProps } from './SourceEditor';
import { type Picked, type SuggestHandle, SuggestMenu } from './SuggestMenu';

interface Live {
  view: EditorView;
  memory: RememberingDocument;
}
const image = { size: 16, stroke: 1.5 } as const;
const HTTPS = 'https://';

/** The text as it will look. What is kept is Markdown all the same. */
export default function RichEditor({ tools, onReady, ref, ...props }: EditorProps & { tools(bar: ReactNode): ReactNode; onReady(): void; ref?: Ref<EditorHandle> }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const live = useRef<Live | null>(null);
  const latest = useRef({ ...props, onReady, t });
  useEffect(() => {
    latest.current = { ...props, onReady, t };
  });
  /** The last text that went in or out: only another one is put in. */
  const shown = useRef(props.value);
  const menu = useRef<SuggestHandle>(null);
  const [suggest, setSuggest] = useState<{ now: Suggest; place: DOMRect } | null>(null);
  const [active, setActive] = useState<ReadonlySet<string>>(new Set());
  const [link, setLink] = useState<string | null>(null);

  useImperativeHandle(ref, () => ({
    focus() {
      live.current?.view.focus();
    },
  }));

  useEffect(() => {
    const root = box.current!;
    let gone = false;
    const editor = Editor.make().config((ctx) => {
      ctx.set(rootCtx, root);
      ctx.update(remarkStringifyOptionsCtx, (before) => ({ ...before, bullet: '-' as const, rule: '-' as const }));
      ctx.update(editorViewOptionsCtx, (before) => ({
        ...before,
        attributes: { class: 'md', role: 'textbox', 'aria-multiline': 'true', 'aria-label': latest.current.name },
      }));
    });
    const hooks = hooksPlugin({
      change(doc) {
        const memory = live.current?.memory;
        if (!memory) return;
        const text = memory.write(doc);
        if (text === shown.current) return;
        shown.current = text;
        latest.current.onChange(text);
      },
      suggest(now, view) {
        setSuggest((before) => (now ? { now, place: placeOf(view, now.from) } : before === null ? before : null));
      },
      suggestKey: (event) => menu.current?.key(event) ?? false,
      submit: () => latest.current.onSubmit(),
      escape(view) {
        if (latest.current.onCancel) latest.current.onCancel();
        else view.dom.blur();
      },
      link() {
        setLink('');
        return true;
      },
      state(view) {
        setActive((before) => {
          const now = activeIn(view);
          return [...now].join() === [...before].join() ? before : now;
        });
      },
    });
    void editor
      .use(language)
      .use($view(listItemSchema.node, () => listItemView(() => latest.current.t('editor.box'))))
      .use($prose(() => hooks))
      .use($prose(() => listKeysPlugin()))
      .use($prose(() => pasteLinkPlugin()))
      .use($prose(() => lastLinePlugin()))
      .use($prose(() => placeholderPlugin(() => latest.current.placeholder ?? '')))
      .use($prose(() => refsPlugin()))
      .use(history)
      .use(clipboard)
      .create()
      .then((made) => {
        if (gone) return void made.destroy();
        made.action((ctx) => {
          const view = ctx.get(editorViewCtx);
          const memory = new RememberingDocument({ schema: ctx.get(schemaCtx), parse: (text) => ctx.get(parserCtx)(text) as Node, write: (doc) => ctx.get(serializerCtx)(doc) });
          shown.current = latest.current.value;
          fill(view, memory, shown.current);
          live.current = { view, memory };
        });
        latest.current.onReady();
      });
    return () => {
      gone = true;
      live.current = null;
      void editor.destroy();
    };
  }, []);

  const { value } = props;
  useEffect(() => {
    if (!live.current || value === shown.current) return;
    shown.current = value;
    fill(live.current.view, live.current.memory, value);
  }, [value]);
  const { name } = props;
  useEffect(() => {
    live.current?.view.dom.setAttribute('aria-label', name);
  }, [name]);

  const run = (work: (view: EditorView) => unknown) => {
    const view = live.current?.view;
    if (!view) return;
    work(view);
    view.focus();
  };
  const pick = (picked: Picked) =>
    run((view) => {
      const now = suggest?.now;
      if (!now) return;
      const { schema } = view.state;
      const tr = view.state.tr;
      if ('block' in picked) {
        view.dispatch(tr.delete(now.from, now.to));
        picked.block.run(view);
        return;
      }
      const node = 'person' in picked ? schema.text(`@${picked.person.name.replace(/[[\]]/g, '')}`, [schema.marks.link!.create({ href: `/users/${picked.person.id}` })]) : schema.text(picked.task.key);
      tr.replaceWith(now.from, now.to, [node, schema.text(' ')]).removeStoredMark(schema.marks.link!);
      view.dispatch(tr);
    });
  const mark = (id: string) => () => run((view) => toggleMark(view.state.schema.marks[id]!)(view.state, view.dispatch));
  const button = (id: string, icon: ReactNode, work: () => void) => (
    <IconButton key={id} className="tool" name={t(`editor.tool.${id}`)} icon={icon} on={active.has(id)} aria-pressed={active.has(id)} onMouseDown={(e) => e.preventDefault()} onClick={work} />
  );
  const setAddress = (address: string) =>
    run((view) => {
      setLink(null);
      const { from, to, empty } = view.state.selection;
      const type = view.state.schema.marks.link!;
      const href = address.trim() && !/^(https?:|mailto:|\/|#)/i.test(address.trim()) ? `https://${address.trim()}` : address.trim();
      if (!href) view.dispatch(view.state.tr.removeMark(from, to, type));
      else if (empty) view.dispatch(view.state.tr.insert(from, view.state.schema.text(href, [type.create({ href })])));
      else view.dispatch(view.state.tr.addMark(from, to, type.create({ href })));
    });
  const bar =
    link !== null ? (
      <form
        className="row-flex grow"
        onSubmit={(e) => {
          e.preventDefault();
          e.stopPropagation();
          setAddress(link);
        }}
      >
        <input
          className="input input-sm grow"
          autoFocus
          inputMode="url"
          aria-label={t('editor.address')}
          placeholder={HTTPS}
          value={link}
          onChange={(e) => setLink(e.target.value)}
          onKeyDown={(e) => {
            if (e.key !== 'Escape') return;
            e.stopPropagation();
            setLink(null);
            run(() => undefined);
          }}
        />
        <Button type="submit">{t('editor.link_done')}</Button>
      </form>
    ) : (
      <span className="tools" role="toolbar" aria-label={t('editor.tools')}>
        {button('strong', <IconBold {...image} />, mark('strong'))}
        {button('emphasis', <IconItalic {...image} />, mark('emphasis'))}
        {button('strike_through', <IconStrikethrough {...image} />, mark('strike_through'))}
        {button('inlineCode', <IconCode {...image} />, mark('inlineCode'))}
        {button('link', <IconLink {...image} />, () => setLink(hrefAt(live.current?.view)))}
        <i className="tools-gap" />
        {button('tasks', <IconListCheck {...image} />, () => run((v) => toggleList(v, 'task')))}
        {button('bullets', <IconList {...image} />, () => run((v) => toggleList(v, 'bullet_list')))}
        {button('numbers', <IconListNumbers {...image} />, () => run((v) => toggleList(v, 'ordered_list')))}
        {button('quote', <IconBlockquote {...image} />, () => run(toggleQuote))}
        {active.has('table') && (
          <>
            <i className="tools-gap" />
            {button('row_add', <IconRowInsertBottom {...image} />, () => run((v) => addRowAfter(v.state, v.dispatch)))}
            {button('column_add', <IconColumnInsertRight {...image} />, () => run((v) => addColumnAfter(v.state, v.dispatch)))}
            {button('row_remove', <IconRowRemove {...image} />, () => run((v) => deleteRow(v.state, v.dispatch)))}
            {button('column_remove', <IconColumnRemove {...image} />, () => run((v) => deleteColumn(v.state, v.dispatch)))}
          </>
        )}
      </span>
    );
  return (
    <>
      <div ref={box} className="rich" />
      {suggest && <SuggestMenu ref={menu} now={suggest.now} place={suggest.place} project={props.project} blocks={BLOCKS} onPick={pick} />}
      {tools(bar)}
    </>
  );
}

function fill(view: EditorView, memory: RememberingDocument, text: string) {
  const doc = memory.read(text);
  view.dispatch(view.state.tr.replaceWith(0, view.state.doc.content.size, doc.content).setMeta('addToHistory', false));
  // Another plugin may have put a last line there.
  view.dispatch(view.state.tr.setSelection(TextSelection.atEnd(view.state.doc)).setMeta('addToHistory', false));
}
function placeOf(view: EditorView, pos: number): DOMRect {
  const at = view.coordsAtPos(pos);
  return new DOMRect(at.left, at.top, at.right - at.left, at.bottom - at.top);
}
function activeIn(view: EditorView): Set<string> {
  const on = new Set<string>();
  if (!view.hasFocus()) return on;
  const { from, to, empty, $from } = view.state.selection;
  for (const [id, type] of Object.entries(view.state.schema.marks)) {
    if (empty ? type.isInSet(view.state.storedMarks ?? $from.marks()) : view.state.doc.rangeHasMark(from, to, type)) on.add(id);
  }
  const item = insideOf(view, 'list_item');
  if (item) on.add(item.node.attrs.checked !== null ? 'tasks' : view.state.doc.resolve(item.pos).parent.type.name === 'ordered_list' ? 'numbers' : 'bullets');
  if (insideOf(view, 'blockquote')) on.add('quote');
  if (isInTable(view.state)) on.add('table');
  return on;
}
function hrefAt(view: EditorView | undefined): string {
  const found = view?.state.selection.$from.marks().find((m) => m.type.name === 'link');
  return found ? String(found.attrs.href) : '';
}
