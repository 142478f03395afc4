import type { Page } from '@playwright/test';
import { expect, type Api, type Made, newTask, pick, test, unique, typeText } from './base';

/** Three cards of one word, so that each journey has a board of its own. */
async function cards(api: Api, statuses: string[]): Promise<{ mark: string; tasks: Made[] }> {
  const mark = unique('Доска').replace(' ', '');
  const tasks: Made[] = [];
  for (const [i, status] of statuses.entries()) tasks.push(await newTask(api, { title: `${mark} ${'АБВГД'[i]}`, status }));
  return { mark, tasks };
}
const column = (page: Page, name: string) => page.locator(`.bcol[data-column="${name}"]`);
const keysIn = (page: Page, name: string) => column(page, name).locator('.bcard[data-task]').evaluateAll((all) => all.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top).map((el) => el.getAttribute('aria-label')!.split(' ')[0]));
const card = (page: Page, task: Made) => page.locator(`.bcard[data-task="${task.id}"]`);
/** A real drag, in steps: to the upper part of a card, or to the end of a column. */
async function drag(page: Page, from: Made, to: { before: Made } | { column: string }) {
  const a = (await card(page, from).boundingBox())!;
  const target = 'before' in to ? card(page, to.before) : column(page, to.column);
  const b = (await target.boundingBox())!;
  await page.mouse.move(a.x + 40, a.y + 30);
  await page.mouse.down();
  await page.mouse.move(a.x + 48, a.y + 38, { steps: 3 });
  await expect(card(page, from)).toHaveAttribute('data-ghost', 'true');
  const y = 'before' in to ? b.y + 8 : b.y + b.height - 40;
  await page.mouse.move(b.x + b.width / 2, y - 4, { steps: 4 });
  await page.mouse.move(b.x + b.width / 2, y, { steps: 2 });
  await expect(page.locator('.bcol[data-over]')).toHaveCount(1);
  await page.mouse.up();
  await expect(page.locator('[data-ghost]')).toHaveCount(0);
}
const board = async (page: Page, count: number) => expect(page.locator('.bcard[data-task]')).toHaveCount(count);

test('a card is dragged to another column, between two others, and back', async ({ open, as }) => {
  const api = await as('manager');
  const { mark, tasks } = await cards(api, ['new', 'in_progress', 'in_progress']);
  const [a, b, c] = tasks as [Made, Made, Made];
  const page = await open('manager', `/tasks?layout=board&q=${mark}`);
  await board(page, 3);
  expect(await keysIn(page, 'in_progress')).toEqual([c.key, b.key]);
  await drag(page, a, { before: b });
  await expect(async () => expect(await keysIn(page, 'in_progress')).toEqual([c.key, a.key, b.key])).toPass();
  await expect(page.locator('.toasts')).toContainText(a.key);
  await expect(async () => expect(await api.get(`/tasks/${a.id}`)).toMatchObject({ status: 'in_progress' })).toPass();
  await page.reload();
  await board(page, 3);
  expect(await keysIn(page, 'in_progress')).toEqual([c.key, a.key, b.key]);
  // Within the column, and to the end of another.
  await drag(page, b, { before: c });
  await expect(async () => expect(await keysIn(page, 'in_progress')).toEqual([b.key, c.key, a.key])).toPass();
  await drag(page, c, { column: 'testing' });
  await expect(async () => expect(await keysIn(page, 'testing')).toEqual([c.key])).toPass();
  await expect(page.locator('.toasts')).toContainText('Тестирование');
  await page.locator('.toast', { hasText: 'Тестирование' }).getByRole('button', { name: /Вернуть/ }).click();
  await expect(async () => expect(await keysIn(page, 'in_progress')).toEqual([b.key, c.key, a.key])).toPass();
});

test('a card goes by keyboard, and the order stays', async ({ open, as }) => {
  const api = await as('manager');
  const { mark, tasks } = await cards(api, ['new', 'new', 'new']);
  const [a, b, c] = tasks as [Made, Made, Made];
  const page = await open('manager', `/tasks?layout=board&q=${mark}`);
  await board(page, 3);
  await page.keyboard.press('j');
  await expect(card(page, c)).toBeFocused();
  const ranked = () => page.waitForResponse((r) => r.url().endsWith('/rank') && r.ok());
  await Promise.all([ranked(), page.keyboard.press('Shift+ArrowDown')]);
  await expect(async () => expect(await keysIn(page, 'new')).toEqual([b.key, c.key, a.key])).toPass();
  await expect(card(page, c)).toBeFocused();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(column(page, 'in_progress').locator(`[data-task="${c.id}"]`)).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(card(page, b)).toBeFocused();
  // The way without dragging: the menu of the card.
  await page.keyboard.press('m');
  await page.getByRole('option', { name: 'В конец колонки' }).click();
  await expect(async () => expect(await keysIn(page, 'new')).toEqual([a.key, b.key])).toPass();
  await expect(card(page, b)).toBeFocused();
  await page.keyboard.press('m');
  await page.getByRole('option', { name: 'Готово' }).click();
  await expect(async () => expect(await api.get(`/tasks/${b.id}`)).toMatchObject({ status: 'done' })).toPass();
  await expect(async () => expect(await api.get(`/tasks/${c.id}`)).toMatchObject({ status: 'in_progress' })).toPass();
  await page.reload();
  await board(page, 3);
  expect([await keysIn(page, 'new'), await keysIn(page, 'in_progress'), await keysIn(page, 'done')]).toEqual([[a.key], [c.key], [b.key]]);
});

test('what the server refuses goes back, and others are seen at once', async ({ open, as, allow }) => {
  const api = await as('manager');
  const { mark, tasks } = await cards(api, ['done', 'new']);
  const [a, b] = tasks as [Made, Made];
  allow(409);
  const page = await open('manager', `/tasks?layout=board&q=${mark}`);
  await board(page, 2);
  // From done there is no way to testing.
  await drag(page, a, { column: 'testing' });
  await expect(page.locator('.toasts')).toContainText(a.key);
  await expect(column(page, 'done').locator(`[data-task="${a.id}"]`)).toBeVisible();
  await api.send('POST', `/tasks/${b.id}/status`, { status: 'waiting' });
  await expect(column(page, 'waiting').locator(`[data-task="${b.id}"]`)).toBeVisible();
});

test('cards are made in their column, columns fold, lanes divide', async ({ open, as }) => {
  const api = await as('manager');
  const { mark } = await cards(api, ['new', 'waiting']);
  const page = await open('manager', `/tasks?layout=board&q=${mark}`);
  await board(page, 2);
  await page.getByRole('button', { name: 'Добавить в «Ожидание»' }).click();
  await page.getByLabel('Название новой задачи в «Ожидание»').fill(`${mark} Ещё`);
  await page.keyboard.press('Enter');
  await expect(column(page, 'waiting').locator('.bcard[data-task]')).toHaveCount(2);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.locator('.palette-input')).toBeFocused();
  await typeText(page, 'Свернуть «Ожидание');
  await expect(page.locator('#palette-list').getByRole('option').first()).toContainText('Свернуть «Ожидание');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /Ожидание 2/ })).toHaveAttribute('aria-expanded', 'false');
  await page.getByRole('button', { name: /Ожидание 2/ }).click();
  await expect(column(page, 'waiting').locator('.bcard[data-task]')).toHaveCount(2);
  await page.goto(`/tasks?layout=board&q=${mark}&lanes=priority`);
  await expect(page.getByRole('region', { name: 'Дорожка «Средний»' }).locator('.bcard[data-task]')).toHaveCount(3);
  await page.goto(`/tasks?layout=board&q=${mark}&group=assignee`);
  await expect(column(page, 'none').locator('.bcard[data-task]')).toHaveCount(3);
});

test('cards are selected by keyboard, and what is done is done to all of them', async ({ open, as }) => {
  const api = await as('manager');
  const { mark, tasks } = await cards(api, ['new', 'new', 'new', 'waiting']);
  const [a, b, c, d] = tasks as [Made, Made, Made, Made];
  const page = await open('manager', `/tasks?layout=board&q=${mark}`);
  await board(page, 4);
  const chosen = page.locator('.bcard[data-selected]');
  const bar = page.locator('.bulkbar');
  await page.keyboard.press('j');
  await expect(card(page, c)).toBeFocused();
  await page.keyboard.press('x');
  await expect(bar).toContainText('Выбрана 1');
  // Said in its name as well: a card has no state of its own for that.
  await expect(card(page, c)).toHaveAttribute('aria-label', /, выбрана$/);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(card(page, a)).toBeFocused();
  await page.keyboard.press('Shift+X');
  await expect(bar).toContainText('Выбрано 3');
  await expect(card(page, b)).toHaveAttribute('data-selected', 'true');
  await expect(card(page, d)).not.toHaveAttribute('data-selected');
  await page.keyboard.press('p');
  await expect(page.getByRole('option', { name: 'Срочный' })).toBeVisible();
  await page.keyboard.press('4');
  await expect(page.locator('.toasts')).toContainText('3 задачи изменены');
  const priorities = () => Promise.all(tasks.map(async (task) => (await api.get<{ priority: string }>(`/tasks/${task.id}`)).priority));
  expect(await priorities()).toEqual(['urgent', 'urgent', 'urgent', 'medium']);
  // They go to another column together, and are still selected there.
  await page.keyboard.press('s');
  await pick(page, 'В работе');
  await expect(column(page, 'in_progress').locator('.bcard[data-selected]')).toHaveCount(3);
  await expect(page.getByRole('option')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  await expect(chosen).toHaveCount(0);
  // And by the palette.
  await page.keyboard.press('Control+k');
  await expect(page.locator('.palette-input')).toBeFocused();
  await typeText(page, '>выбрать все');
  await expect(page.locator('.palette-list .option').first()).toContainText('Выбрать все');
  await page.keyboard.press('Enter');
  await expect(bar).toContainText('Выбрано 4');
});

test('cards are selected by mouse: one with Ctrl, up to here with Shift, within a column', async ({ open, as }) => {
  const api = await as('manager');
  const { mark, tasks } = await cards(api, ['new', 'new', 'new', 'waiting']);
  const [a, b, c, d] = tasks as [Made, Made, Made, Made];
  const page = await open('manager', `/tasks?layout=board&q=${mark}`);
  await board(page, 4);
  const bar = page.locator('.bulkbar');
  await card(page, c).click({ modifiers: ['ControlOrMeta'] });
  await expect(bar).toContainText('Выбрана 1');
  await card(page, a).click({ modifiers: ['Shift'] });
  await expect(bar).toContainText('Выбрано 3');
  await expect(card(page, a)).toBeFocused();
  await card(page, b).click({ modifiers: ['ControlOrMeta'] });
  await expect(card(page, b)).not.toHaveAttribute('data-selected');
  await expect(bar).toContainText('Выбрано 2');
  // No range goes from one column to another.
  await card(page, d).click({ modifiers: ['Shift'] });
  await expect(bar).toContainText('Выбрано 3');
  await expect(card(page, b)).not.toHaveAttribute('data-selected');
  // The menu of a selected card is about all of them.
  await card(page, a).click({ button: 'right' });
  await expect(page.getByRole('menu')).toContainText('Выбрано 3');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();
  // Dragging goes by the card, not by the selection.
  await drag(page, c, { column: 'testing' });
  await expect(async () => expect(await keysIn(page, 'testing')).toEqual([c.key])).toPass();
  expect(await keysIn(page, 'waiting')).toEqual([d.key]);
  await page.getByRole('button', { name: 'Снять выбор' }).click();
  await expect(bar).toBeHidden();
  // A plain click opens, as ever.
  await card(page, a).click();
  await expect(page.locator('.task-title')).toHaveText(a.title);
});

test('on a phone it shows a column at a time', async ({ open, as }) => {
  const api = await as('manager');
  const { mark } = await cards(api, ['new', 'waiting']);
  const page = await open('manager', `/tasks?layout=board&q=${mark}`, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await board(page, 2);
  const chooser = page.locator('.bchooser-name');
  await expect(chooser).toContainText('Новая');
  await chooser.tap();
  await page.getByRole('option', { name: 'Ожидание' }).tap();
  await expect(chooser).toContainText('Ожидание');
  await expect(column(page, 'waiting').locator('.bcard[data-task]')).toBeInViewport();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});
