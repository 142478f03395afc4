import DOMPurify from 'dompurify';
import { Marked, type TokenizerAndRendererExtension } from 'marked';

/** Task keys become links: ERP-123. */
const reference: TokenizerAndRendererExtension = {
  name: 'reference',
  level: 'inline',
  start: (src) => src.search(/(?<![\p{L}\p{N}_/-])[A-Z][A-Z0-9]{1,9}-\d+/u),
  tokenizer(src) {
    const found = /^[A-Z][A-Z0-9]{1,9}-\d{1,9}(?![\p{L}\p{N}_])/u.exec(src);
    return found ? { type: 'reference', raw: found[0], key: found[0] } : undefined;
  },
  renderer: (token) => `<a class="ref" href="/tasks/${token.key}">${token.key}</a>`,
};

const escape = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const marked = new Marked({ gfm: true, breaks: true, extensions: [reference] });
marked.use({
  renderer: {
    // Raw HTML is shown as it was typed.
    html: ({ text }) => escape(text),
    // The page may not load foreign pictures: a link in their place.
    image: ({ href, text }) => `<a href="${escape(href)}">${escape(text || href)}</a>`,
    link({ href, tokens }) {
      const inner = this.parser.parseInline(tokens.filter((t) => t.type !== 'reference'));
      const text = inner || escape(tokens.map((t) => t.raw).join(''));
      const person = /^\/users\/(\d+)$/.exec(href);
      if (person) return `<span class="mention" data-user="${person[1]}">${text}</span>`;
      return `<a href="${escape(href)}">${text}</a>`;
    },
    listitem(item) {
      const body = this.parser.parse(item.tokens).replace(/^<p>|<\/p>\n?$/g, '');
      if (!item.task) return `<li>${body}</li>`;
      const text = body.replace(/^<input[^>]*>\s*/, '');
      return `<li class="task"><input type="checkbox" disabled ${item.checked ? 'checked' : ''}>${text}</li>`;
    },
  },
});

const ALLOWED = {
  ALLOWED_TAGS: ['p', 'br', 'strong', 'em', 'del', 'a', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'input', 'span'],
  ALLOWED_ATTR: ['href', 'class', 'data-user', 'type', 'disabled', 'checked', 'start', 'align'],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|\/(?!\/)|#)/i,
};

/** Markdown to HTML that is safe to put into the page. */
export function renderMarkdown(source: string): string {
  const html = marked.parse(source, { async: false });
  const fragment = DOMPurify.sanitize(html, { ...ALLOWED, RETURN_DOM_FRAGMENT: true });
  for (const link of fragment.querySelectorAll('a[href]')) {
    if (/^(https?:|mailto:)/i.test(link.getAttribute('href') ?? '')) {
      link.setAttribute('target', '_blank');
      link.setAttribute('rel', 'noopener noreferrer nofollow');
    }
  }
  const box = document.createElement('div');
  box.append(fragment);
  return box.innerHTML;
}

/** Hits of the search: only <mark> is kept. */
export function renderHits(html: string): string {
  return DOMPurify.sanitize(html, { ALLOWED_TAGS: ['mark'], ALLOWED_ATTR: [] });
}
