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
