import { type Api, expect, type Made, newTask, PASSWORD, test, unique, typeText } from './base';
import type { Page } from '@playwright/test';

/**
 * The core flows without a pointer: only keys are pressed here. 1 sign in, 2 find, 3 open, 4 create,
 * 5 assign, 6 change the status, 7 comment, 8 set the due date, 9 tag, 10 many at once, 11 undo,
 * 12 go about (palette, screens, layouts), and sign out.
 */
const here = (title: string) => `/tasks?q=${encodeURIComponent(title)}`;
/** A task of one's own alone in a list, the cursor on it. */
async function onTask(open: (who: 'manager', path: string) => Promise<Page>, api: Api, more: object = {}): Promise<{ page: Page; task: Made }> {
  const task = await newTask(api, more);
  const page = await open('manager', here(task.title));
  await expect(page.locator('.trow')).toHaveCount(1);
  await page.keyboard.press('j');
  await expect(page.locator('.trow[data-cursor=true]')).toBeFocused();
  return { page, task };
}
const choose = async (page: Page, text: string) => {
  await expect(page.getByRole('combobox').last()).toBeFocused();
  await typeText(page, text);
  await expect(page.getByRole('option').first()).toContainText(new RegExp(text, 'i'));
  await page.keyboard.press('Enter');
};

test('1 sign in', async ({ open }) => {
  const page = await open(null, '/login');
  await expect(page.locator('input[name=email]')).toBeFocused();
  await typeText(page, 'manager@example.com');
  await page.keyboard.press('Tab');
  await typeText(page, PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page).not.toHaveURL(/\/login/);
});

test('2 and 3 find and open', async ({ open, as }) => {
  const task = await newTask(await as('manager'));
  const page = await open('manager');
  await page.locator('.trow').first().waitFor();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox').first()).toBeFocused();
  await typeText(page, task.title);
  await expect(page.locator('.trow')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.locator('.task-title')).toHaveText(task.title);
  await page.keyboard.press('Escape');
  await expect(page.locator('.trow')).toHaveCount(1);
  // By its key from anywhere.
  await page.keyboard.press('Control+k');
  await typeText(page, task.key);
  await expect(page.locator('.palette-list .option').first()).toContainText(task.key);
  await page.keyboard.press('Enter');
  await expect(page.locator('.task-title')).toHaveText(task.title);
});

test('4 create', async ({ open }) => {
  const title = unique('Клавишами');
  const page = await open('manager');
  await page.locator('.trow').first().waitFor();
  await page.keyboard.press('c');
  // Letters that no key of this layout has come without a key press: the field must be there.
  await expect(page.locator('.qa-input')).toBeFocused();
  await typeText(page, `${title} !high`);
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.task-title')).toHaveText(title);
});

test('5 assign', async ({ open, as }) => {
  const api = await as('manager');
  const { page, task } = await onTask(open, api);
  await page.keyboard.press('a');
  await choose(page, 'Иван');
  await expect(page.locator('.toasts')).toContainText(task.key);
  await expect.poll(async () => (await api.get<{ assignees: unknown[] }>(`/tasks/${task.id}`)).assignees.length).toBe(1);
});

test('6 change the status', async ({ open, as }) => {
  const api = await as('manager');
  const { page, task } = await onTask(open, api);
  await page.keyboard.press('s');
  await expect(page.getByRole('option', { name: 'В работе' })).toBeVisible();
  await page.keyboard.press('2');
  await expect(page.locator('.toasts')).toContainText('В работе');
  await expect.poll(async () => (await api.get<{ status: string }>(`/tasks/${task.id}`)).status).toBe('in_progress');
});

test('7 comment', async ({ open, as }) => {
  const api = await as('manager');
  const task = await newTask(api);
  const page = await open('manager', `/tasks/${task.key}`);
  await expect(page.locator('.task-title')).toHaveText(task.title);
  await page.keyboard.press('r');
  await expect.poll(() => page.evaluate(() => document.activeElement?.matches('textarea, [contenteditable]'))).toBe(true);
  await typeText(page, 'Сказано клавишами');
  await page.keyboard.press('Control+Enter');
  await expect.poll(async () => (await api.get<{ items: unknown[] }>(`/tasks/${task.id}/comments`)).items.length).toBe(1);
});

test('8 set the due date', async ({ open, as }) => {
  const api = await as('manager');
  const { page, task } = await onTask(open, api);
  await page.keyboard.press('d');
  await expect(page.getByRole('button', { name: 'Завтра', exact: true })).toBeVisible();
  await page.keyboard.press('Tab');
  for (let i = 0; i < 3 && !(await page.getByRole('button', { name: 'Завтра', exact: true }).evaluate((el) => el === document.activeElement)); i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await api.get<{ due_date: string | null }>(`/tasks/${task.id}`)).due_date).not.toBeNull();
});

test('9 tag', async ({ open, as }) => {
  const api = await as('manager');
  const { page, task } = await onTask(open, api);
  await page.keyboard.press('t');
  await choose(page, 'склад');
  await page.keyboard.press('Escape');
  await expect.poll(async () => (await api.get<{ tags: { name: string }[] }>(`/tasks/${task.id}`)).tags.map((x) => x.name)).toEqual(['склад']);
});

test('10 and 11 many at once, and back', async ({ open, as }) => {
  const api = await as('manager');
  const mark = unique('Клавишами разом');
  const tasks: Made[] = [];
  for (const n of [1, 2, 3]) tasks.push(await newTask(api, { title: `${mark} ${n}` }));
  const page = await open('manager', here(mark));
  await expect(page.locator('.trow')).toHaveCount(3);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+X');
  await expect(page.locator('.bulkbar')).toContainText('Выбрано 3');
  await page.keyboard.press('p');
  await expect(page.getByRole('option', { name: 'Срочный' })).toBeVisible();
  await page.keyboard.press('4');
  await expect(page.locator('.toasts')).toContainText('3 задачи изменены');
  const priorities = () => Promise.all(tasks.map(async (task) => (await api.get<{ priority: string }>(`/tasks/${task.id}`)).priority));
  expect(await priorities()).toEqual(['urgent', 'urgent', 'urgent']);
  await page.keyboard.press('z');
  await expect(page.locator('.toasts')).toContainText('Возвращены 3 задачи');
  expect(await priorities()).toEqual(['medium', 'medium', 'medium']);
});

test('11 undo of one, also when its message has gone', async ({ open, as }) => {
  const api = await as('manager');
  const { page, task } = await onTask(open, api);
  await page.keyboard.press('e');
  await expect(page.locator('.toasts')).toContainText('в архиве');
  await page.keyboard.press('z');
  await expect(page.locator('.toasts')).toContainText('возвращено');
  expect(await api.get(`/tasks/${task.id}`)).toMatchObject({ archived_at: null });
  await expect(page.locator('.trow')).toHaveCount(1);
  await page.keyboard.press('j');
  await expect(page.locator('.trow[data-cursor=true]')).toBeFocused();
  await page.keyboard.press('p');
  await expect(page.getByRole('option', { name: 'Высокий' })).toBeVisible();
  await page.keyboard.press('3');
  await expect.poll(async () => (await api.get<{ priority: string }>(`/tasks/${task.id}`)).priority).toBe('high');
  // The page has its answer, too.
  await expect(page.locator('.trow')).not.toHaveAttribute('data-margin', 'waiting');
  await page.keyboard.press('Control+z');
  await expect.poll(async () => (await api.get<{ priority: string }>(`/tasks/${task.id}`)).priority).toBe('medium');
});

test('12 go about: palette in either layout, what is in focus, screens, sign out', async ({ open, as }) => {
  const api = await as('manager');
  const { page, task } = await onTask(open, api);
  await page.keyboard.press('Control+k');
  await expect(page.locator('.palette-token')).toContainText(task.key);
  // "прио" on an English layout.
  await typeText(page, 'ghbj');
  await expect(page.locator('.palette-list .option').first()).toContainText('Приоритет');
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: 'Высокий' }).waitFor();
  await page.keyboard.press('3');
  await expect.poll(async () => (await api.get<{ priority: string }>(`/tasks/${task.id}`)).priority).toBe('high');
  // The menu of the row.
  await page.keyboard.press('Shift+F10');
  await expect(page.getByRole('menu')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await expect(page).toHaveURL(/\/templates/);
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(page).toHaveURL(/\/settings/);
  await page.keyboard.press('Shift+?');
  await expect(page.getByRole('dialog')).toContainText('Список и доска');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.locator('.palette-input')).toBeFocused();
  await typeText(page, '>выйти');
  await expect(page.locator('.palette-list .option').first()).toContainText('Выйти');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/login/);
});

test('single keys are silent while typing and can be switched off', async ({ open }) => {
  const page = await open('manager');
  await page.locator('.trow').first().waitFor();
  await page.keyboard.press('/');
  await typeText(page, 'c?gt');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+?');
  await page.getByRole('switch').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('c');
  await page.keyboard.press('Control+k');
  await expect(page.locator('.palette-input')).toBeFocused();
  await expect(page.locator('.qa-input')).toBeHidden();
  await typeText(page, '>одной клавишей');
  await expect(page.locator('.palette-list .option').first()).toContainText(/одной клавишей/i);
  await page.keyboard.press('Enter');
  await page.keyboard.press('c');
  await expect(page.locator('.qa-input')).toBeFocused();
});
