import type { MilkdownPlugin } from '@milkdown/ctx';
import { commonmark, emphasisSchema, emphasisStarInputRule, emphasisUnderscoreInputRule, hardbreakSchema, imageSchema, inlineNodesCursorPlugin, insertImageInputRule, linkSchema, paragraphSchema, remarkPreserveEmptyLinePlugin, syncHeadingIdPlugin } from '@milkdown/preset-commonmark';
import { gfm } from '@milkdown/preset-gfm';
import { markRule } from '@milkdown/prose';
import { $inputRule, $nodeSchema } from '@milkdown/utils';

/** A stretch of Markdown that the editor shows as it is written. */
const sourceBlockSchema = $nodeSchema('source_block', () => ({
  content: 'text*',
  group: 'block',
  marks: '',
  code: true,
  defining: true,
  parseDOM: [{ tag: 'pre[data-source]', preserveWhitespace: 'full' as const }],
  toDOM: () => ['pre', { 'data-source': '', class: 'md-source' }, 0] as const,
  parseMarkdown: { match: () => false, runner: () => undefined },
  toMarkdown: {
    match: (node) => node.type.name === 'source_block',
    runner: (state, node) => {
      state.addNode('html', undefined, node.textContent);
    },
  },
}));

/** Foreign pictures are not loaded here: their words and address stand for them. */
const imageWords = imageSchema.extendSchema((before) => (ctx) => ({
  ...before(ctx),
  draggable: false,
  toDOM: (node) => ['span', { class: 'md-image', title: String(node.attrs.src) }, String(node.attrs.alt || node.attrs.src)] as const,
  parseDOM: [],
  parseMarkdown: {
    match: ({ type }) => type === 'image',
    runner: (state, node, type) => {
      state.addNode(type, { src: String(node.url ?? ''), alt: String(node.alt ?? ''), title: String(node.title ?? '') });
    },
  },
  toMarkdown: {
    match: (node) => node.type.name === 'image',
    runner: (state, node) => {
      state.addNode('image', undefined, undefined, { url: node.attrs.src, alt: node.attrs.alt, title: node.attrs.title || null });
    },
  },
}));

/** A line break is a line break, as in the rendered text. */
const lineBreak = hardbreakSchema.extendSchema((before) => (ctx) => ({ ...before(ctx), toDOM: () => ['br'] as const }));

/** An empty line is a line without words; to the writer of lists that is not the same as nothing. */
const paragraphs = paragraphSchema.extendSchema((before) => (ctx) => {
  const base = before(ctx);
  return {
    ...base,
    toMarkdown: {
      ...base.toMarkdown,
      runner: (state, node) => {
        if (node.content.size > 0) base.toMarkdown.runner(state, node);
        else state.openNode('paragraph').addNode('text', undefined, '').closeNode();
      },
    },
  };
});

/** People look like people; typing after a link is not part of it. */
const links = linkSchema.extendSchema((before) => (ctx) => {
  const base = before(ctx);
  return {
    ...base,
    inclusive: false,
    toDOM: (mark, inline) => (/^\/users\/\d+$/.test(String(mark.attrs.href)) ? (['span', { class: 'mention', 'data-href': String(mark.attrs.href) }, 0] as const) : base.toDOM!(mark, inline)),
    parseDOM: [
      { tag: 'span.mention[data-href]', getAttrs: (dom) => ({ href: (dom as HTMLElement).dataset.href, title: null }) },
      // A key that is a link by itself needs none.
      { tag: 'a.ref', ignore: true, skip: true },
      ...(base.parseDOM ?? []),
    ],
  };
});

/** Stars and lines of a sum or a name (`2*2`, `имя_поля`) are no emphasis, in any alphabet. */
const emphasis = [/(?<![\p{L}\p{N}*\\])\*([^\s*](?:[^*]*[^\s*])?)\*$/u, /(?<![\p{L}\p{N}_\\])_([^\s_](?:[^_]*[^\s_])?)_$/u].map((form) => $inputRule((ctx) => markRule(form, emphasisSchema.type(ctx))));

const without = new Set([remarkPreserveEmptyLinePlugin, syncHeadingIdPlugin, inlineNodesCursorPlugin, insertImageInputRule, emphasisStarInputRule, emphasisUnderscoreInputRule].flat() as MilkdownPlugin[]);
/** CommonMark and GitHub's additions, as this application renders them. */
export const language: MilkdownPlugin[] = [...commonmark.filter((plugin) => !without.has(plugin)), ...gfm, ...emphasis, ...[sourceBlockSchema, imageWords, lineBreak, paragraphs, links].flat()];
