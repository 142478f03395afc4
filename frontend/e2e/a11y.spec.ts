import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { logIn, watchErrors } from './helpers';

for (const scheme of ['light', 'dark'] as const) {
  test(`no serious findings of axe, ${scheme}`, async ({ browser }) => {
    test.setTimeout(120_000);
    const page = await (await browser.newContext({ colorScheme: scheme })).newPage();
    const errors = watchErrors(page);
    await page.goto('/login');
    const check = async (where: string) => {
      await page.waitForTimeout(600);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${where}: ${v.id} ${v.nodes[0]?.html}`);
      expect(serious).toEqual([]);
    };
    await check('/login');
    await logIn(page);
    for (const path of ['/tasks?open=true', '/my', '/templates', '/tags', '/settings', '/exchange/conflicts', '/exchange/dead-letters']) {
      await page.goto(path);
      await page.locator('.topbar').waitFor();
      await check(path);
    }
    await page.goto('/tasks');
    await page.locator('.trow-title').first().click();
    await page.locator('.task-title').waitFor();
    await check('task');
    expect(errors).toEqual([]);
  });
}
