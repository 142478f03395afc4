// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { renderHits, renderMarkdown } from './markdown';

describe('Markdown', () => {
  it('links keys of tasks, but not in code or inside words', () => {
    expect(renderMarkdown('см. ERP-123, xERP-5')).toContain('<a class="ref" href="/tasks/ERP-123">ERP-123</a>');
    expect(renderMarkdown('xERP-5')).not.toContain('<a');
    expect(renderMarkdown('`ERP-123`')).not.toContain('<a');
  });
  it('shows mentions as people', () => {
    expect(renderMarkdown('[@Ирина](/users/12) привет')).toContain('<span class="mention" data-user="12">@Ирина</span>');
  });
  it('lets no script, foreign picture or odd address through', () => {
    const html = renderMarkdown('<script>alert(1)</script> <img src=x onerror=alert(1)>\n\n![a](https://evil.example/a.png) [x](javascript:alert(1)) [y](//evil.example)');
    expect(html).not.toMatch(/<script|<img|href="javascript|href="\/\/evil/i);
  });
  it('opens foreign links elsewhere, without the opener', () => {
    expect(renderMarkdown('[a](https://example.com)')).toContain('rel="noopener noreferrer nofollow"');
  });
  it('shows the pasted address of an own task as its key, inside the application', () => {
    const own = `${location.origin}/tasks/ERP-12`;
    for (const text of [own, `<${own}>`, `[${own}](${own})`]) {
      const html = renderMarkdown(`см. ${text}, там`);
      expect(html).toContain('<a href="/tasks/ERP-12" class="ref">ERP-12</a>');
      expect(html).not.toContain('_blank');
    }
  });
  it('keeps the words of a link to an own task, which stays inside too', () => {
    expect(renderMarkdown(`[тут](${location.origin}/tasks/ERP-12)`)).toContain('<a href="/tasks/ERP-12">тут</a>');
  });
  it.each([
    ['another server', 'https://tracker.example/tasks/ERP-12'],
    ['one that only begins alike', `${location.origin}.evil.example/tasks/ERP-12`],
    ['a name before the server', `${location.protocol}//me@${location.host}/tasks/ERP-12`],
    ['a place in a task', `${location.origin}/tasks/ERP-12?tab=history`],
    ['a list', `${location.origin}/tasks?q=ERP-12`],
    ['no key', `${location.origin}/tasks/12`],
  ])('leaves %s an address like any other', (_name, address) => {
    const html = renderMarkdown(`[тут](${address}) и <${address}>`);
    expect(html).not.toContain('class="ref"');
    expect(html.match(/rel="noopener noreferrer nofollow"/g)).toHaveLength(2);
  });
  it('finds no task in code', () => {
    expect(renderMarkdown(`\`${location.origin}/tasks/ERP-12\``)).not.toContain('<a');
  });
  it('keeps the state of check lists', () => {
    const html = renderMarkdown('- [x] один\n- [ ] два');
    expect(html.match(/<input/g)).toHaveLength(2);
    expect(html.match(/checked=/g)).toHaveLength(1);
    expect(html.match(/type="checkbox"/g)).toHaveLength(2);
  });
  it('leaves only marks in hits', () => {
    expect(renderHits('<mark>a</mark><b onclick=x>b</b>')).toBe('<mark>a</mark>b');
  });
});
