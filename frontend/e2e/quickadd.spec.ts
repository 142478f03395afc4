import type { Page } from '@playwright/test';
import { expect, newTask, test, unique, typeText } from './base';

interface Made {
  id: number;
  key: string;
  title: string;
  status: string;
  priority: string;
  due_date: string | null;
  estimated_hours: number | null;
  tags: { name: string }[];
  assignees: { user: { email?: string; name: string } }[];
  parent: { key: string } | null;
  project: { key: string };
}
const at = (page: Page, column: string) => page.locator(`.bcol[data-column="${column}"]`);
const found = async (api: { get<T>(path: string): Promise<T> }, title: string) => (await api.get<{ items: Made[] }>(`/tasks?q=${encodeURIComponent(title)}&archived=any`)).items;

test('one line is understood, previewed and saved as it says', async ({ open, as }) => {
  const api = await as('manager');
  const { items } = await api.get<{ items: { key: string }[] }>('/projects');
  const key = items.at(-1)!.key;
  const parent = await newTask(api);
  const title = unique('Закрыть период');
  const page = await open('manager');
  await page.locator('.trow').first().waitFor();
  await page.keyboard.press('c');
  await expect(page.locator('.qa-input')).toBeFocused();
  await typeText(page, `${title} !high @worker #бухгалтерия послезавтра 15:00 2ч ^${parent.key} `);
  // The parent is found on the server while the line is typed on.
  await expect(page.locator('.qa-token')).toHaveText(['!high', '@worker', '#бухгалтерия', 'послезавтра 15:00', '2ч', `^${parent.key}`]);
  await typeText(page, key);
  await expect(page.locator('.qa-token').last()).toHaveText(key);
  await expect(page.locator('.qa-title')).toContainText(title);
  await expect(page.locator('.qa-facts')).toContainText('Высокий');
  await expect(page.locator('.qa-facts')).toContainText('15:00');
  await page.keyboard.press('Enter');
  await expect(page.locator('.toasts')).toContainText('создана');
  const [task] = await found(api, title);
  expect(task).toMatchObject({ title, priority: 'high', estimated_hours: 2, parent: { key: parent.key }, project: { key }, tags: [{ name: 'бухгалтерия' }] });
  expect(task!.assignees).toHaveLength(1);
  expect(new Date(task!.due_date!).toISOString()).toMatch(/T12:00:00/);
});

test('marks are completed, what is unknown stays text and says so', async ({ open, as }) => {
  const api = await as('manager');
  const title = unique('Созвон');
  const page = await open('manager');
  await page.locator('.trow').first().waitFor();
  await page.keyboard.press('c');
  await expect(page.locator('.qa-input')).toBeFocused();
  await typeText(page, `${title} !ср`);
  await expect(page.getByRole('listbox')).toContainText('Срочный');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await expect(page.locator('.qa-input')).toHaveValue(`${title} !средний `);
  await typeText(page, '@nobody \\завтра');
  await expect(page.getByText('@nobody: такого человека нет')).toBeVisible();
  // Escape closes the list of names first, the dialog second; the line is kept.
  await typeText(page, ' @');
  await expect(page.getByRole('listbox')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('listbox')).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(page.locator('.qa-input')).toBeHidden();
  await page.keyboard.press('c');
  await expect(page.locator('.qa-input')).toHaveValue(/nobody/);
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await expect(page.locator('.toasts')).toContainText('создана');
  expect((await found(api, title))[0]).toMatchObject({ title: `${title} @nobody завтра`, due_date: null, priority: 'medium' });
});

test('many lines become many tasks, each with its result', async ({ open, as }) => {
  const api = await as('manager');
  const mark = unique('Список');
  const page = await open('manager');
  await page.locator('.trow').first().waitFor();
  await page.keyboard.press('c');
  await page.locator('.qa-input').fill(`- ${mark} один !high\n2. ${mark} два завтра\n\n[ ] ${mark} три\nзавтра`);
  await expect(page.locator('.qa-many li')).toHaveCount(4);
  await page.keyboard.press('Enter');
  await expect(page.locator('.toasts')).toContainText('3');
  // The line without a title waits to be mended.
  await expect(page.locator('.qa-many li[data-state=done]')).toHaveCount(3);
  await expect(page.locator('.qa-input')).toHaveValue('завтра');
  const tasks = await found(api, mark);
  expect(tasks.map((t) => t.title).sort()).toEqual([`${mark} два`, `${mark} один`, `${mark} три`].sort());
  expect(tasks.find((t) => t.title.endsWith('один'))!.priority).toBe('high');
});

test('the whole form is one key away and takes along what was understood', async ({ open }) => {
  const title = unique('Форма');
  const page = await open('manager');
  await page.locator('.trow').first().waitFor();
  await page.keyboard.press('c');
  await expect(page.locator('.qa-input')).toBeFocused();
  await typeText(page, `${title} !urgent 3ч`);
  await page.keyboard.press('Tab');
  await expect(page.locator('.create-text')).toBeFocused();
  await expect(page.locator('.create-title')).toHaveValue(title);
  await expect(page.locator('.create-chips')).toContainText('Срочный');
  await typeText(page, 'Подробности');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.task-title')).toHaveText(title);
  await expect(page.getByText('Подробности')).toBeVisible();
});

test('a column of the board and the field of a sub-task understand the same line', async ({ open, as }) => {
  const api = await as('manager');
  const mark = unique('Строка').replace(' ', '');
  const parent = await newTask(api, { title: `${mark} выше`, project_id: 1, status: 'new' });
  const page = await open('manager', `/tasks?layout=board&q=${mark}`);
  await expect(page.locator('.bcard[data-task]')).toHaveCount(1);
  await page.getByRole('button', { name: 'Добавить в «Ожидание»' }).click();
  const card = page.locator('.bcompose');
  await expect(card.getByRole('textbox')).toBeFocused();
  await typeText(page, `${mark} карточка !high @worker #бухгалтерия послезавтра 15:00 `);
  await expect(card.locator('.qa-token')).toHaveText(['!high', '@worker', '#бухгалтерия', 'послезавтра 15:00']);
  await expect(card.locator('.qa-facts')).toContainText('Высокий');
  await expect(card.locator('.qa-facts')).toContainText('бухгалтерия');
  // A name is completed first, and only then the card is made.
  await typeText(page, '!сро');
  await expect(card.getByRole('option')).toHaveText([/Срочный/]);
  await page.keyboard.press('Enter');
  await expect(card.getByRole('textbox')).toHaveValue(/!срочный $/);
  await page.keyboard.press('Enter');
  await expect(card.getByRole('textbox')).toHaveValue('');
  await expect(at(page, 'waiting').locator('.bcard[data-task]')).toContainText(`${mark} карточка`);
  const [made] = await found(api, `${mark} карточка`);
  // Of two priorities the last one counts; the other stays a word of the title.
  expect(made).toMatchObject({ title: `${mark} карточка !high`, status: 'waiting', priority: 'urgent', tags: [{ name: 'бухгалтерия' }] });
  expect(made!.assignees).toHaveLength(1);
  expect(made!.due_date).toMatch(/T12:00:00/);

  await page.goto(`/tasks/${parent.key}`);
  await page.getByRole('button', { name: 'Добавить подзадачу' }).click();
  const field = page.getByLabel('Название подзадачи');
  await expect(field).toBeFocused();
  // Whose sub-task it is says the place: another parent in the line does not count.
  await typeText(page, `${mark} часть !низкий 2ч ^${made!.key} `);
  await expect(page.locator('.sub-add .qa-facts')).toContainText('Низкий');
  await expect(page.getByText(`^${made!.key}: не применится`)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.locator('.sub', { hasText: `${mark} часть` })).toBeVisible();
  await expect(field).toHaveValue('');
  const [part] = await found(api, `${mark} часть`);
  expect(part).toMatchObject({ title: `${mark} часть`, priority: 'low', estimated_hours: 2, parent: { key: parent.key }, project: { key: parent.key.split('-')[0] } });
});

test('indented lines become sub-tasks; what could not be made waits in the field, after a reload too', async ({ open, as }) => {
  const api = await as('manager');
  const mark = unique('Дерево');
  const page = await open('manager');
  await page.locator('.trow').first().waitFor();
  await page.keyboard.press('c');
  const field = page.locator('.qa-input');
  await field.fill(`- ${mark} а !high\n  - ${mark} б завтра\n\t\t- ${mark} в\n- завтра\n  - ${mark} г`);
  const roots = page.locator('.qa-many > ol > li');
  await expect(roots).toHaveCount(2);
  await expect(roots.first().locator('> ol > li > ol > li')).toContainText(`${mark} в`);
  await expect(page.getByRole('heading', { name: 'Получится 5 задач, из них 3 подзадачи' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.locator('.qa-many li[data-state=done]')).toHaveCount(3);
  // The line without a title fails, and the one below it has nowhere to go yet.
  await expect(page.locator('.qa-many')).toContainText('Надзадача не создана');
  const left = `завтра\n  ${mark} г`;
  await expect(field).toHaveValue(left);
  await page.reload();
  await page.locator('.trow').first().waitFor();
  await page.keyboard.press('c');
  await expect(field).toHaveValue(left);
  await field.fill(`${mark} д ${left}`);
  await page.keyboard.press('Enter');
  await expect(field).toBeHidden();
  const tasks = await found(api, mark);
  const one = (name: string) => tasks.find((task) => task.title === `${mark} ${name}`)!;
  expect(tasks).toHaveLength(5);
  expect(['а', 'б', 'в', 'г', 'д'].map((name) => one(name).parent?.key ?? null)).toEqual([null, one('а').key, one('б').key, one('д').key, null]);
  expect(one('а').priority).toBe('high');
  expect(one('б').due_date).not.toBeNull();
});
