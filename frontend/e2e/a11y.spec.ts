import type { Page } from '@playwright/test';
import axe from 'axe-core';
import { readFileSync } from 'node:fs';
import { expect, newTask, test } from './base';

/** Every address the router knows; a new one is looked at from its first day. */
const PATHS = [...readFileSync('src/app/router.tsx', 'utf8').matchAll(/\bpath: '([^']+)'/g)].map((m) => m[1]!);
const OUTSIDE = ['/login', '/register'];

type Scheme = 'light' | 'dark';
async function scheme(page: Page, colorScheme: Scheme) {
  await page.emulateMedia({ colorScheme });
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
  await page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== 'running'));
}
const COLOURS = ['color-contrast', 'link-in-text-block'];
/** What other words and other widths can break. */
const WORDS = ['target-size', 'label-content-name-mismatch', 'button-name', 'link-name', 'label', 'select-name', 'summary-name', 'aria-input-field-name', 'aria-command-name', 'aria-dialog-name', 'html-has-lang', 'html-lang-valid', 'scrollable-region-focusable'];
/** Everything once; in the dark what colours can break, in the other language what words can. */
async function violations(page: Page, where: string, theme: Scheme, full = true): Promise<string[]> {
  // Past the content policy, as a debugger may; once a page.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const found = await page.evaluate(async (rules) => {
    const run = (globalThis as unknown as { axe: typeof axe }).axe;
    // Off by default: nothing to press is smaller than 24 px or too near to the next.
    const options: axe.RunOptions = rules.length > 0 ? { runOnly: rules } : { rules: { 'target-size': { enabled: true } } };
    const { violations } = await run.run(document, { ...options, resultTypes: ['violations'], elementRef: false });
    return violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').flatMap((v) => v.nodes.slice(0, 3).map((n) => `${v.id} ${n.html.slice(0, 160)}`));
  }, theme === 'dark' ? COLOURS : full ? [] : [...COLOURS, ...WORDS]);
  return found.map((text) => `${where} ${theme}: ${text}`);
}
/** Tab goes through the page: each stop can be seen and has a name. */
async function stops(page: Page, where: string): Promise<string[]> {
  const wrong: string[] = [];
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur?.());
  for (let n = 0; n < 10; n++) {
    await page.keyboard.press('Tab');
    const bad = await page.evaluate(() => {
      const el = document.activeElement;
      if (!el || el === document.body) return null;
      const shown = (e: Element) => {
        const style = getComputedStyle(e);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none';
      };
      // A field may light up its frame instead of itself.
      return shown(el) || (el.parentElement && shown(el.parentElement)) ? null : el.outerHTML.slice(0, 160);
    });
    if (bad) wrong.push(`${where}: focus cannot be seen on ${bad}`);
  }
  return wrong;
}

test('axe finds nothing serious on any page, in both themes and languages', async ({ open, as, allow }) => {
  test.setTimeout(600_000);
  allow(403, 404);
  const api = await as('admin');
  await api.send('PATCH', '/users/me', { language: 'ru' });
  const task = await newTask(api, { description: 'Text `code` [link](/tasks)\n\n- [ ] one', tag_ids: [1], owner_id: 3, due_date: '2020-01-01' });
  await newTask(api, { title: 'Part', parent_id: task.id });
  await api.send('POST', `/tasks/${task.id}/comments`, { body: 'Word' });
  await api.send('PATCH', `/tasks/${task.id}`, { title: 'Another title', priority: 'urgent' });
  const params: Record<string, string> = { $key: task.key, $id: '1' };
  const fill = (path: string) =>
    path.replace(/\$\w+/g, (name) => {
      if (!params[name]) throw new Error(`no value for ${name} of ${path}`);
      return params[name];
    });
  const wrong: string[] = [];

  const page = await open(null, '/login', { locale: 'ru-RU', reducedMotion: 'reduce' });
  for (const path of OUTSIDE) {
    await page.goto(path);
    await page.locator('form').waitFor();
    for (const language of ['ru', 'en']) {
      for (const theme of ['light', 'dark'] as const) {
        await scheme(page, theme);
        wrong.push(...(await violations(page, `${path} ${language}`, theme)));
      }
      await page.locator('.sign-foot button').first().click();
      await expect(page.locator('html')).toHaveAttribute('lang', language === 'ru' ? 'en' : 'ru');
    }
  }
  await page.goto('/login');
  await page.locator('input[name=email]').fill('admin@example.com');
  await page.locator('input[name=password]').fill('tasktrack');
  await page.keyboard.press('Enter');
  await expect(page).not.toHaveURL(/\/login/);

  // A few rows tell as much as hundreds.
  const inside = PATHS.filter((path) => !OUTSIDE.includes(path)).map((path) => (path === '/tasks' || path === '/my' ? `${path}?q=Another` : fill(path)));
  const lists = ['board', 'calendar', 'timeline'].map((layout) => `/tasks?q=Another&layout=${layout}`);
  const tabs = [`/tasks/${task.key}?tab=history`, `/tasks/${task.key}?as_of=${encodeURIComponent(new Date().toISOString())}`];
  let language = 'ru';
  for (const path of [...inside, ...lists, ...tabs]) {
    await page.goto(path);
    await page.locator('.topbar').first().waitFor();
    await page.waitForLoadState('networkidle');
    await expect(page.locator('.skeleton')).toHaveCount(0);
    await scheme(page, 'light');
    wrong.push(...(await stops(page, path)));
    wrong.push(...(await violations(page, `${path} ${language}`, 'light')));
    await scheme(page, 'dark');
    wrong.push(...(await violations(page, `${path} ${language}`, 'dark')));
    // The other language without a new page.
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').last().fill(language === 'ru' ? 'Switch to English' : 'Перейти на русский');
    await expect(page.locator('.palette-list .option')).toHaveCount(1);
    await page.keyboard.press('Enter');
    language = language === 'ru' ? 'en' : 'ru';
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await expect(page.getByRole('dialog')).toHaveCount(0);
    wrong.push(...(await violations(page, `${path} ${language}`, 'dark')));
    await scheme(page, 'light');
    wrong.push(...(await violations(page, `${path} ${language}`, 'light', false)));
  }
  await page.goto('/tasks?q=Another');
  await page.locator('.trow').first().waitFor();
  for (const [name, key] of [['a new task', 'c'], ['keys', '?'], ['palette', 'Control+k']] as const) {
    await page.keyboard.press(key);
    await page.getByRole('dialog').waitFor();
    await scheme(page, 'light');
    wrong.push(...(await violations(page, name, 'light')));
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  // A token of the beginning may be over by now.
  await (await as('admin')).send('PATCH', '/users/me', { language: 'ru' });
  expect([...new Set(wrong)]).toEqual([]);
});
