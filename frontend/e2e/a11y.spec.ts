import AxeBuilder from '@axe-core/playwright';
import { expect, newTask, test } from './base';

const ROUTES = ['/tasks?q=Another', '/my?q=Another', '/templates', '/tags', '/settings', '/exchange/conflicts', '/exchange/dead-letters'];

for (const language of ['ru', 'en'] as const) {
  test(`axe finds nothing serious: ${language}`, async ({ open, as }) => {
    test.setTimeout(420_000);
    const api = await as('admin');
    await api.send('PATCH', '/users/me', { language });
    const task = await newTask(api, { description: 'Text `code` [link](/tasks)', tag_ids: [1], owner_id: 3, due_date: '2020-01-01' });
    await api.send('POST', `/tasks/${task.id}/comments`, { body: 'Word' });
    await api.send('PATCH', `/tasks/${task.id}`, { title: 'Another title', priority: 'urgent' });
    const page = await open(null, '/login', { locale: language === 'ru' ? 'ru-RU' : 'en-GB', reducedMotion: 'reduce' });
    const check = async (where: string) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
        await page.waitForTimeout(150);
        // Only colours differ in the dark; everything else was looked at in the light.
        const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] });
        const { violations } = await (colorScheme === 'dark' ? axe.withRules(['color-contrast', 'link-in-text-block']) : axe).analyze();
        expect(violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${where} ${colorScheme}: ${v.id} ${v.nodes[0]?.html}`)).toEqual([]);
      }
    };
    await page.locator('form').waitFor();
    await check('/login');
    await page.goto('/register');
    await page.locator('form').waitFor();
    await check('/register');
    await page.goto('/login');
    await page.locator('input[name=email]').fill('admin@example.com');
    await page.locator('input[name=password]').fill('tasktrack');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/my/);
    for (const path of [...ROUTES, `/tasks/${task.key}`, `/tasks/${task.key}?tab=history`, `/tasks/${task.key}?as_of=${encodeURIComponent(new Date().toISOString())}`]) {
      await page.goto(path);
      await page.locator('.topbar').waitFor();
      await page.waitForLoadState('networkidle');
      await check(path);
    }
    await page.goto('/tasks?q=Another');
    await page.locator('.trow').first().waitFor();
    await page.keyboard.press('c');
    await page.locator('.create-title').waitFor();
    await check('create');
  });
}
