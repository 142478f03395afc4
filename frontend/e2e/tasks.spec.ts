import { expect, test } from '@playwright/test';
import { logIn, watchErrors } from './helpers';

test('a task is made, found and changed by keyboard', async ({ page }) => {
  const errors = watchErrors(page);
  const title = `Проверка ${Date.now()}`;
  await logIn(page);
  await page.locator('.trow').first().waitFor();
  await page.keyboard.press('c');
  await page.locator('.create-title').fill(title);
  await page.keyboard.press('Enter');
  const row = page.locator('.trow', { hasText: title });
  await expect(row).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type(title);
  await expect(page.locator('.trow')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/tasks\/[A-Z]+-\d+/);
  await page.locator('.task-title').waitFor();
  await page.keyboard.press('s');
  await page.getByRole('option', { name: 'В работе' }).click();
  await expect(page.locator('.prop', { hasText: 'В работе' })).toBeVisible();
  await page.keyboard.press('r');
  await page.keyboard.type('Проверено');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.comment', { hasText: 'Проверено' })).toHaveCount(1);
  expect(errors).toEqual([]);
});

test('two browsers see each other without a reload', async ({ browser }) => {
  const one = await (await browser.newContext()).newPage();
  const two = await (await browser.newContext()).newPage();
  await logIn(one, 'admin');
  await one.locator('.trow').first().waitFor();
  await one.locator('.trow-title').first().click();
  await one.locator('.task-title').waitFor();
  const path = new URL(one.url()).pathname;
  await logIn(two, 'manager', path);
  await two.locator('.task-title').waitFor();
  const title = `Видно сразу ${Date.now()}`;
  await one.locator('button.task-title').click();
  await one.keyboard.press('Control+a');
  await one.keyboard.type(title);
  await one.keyboard.press('Enter');
  await expect(two.locator('.task-title', { hasText: title })).toBeVisible({ timeout: 5000 });
});
