import { type Api, expect, type Made, newTask, pick, test, unique } from './base';

interface Seen {
  status: string;
  archived_at: string | null;
  tags: { name: string }[];
  supervisor: { name: string } | null;
}
async function some(api: Api, count: number): Promise<{ mark: string; tasks: Made[]; seen(): Promise<Seen[]> }> {
  const mark = unique('Пачка');
  const tasks: Made[] = [];
  for (let n = 1; n <= count; n++) tasks.push(await newTask(api, { title: `${mark} ${n}` }));
  return { mark, tasks, seen: () => Promise.all(tasks.map((task) => api.get<Seen>(`/tasks/${task.id}`))) };
}

test('a bulk change is told task by task and taken back as one', async ({ open, as }) => {
  const api = await as('manager');
  const { mark, tasks, seen } = await some(api, 3);
  // This one refuses the way from done to testing.
  await api.send('POST', `/tasks/${tasks[2]!.id}/status`, { status: 'done' });
  const page = await open('manager', `/tasks?q=${encodeURIComponent(mark)}`);
  await expect(page.locator('.trow')).toHaveCount(3);
  await page.keyboard.press('Control+a');
  await expect(page.locator('.bulkbar')).toContainText('Выбрано 3');
  await page.keyboard.press('s');
  await pick(page, 'Тестирование');
  await expect(page.locator('.toasts')).toContainText('2 из 3, не вышло: 1');
  await page.getByRole('button', { name: 'Показать' }).click();
  await expect(page.getByRole('dialog')).toContainText(tasks[2]!.key);
  await expect(page.getByRole('dialog')).not.toContainText(tasks[0]!.key);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.locator('.toasts').getByRole('button', { name: 'Вернуть' }).click();
  await expect(page.locator('.toasts')).toContainText('Возвращены 2 задачи');
  expect((await seen()).map((x) => x.status)).toEqual(['new', 'new', 'done']);
  // And it is written down.
  await page.goto(`/tasks/${tasks[0]!.key}?tab=history`);
  await expect(page.locator('#panel, [role=tabpanel]').first()).toContainText('Тестирование');
});

test('fields without a button of their own, archive and delete, by the menu', async ({ open, as }) => {
  const api = await as('manager');
  const { mark, seen } = await some(api, 2);
  const page = await open('manager', `/tasks?q=${encodeURIComponent(mark)}`);
  await expect(page.locator('.trow')).toHaveCount(2);
  await page.locator('.trow .check').first().click();
  await page.locator('.trow .check').last().click({ modifiers: ['Shift'] });
  await expect(page.locator('.bulkbar')).toContainText('Выбрано 2');
  await page.locator('.trow').first().click({ button: 'right' });
  await expect(page.getByRole('menu')).toContainText('Выбрано 2');
  await page.getByRole('menuitem', { name: 'Куратор' }).click();
  await pick(page, 'Иван Петров');
  await expect(page.locator('.toasts')).toContainText('2 задачи изменены');
  expect((await seen()).every((x) => x.supervisor?.name === 'Иван Петров')).toBe(true);
  await page.keyboard.press('e');
  await expect(page.locator('.trow')).toHaveCount(0);
  expect((await seen()).every((x) => x.archived_at !== null)).toBe(true);
  await page.keyboard.press('z');
  await expect(page.locator('.trow')).toHaveCount(2);
  expect((await seen()).every((x) => x.archived_at === null)).toBe(true);
});

test('all that match the conditions, beyond what is ticked', async ({ open, as }) => {
  const api = await as('manager');
  const { mark, seen } = await some(api, 4);
  const page = await open('manager', `/tasks?q=${encodeURIComponent(mark)}`);
  await expect(page.locator('.trow')).toHaveCount(4);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByRole('button', { name: /Выбрать все 4/ }).click();
  await expect(page.locator('.bulkbar')).toContainText('Выбрано 4');
  await page.keyboard.press('t');
  await pick(page, 'склад');
  await expect(page.locator('.toasts')).toContainText('4 задачи изменены');
  expect((await seen()).every((x) => x.tags.some((tag) => tag.name === 'склад'))).toBe(true);
});
