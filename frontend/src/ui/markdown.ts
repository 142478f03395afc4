import DOMPurify from 'dompurify';
import { Marked } from 'marked';
import { ownTask, TASK_KEY } from './keys';

/** Where a link may lead: the web, mail, a place in this application. */
const ADDRESS = /^(?:https?:|mailto:|\/(?![/\\])|#)/i;

const escape = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const marked = new Marked({ gfm: true, breaks: true });
marked.use({
  renderer: {
    // Raw HTML is shown as it was typed.
    html: ({ text }) => escape(text),
    // The page may not load foreign pictures: a link in their place.
    image: ({ href, text }) => (ADDRESS.test(href) ? `<a href="${escape(href)}">${escape(text || href)}</a>` : escape(text)),
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      if (!ADDRESS.test(href)) return text;
      const person = /^\/users\/(\d+)$/.exec(href);
      if (person) return `<span class="mention" data-user="${person[1]}">${text}</span>`;
      return `<a href="${escape(href)}">${text}</a>`;
    },
    listitem(item) {
      const body = this.parser.parse(item.tokens).replace(/^<p>|<\/p>\n?$/g, '');
      if (!item.task) return `<li>${body}</li>`;
      const text = body.replace(/^<input[^>]*>\s*/, '');
      return `<li class="todo"><input type="checkbox" disabled aria-label="${escape(item.text.split('\n')[0] ?? '')}" ${item.checked ? 'checked' : ''}><div>${text}</div></li>`;
    },
  },
});

const ALLOWED = {
  ALLOWED_TAGS: ['p', 'br', 'strong', 'em', 'del', 'a', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'input', 'span', 'div'],
  ALLOWED_ATTR: ['href', 'class', 'data-user', 'type', 'disabled', 'checked', 'start', 'align', 'aria-label'],
  // These hold no address, so the rule for addresses does not apply to them.
  ADD_URI_SAFE_ATTR: ['type', 'disabled', 'checked', 'start', 'align', 'aria-label'],
  ALLOWED_URI_REGEXP: ADDRESS,
};

/** Markdown to HTML that is safe to put into the page. */
export function renderMarkdown(source: string): string {
  const html = marked.parse(source, { async: false });
  const fragment = DOMPurify.sanitize(html, { ...ALLOWED, RETURN_DOM_FRAGMENT: true });
  for (const link of fragment.querySelectorAll('a[href]')) {
    const href = link.getAttribute('href') ?? '';
    const key = ownTask(href);
    if (key) linkOwn(link, href, key);
    else if (/^(https?:|mailto:)/i.test(href)) {
      link.setAttribute('target', '_blank');
      link.setAttribute('rel', 'noopener noreferrer nofollow');
    }
  }
  linkKeys(fragment);
  const box = document.createElement('div');
  box.append(fragment);
  return box.innerHTML;
}

/** The pasted address of a task here is a reference to it, as its key would be; with words of its own it keeps them. Both stay inside. */
function linkOwn(link: Element, href: string, key: string): void {
  link.setAttribute('href', `/tasks/${key}`);
  if (link.textContent !== href) return;
  link.className = 'ref';
  link.textContent = key;
}

/** Task keys become links: ERP-123. Not in code, not inside another link. */
function linkKeys(fragment: DocumentFragment): void {
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const node of texts) {
    const found = [...node.data.matchAll(TASK_KEY)];
    if (found.length === 0 || node.parentElement?.closest('a, code, pre, .mention')) continue;
    const parts: (Node | string)[] = [];
    let at = 0;
    for (const match of found) {
      const link = document.createElement('a');
      link.className = 'ref';
      link.href = `/tasks/${match[0]}`;
      link.textContent = match[0];
      parts.push(node.data.slice(at, match.index), link);
      at = match.index + match[0].length;
    }
    node.replaceWith(...parts, node.data.slice(at));
  }
}

/** Hits of the search: only <mark> is kept. */
export function renderHits(html: string): string {
  return DOMPurify.sanitize(html, { ALLOWED_TAGS: ['mark'], ALLOWED_ATTR: [] });
}
