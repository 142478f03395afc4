import { expect, test, unique } from './base';

test('a tag is made, renamed, and deleted', async ({ open }) => {
  const page = await open('manager', '/tags');
  const name = unique('тег');
  await page.getByRole('button', { name: 'Новый тег' }).click();
  await page.getByLabel('Имя').or(page.getByLabel('Название')).first().fill(name);
  await page.keyboard.press('Enter');
  const row = (text: string) => page.locator('.cat-row', { hasText: text });
  await expect(row(name)).toBeVisible();
  await row(name).locator('.cat-name').click();
  await page.getByRole('dialog').getByRole('textbox').fill(`${name}!`);
  await page.keyboard.press('Enter');
  await expect(row(`${name}!`)).toBeVisible();
  await row(`${name}!`).getByRole('button', { name: /Удалить/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Удалить' }).last().click();
  await expect(row(name)).toHaveCount(0);
});

test('a template is made, used for a task, and deleted', async ({ open }) => {
  const page = await open('manager', '/templates');
  const name = unique('Шаблон');
  await page.getByRole('button', { name: 'Новый шаблон' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').nth(0).fill(name);
  await dialog.getByRole('textbox').nth(1).fill(`${name}: задача`);
  await dialog.locator('textarea').last().fill('раз\nдва');
  await dialog.getByRole('button', { name: 'Сохранить' }).click();
  const row = page.locator('.cat-row', { hasText: name });
  await expect(row).toContainText('2');
  await row.getByRole('button', { name: /Создать задачу/ }).click();
  await expect(page.locator('.create-title')).toHaveValue(`${name}: задача`);
  await page.locator('.create-title').press('Control+Enter');
  await expect(page.locator('.task-title')).toHaveText(`${name}: задача`);
  await expect(page.locator('.desc li')).toHaveCount(2);
  await page.goto('/templates');
  await row.getByRole('button', { name: /Удалить/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Удалить' }).last().click();
  await expect(row).toHaveCount(0);
});
