import { expect, newTask, pick, test, unique } from './base';

test('a view is kept, changed, shared, renamed, deleted and brought back', async ({ open, as }) => {
  const api = await as('manager');
  const mark = unique('Вид');
  await newTask(api, { title: `${mark} А`, priority: 'urgent' });
  await newTask(api, { title: `${mark} Б`, priority: 'low' });
  const name = unique('Горит');
  const page = await open('manager', `/tasks?q=${encodeURIComponent(mark)}&priority=urgent&sort=due_date`);
  await expect(page.locator('.trow')).toHaveCount(1);
  await page.getByRole('button', { name: 'Сохранить вид' }).click();
  await page.getByLabel('Название', { exact: true }).fill(name);
  await page.getByLabel('Добавить в избранное').uncheck();
  await page.keyboard.press('Enter');
  await expect(page.locator('.topbar-title')).toHaveText(name);
  await expect(page).toHaveURL(/view=\d+/);
  const view = /view=(\d+)/.exec(page.url())![1]!;
  const side = page.getByRole('navigation').getByRole('link', { name });
  await expect(side).toBeVisible();
  expect(await api.get(`/views/${view}`)).toMatchObject({ name, shared: false, filter: { priority: ['urgent'], q: mark }, sort: 'due_date', layout: 'table' });

  // What was changed is marked, and saved or put back.
  await page.keyboard.press('Shift+G');
  await pick(page, 'Статус');
  await expect(page.locator('.view-changed')).toContainText('изменён');
  await page.locator('.view-changed').getByRole('button', { name: 'Вернуть как было' }).click();
  await expect(page).not.toHaveURL(/group=/);
  await page.locator('[data-filter=priority] .chip-x').click();
  await expect(page.locator('.trow')).toHaveCount(2);
  await page.locator('.view-changed').getByRole('button', { name: 'Сохранить', exact: true }).click();
  await expect(page.locator('.view-changed')).toHaveCount(0);

  // The number alone is a link.
  await page.goto(`/tasks?view=${view}`);
  await expect(page).toHaveURL(/sort=due_date/);
  await expect(page.locator('.trow')).toHaveCount(2);

  const act = async (what: string) => {
    await page.getByRole('button', { name: 'Действия с видом' }).click();
    await pick(page, what);
  };
  await act('Переименовать');
  await page.getByLabel('Название', { exact: true }).fill(`${name} 2`);
  await page.keyboard.press('Enter');
  await expect(page.locator('.topbar-title')).toHaveText(`${name} 2`);
  await act('Сделать общим');
  await expect(page.locator('.toasts')).toContainText('видят все');
  const other = await open('admin', `/tasks?view=${view}`);
  await expect(other.locator('.topbar-title')).toHaveText(`${name} 2`);

  await page.getByRole('button', { name: 'В избранное' }).click();
  await expect(page.getByRole('button', { name: 'Убрать из избранного' })).toBeVisible();
  await act('Удалить');
  await expect(page).not.toHaveURL(/view=/);
  await expect(side).toHaveCount(0);
  await page.locator('.toasts').getByRole('button', { name: /Вернуть/ }).last().click();
  await expect(page.locator('.topbar-title')).toHaveText(`${name} 2`);
  await expect(page).toHaveURL(/view=\d+/);
});
