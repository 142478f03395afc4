import { expect, newTask, test, unique } from './base';

interface Project {
  id: number;
  key: string;
  name: string;
}
let made = 0;
const freshKey = () => `J${Date.now().toString(36).slice(-5)}${made++}`.toUpperCase().slice(0, 10);

test('a project is made, staffed, set up and archived', async ({ open, as }) => {
  const admin = await as('admin');
  const name = unique('Обмены с банками');
  const key = freshKey();
  const page = await open('admin', '/projects');
  await expect(page.getByRole('button', { name: 'Новый проект' })).toBeVisible();
  await page.keyboard.press('Shift+N');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Название').fill(name);
  // A key is offered from the name; another one may be written.
  await expect(dialog.getByLabel('Ключ')).not.toHaveValue('');
  await dialog.getByLabel('Ключ').fill(key);
  await dialog.getByRole('button', { name: 'Создать проект' }).click();
  await expect(page).toHaveURL(/\/projects\/\d+\?tab=members/);
  await expect(page.locator('.topbar')).toContainText(name);

  // Somebody comes in, gets a role and a topic, leaves, and is brought back by the toast.
  await page.getByRole('button', { name: 'Добавить участника' }).click();
  await page.getByRole('combobox').fill('Петров');
  await page.getByRole('option', { name: /Петров/ }).first().click();
  const row = page.locator('.mtable tbody tr', { hasText: 'Петров' });
  await expect(row).toBeVisible();
  await row.getByRole('combobox').selectOption('tester');
  await row.getByLabel(/^Тема/).fill('Выписки');
  const kept = page.waitForResponse((r) => r.request().method() === 'PUT' && r.url().includes('/members/') && (r.request().postData() ?? '').includes('Выписки'));
  await page.keyboard.press('Enter');
  await kept;
  await row.getByRole('button', { name: /Убрать/ }).click();
  await expect(row).toHaveCount(0);
  await page.getByRole('button', { name: /^Вернуть/ }).click();
  await expect(row.getByLabel(/^Тема/)).toHaveValue('Выписки');

  // Settings.
  const id = Number(/projects\/(\d+)/.exec(page.url())![1]);
  await page.locator('.ptab', { hasText: 'Настройки' }).click();
  await page.getByLabel('Описание').fill('Платёжки и выписки');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Проект сохранён')).toBeVisible();
  expect((await admin.get<{ description: string }>(`/projects/${id}`)).description).toBe('Платёжки и выписки');

  await page.getByRole('button', { name: 'В архив' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'В архив' }).click();
  await expect(page.locator('.parchived')).toBeVisible();
  await page.goto('/projects');
  await page.getByRole('searchbox').fill(key);
  await expect(page.getByText('Такого проекта нет')).toBeVisible();
  await page.getByLabel('С архивными').check();
  await expect(page.locator('.prow', { hasText: name })).toContainText('в архиве');
});

test('open tasks are dealt out after a question, and the result is shown', async ({ open, as }) => {
  const manager = await as('manager');
  const key = freshKey();
  const project = await manager.send<Project>('POST', '/projects', { key, name: unique('Раздача') });
  const people = (await manager.get<{ items: { id: number; email: string; name: string }[] }>('/users?limit=50')).items;
  const worker = people.find((p) => p.email === 'worker@example.com')!;
  await manager.send('PUT', `/projects/${project.id}/members/${worker.id}`, { role: 'developer' });
  for (let i = 0; i < 3; i++) await newTask(manager, { project_id: project.id });
  const page = await open('manager', `/projects/${project.id}?tab=members`);
  await page.getByRole('button', { name: 'Раздать задачи' }).click();
  await expect(page.getByRole('dialog')).toContainText('Раздать 3 открытые задачи?');
  await page.getByRole('button', { name: 'Раздать случайно' }).click();
  await expect(page.getByRole('dialog')).toContainText('Розданы 3 задачи');
  await expect(page.locator('.dealt li')).toHaveCount(3);
  await expect(page.locator('.dealt')).toContainText(worker.name);
  await page.getByRole('button', { name: 'Готово', exact: true }).click();
  const tasks = (await manager.get<{ items: { assignees: { user: { id: number } }[] }[] }>(`/tasks?project=${project.id}`)).items;
  expect(tasks.every((t) => t.assignees[0]?.user.id === worker.id)).toBe(true);
});

test('the overview counts, draws and tells what happened', async ({ open, as }) => {
  const manager = await as('manager');
  const project = await manager.send<Project>('POST', '/projects', { key: freshKey(), name: unique('Обзор') });
  const first = await newTask(manager, { project_id: project.id, due_date: '2020-01-01' });
  await newTask(manager, { project_id: project.id });
  await manager.send('POST', `/tasks/${first.id}/status`, { status: 'in_progress' });
  const page = await open('manager', `/projects/${project.id}`);
  await expect(page.locator('.ptile').first()).toContainText('2');
  await expect(page.locator('.ptile', { hasText: 'Просрочено' })).toContainText('1');
  await expect(page.locator('.chart-box svg')).toHaveCount(2);
  // The numbers behind a chart, as a table.
  await page.getByRole('button', { name: 'Показать таблицей' }).first().click();
  await expect(page.locator('.chart-table tbody tr').first()).toContainText('2');
  await expect(page.locator('.act', { hasText: first.key }).first()).toBeVisible();
  await page.locator('.prows-row', { hasText: 'В работе' }).click();
  await expect(page).toHaveURL(/status=in_progress/);
});

test('a starred project stands in the side bar until the star is taken away', async ({ open, as }) => {
  const manager = await as('manager');
  const project = await manager.send<Project>('POST', '/projects', { key: freshKey(), name: unique('Звезда') });
  const page = await open('manager', `/projects/${project.id}`);
  await page.getByRole('button', { name: `В избранное: ${project.name}` }).click();
  const link = page.locator('.side .nav', { hasText: project.name }).first();
  await expect(page.locator('.side h2', { hasText: 'Избранное' })).toBeVisible();
  await expect(link).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: `Убрать из избранного: ${project.name}` })).toBeVisible();
  await page.getByRole('button', { name: `Убрать из избранного: ${project.name}` }).click();
  await expect(page.getByRole('button', { name: `В избранное: ${project.name}` })).toBeVisible();
});
