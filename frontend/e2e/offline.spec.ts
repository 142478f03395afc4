import { expect, newTask, pick, prop, test, unique, typeText } from './base';
import type { Page } from '@playwright/test';

const seenHere = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((done) => {
        const open = indexedDB.open('tasktrack-seen');
        open.onsuccess = () => {
          const db = open.result;
          if (!db.objectStoreNames.contains('seen')) return db.close(), done(0);
          const keys = db.transaction('seen').objectStore('seen').getAllKeys();
          keys.onsuccess = () => (db.close(), done(keys.result.length));
        };
        open.onerror = () => done(0);
      }),
  );

test('without a line: what was seen is read, changes wait, survive a reload, and go out once', async ({ open, as, allow }) => {
  allow(412);
  const api = await as('manager');
  const task = await newTask(api, { title: unique('В дороге'), description: 'Слово' });
  const other = await newTask(api, { title: unique('Не виденная') });
  const page = await open('manager', `/tasks?q=${encodeURIComponent(task.title)}`, { serviceWorkers: 'allow' });
  await expect(page.locator('.trow')).toHaveCount(1);
  // The worker has everything, the task and the list were seen.
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
  await page.goto(`/tasks/${task.key}`);
  await expect(page.locator('.task-title')).toHaveText(task.title);
  await expect(page.getByRole('tab', { name: /Обсуждение/ })).toBeVisible();
  await expect(async () => expect(await seenHere(page)).toBeGreaterThan(4)).toPass();

  await page.context().setOffline(true);
  await expect(page.locator('.net-line')).toBeVisible();
  await prop(page, 'Статус').click();
  await pick(page, 'В работе');
  await expect(page.locator('.net-line')).toContainText('1 изменение ждёт');
  await prop(page, 'Оценка, ч').click();
  await typeText(page, '4');
  await page.keyboard.press('Enter');
  await expect(page.locator('.net-line')).toContainText('2 изменения ждут');

  await page.reload();
  await expect(page.locator('.task-title')).toHaveText(task.title);
  await expect(page.locator('.net-line')).toContainText('2 изменения ждут');
  await expect(prop(page, 'Статус')).toContainText('В работе');
  await expect(prop(page, 'Оценка, ч')).toContainText('4');
  await page.goto(`/tasks?q=${encodeURIComponent(task.title)}`);
  await expect(page.locator('.trow')).toHaveAttribute('data-margin', 'waiting');
  await page.getByRole('button', { name: 'Показать' }).click();
  await expect(page.getByRole('dialog').locator('li')).toHaveCount(2);
  await page.keyboard.press('Escape');
  await page.goto(`/tasks/${other.key}`);
  await expect(page.getByRole('alert')).toBeVisible();

  // Meanwhile somebody else changes another field: it is merged.
  await api.send('PATCH', `/tasks/${task.id}`, { priority: 'high' });
  await page.context().setOffline(false);
  await expect(page.locator('.net-line')).toHaveCount(0);
  await expect(async () => expect(await api.get(`/tasks/${task.id}`)).toMatchObject({ status: 'in_progress', estimated_hours: 4, priority: 'high' })).toPass();
  const { items } = await api.get<{ items: { changes: Record<string, { to: unknown }> }[] }>(`/tasks/${task.id}/history`);
  expect(items.filter((i) => i.changes.status?.to === 'in_progress')).toHaveLength(1);
  await page.goto(`/tasks/${task.key}`);
  await expect(prop(page, 'Приоритет')).toContainText('Высокий');
  await expect(prop(page, 'Статус')).toContainText('В работе');
});

test('what the server refuses is told, and can be given up', async ({ open, as, allow }) => {
  allow(404, 409, 412);
  const api = await as('manager');
  const task = await newTask(api, { title: unique('Лишнее') });
  const page = await open('manager', `/tasks/${task.key}`);
  await page.locator('.task-title').waitFor();
  // Pickers are fetched after the first look: here they are before the line goes.
  await prop(page, 'Приоритет').click();
  await expect(page.getByRole('option', { name: 'Высокий' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('option', { name: 'Высокий' })).toBeHidden();
  await page.context().setOffline(true);
  await prop(page, 'Приоритет').click();
  await pick(page, 'Высокий');
  await expect(page.locator('.net-line')).toContainText('1 изменение ждёт');
  await api.send('DELETE', `/tasks/${task.id}`);
  await page.context().setOffline(false);
  await expect(page.locator('.net-line')).toContainText('не принято');
  await page.getByRole('button', { name: 'Показать' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByRole('button', { name: 'Отбросить' }).click();
  await expect(dialog).toContainText('Всё отправлено');
});
