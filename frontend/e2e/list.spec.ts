import { expect, newTask, pick, test, unique, typeText } from './base';

test('conditions and order live in the address', async ({ open, as }) => {
  const api = await as('manager');
  const page = await open('manager');
  await page.locator('.trow').first().waitFor();
  await page.keyboard.press('f');
  await pick(page, 'Статус');
  await pick(page, 'Ожидание');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/status=waiting/);
  await expect(page.locator('.trow').first()).toBeVisible();
  // The rows of the last condition stay until those of the next are there.
  await expect(page.locator('.trow-main > .cell-btn:not([title="Ожидание"])')).toHaveCount(0);
  const { items } = await api.get<{ items: { title: string }[] }>('/tasks?status=waiting&sort=due_date&limit=1');
  await page.locator('.thead').getByRole('button', { name: /Срок/ }).click();
  await expect(page).toHaveURL(/sort=due_date/);
  await expect(page.locator('.trow-title').first()).toHaveText(items[0]!.title);
  await page.reload();
  await expect(page.locator('.trow-title').first()).toHaveText(items[0]!.title);
  await page.goBack();
  await expect(page).not.toHaveURL(/sort=/);
  await page.goto('/tasks?q=zzzzzz');
  await expect(page.getByText('Под эти условия не попала ни одна задача')).toBeVisible();
  await page.getByRole('button', { name: 'Убрать условия' }).click();
  await expect(page.locator('.trow').first()).toBeVisible();
});

test('the list goes on to its end, and nothing jumps', async ({ open, as }) => {
  const api = await as('manager');
  const { count } = await api.get<{ count: number }>('/tasks?limit=1&include=count');
  expect(count).toBeGreaterThan(100);
  const page = await open('manager');
  await page.locator('.trow').first().waitFor();
  // The number and the height are known before the rows are.
  await expect(page.locator('.page-foot')).toContainText(/\d{3} зада/);
  const height = () => page.locator('.tbody').evaluate((el) => el.clientHeight);
  const before = await height();
  await page.locator('.tasks').evaluate((el) => el.scrollTo(0, el.scrollHeight));
  await expect(page.locator('.tbone')).toHaveCount(0);
  const last = Number(await page.locator('.trow').last().getAttribute('aria-rowindex'));
  expect(last).toBeGreaterThanOrEqual(count + 1);
  expect(Math.abs((await height()) - before)).toBeLessThan(34 * 20);
});

test('groups are counted, folded and walked by keyboard', async ({ open, as }) => {
  const api = await as('manager');
  const mark = unique('Группа');
  await newTask(api, { title: `${mark} А`, priority: 'high' });
  await newTask(api, { title: `${mark} Б`, priority: 'low' });
  const parent = await newTask(api, { title: `${mark} В`, priority: 'low' });
  await newTask(api, { title: 'Подзадача', parent_id: parent.id });
  const counted: string[] = [];
  const page = await open('manager', `/tasks?q=${encodeURIComponent(mark)}`);
  page.on('request', (r) => r.url().includes('/tasks/counts') && counted.push(r.url()));
  await expect(page.locator('.trow')).toHaveCount(3);
  await page.keyboard.press('Shift+G');
  await pick(page, 'Приоритет');
  await expect(page).toHaveURL(/group=priority/);
  await expect(page.locator('.tbody .tgroup')).toHaveCount(2);
  await expect(page.locator('.tbody .tgroup').first()).toContainText('Высокий');
  await expect(page.locator('.tbody .tgroup').last()).toContainText('2');
  expect(counted.filter((url) => url.includes('group=priority'))).toHaveLength(1);
  // Down to the first row, up to its head, left folds it, right unfolds it.
  await page.keyboard.press('j');
  await expect(page.locator('.tgroup-fold:focus')).toContainText('Высокий');
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('.trow')).toHaveCount(2);
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('.trow')).toHaveCount(3);
  // Sub-tasks come under their parent.
  const row = page.locator('.trow', { hasText: `${mark} В` });
  await row.getByRole('button', { name: /Показать подзадачи/ }).click();
  await expect(page.locator('.trow', { hasText: 'Подзадача' })).toHaveAttribute('aria-level', '2');
  await page.reload();
  await expect(page.locator('.tbody .tgroup')).toHaveCount(2);
});

test('columns are chosen, moved and made wider', async ({ open }) => {
  const page = await open('worker', '/tasks?cols=key,people,due_date');
  await page.locator('.trow').first().waitFor();
  const heads = () => page.locator('.thead [data-column]').evaluateAll((all) => all.map((el) => el.getAttribute('data-column')));
  expect(await heads()).toEqual(['key', 'people', 'due_date']);
  await page.getByRole('button', { name: 'Вид', exact: true }).click();
  await page.getByLabel('Автор').check();
  await expect(page).toHaveURL(/cols=key,people,due_date,created_by/);
  await page.getByRole('button', { name: 'Левее: Автор' }).click();
  await page.getByRole('button', { name: 'Левее: Автор' }).click();
  await expect.poll(heads).toEqual(['key', 'created_by', 'people', 'due_date']);
  await page.keyboard.press('Escape');
  const grip = page.getByRole('separator', { name: 'Ширина столбца: Кто' });
  const width = Number(await grip.getAttribute('aria-valuenow'));
  await grip.press('ArrowLeft');
  await expect(grip).toHaveAttribute('aria-valuenow', String(width + 8));
  await page.reload();
  await expect(grip).toHaveAttribute('aria-valuenow', String(width + 8));
  await expect.poll(heads).toEqual(['key', 'created_by', 'people', 'due_date']);
  // Columns go with the person: they are left as they were found.
  await page.getByRole('button', { name: 'Вид', exact: true }).click();
  await page.getByRole('button', { name: 'Вернуть обычные' }).click();
  await expect(page).not.toHaveURL(/cols=/);
});

test('conditions are built part by part, and written as text', async ({ open, as }) => {
  const api = await as('manager');
  const mark = unique('Условия');
  await newTask(api, { title: `${mark} А`, priority: 'urgent' });
  await newTask(api, { title: `${mark} Б`, priority: 'low' });
  const page = await open('manager', `/tasks?q=${encodeURIComponent(mark)}`);
  await expect(page.locator('.trow')).toHaveCount(2);
  await page.keyboard.press('f');
  await pick(page, 'Приоритет');
  await pick(page, 'Высокий');
  await page.keyboard.press('Escape');
  const chip = page.locator('[data-filter=priority]');
  await chip.getByRole('button', { name: 'это' }).click();
  await pick(page, 'не ниже');
  await expect(page).toHaveURL(/priority=high,urgent/);
  await expect(page.locator('.trow')).toHaveCount(1);
  await page.keyboard.press('Shift+F');
  const line = page.getByRole('combobox', { name: 'Условия текстом' });
  await expect(line).toHaveValue(`приоритет:>=высокий ${mark}`);
  // A fault stands where it is; completion helps to mend it.
  await line.fill(`приоритет:огромный ${mark}`);
  await expect(page.getByRole('alert')).toContainText('огромный');
  await line.fill(`${mark} прио`);
  await page.keyboard.press('Tab');
  await typeText(page, 'низ');
  await page.keyboard.press('Tab');
  await expect(line).toHaveValue(`${mark} приоритет:низкий `);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/priority=low/);
  await expect(page.locator('.trow')).toHaveCount(1);
  await expect(page.locator('.trow')).toContainText(`${mark} Б`);
  // English is understood as well.
  await page.keyboard.press('Shift+F');
  await line.fill(`priority:urgent due:none ${mark}`);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/priority=urgent/);
  await expect(page.locator('.trow')).toContainText(`${mark} А`);
});

test('a task is made, found and opened by keyboard', async ({ open }) => {
  const title = unique('Клавиши');
  const page = await open('manager');
  await page.locator('.trow').first().waitFor();
  await page.keyboard.press('c');
  await page.locator('.create-title').fill(title);
  await page.keyboard.press('Enter');
  await expect(page.locator('.trow', { hasText: title })).toBeVisible();
  await page.keyboard.press('/');
  await typeText(page, title);
  await expect(page.locator('.trow')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.locator('.task-title')).toHaveText(title);
  await page.keyboard.press('Control+k');
  await expect(page.locator('.palette-input')).toBeFocused();
  await typeText(page, title);
  await expect(page.locator('.palette-list .option', { hasText: title })).toBeVisible();
});

test('many tasks change at once, with a word on those that did not', async ({ open, as }) => {
  const api = await as('manager');
  const mark = unique('Разом');
  const tasks = [];
  for (const n of [1, 2, 3]) tasks.push(await newTask(api, { title: `${mark} ${n}` }));
  const page = await open('manager', `/tasks?q=${encodeURIComponent(mark)}`);
  await expect(page.locator('.trow')).toHaveCount(3);
  for (let n = 0; n < 3; n++) {
    await page.keyboard.press('j');
    await page.keyboard.press('x');
  }
  await expect(page.locator('.bulkbar')).toContainText('3');
  await page.keyboard.press('s');
  await pick(page, 'Готово');
  await expect(page.locator('.toasts')).toContainText('3');
  for (const task of tasks) expect(await api.get(`/tasks/${task.id}`)).toMatchObject({ status: 'done' });
  // From done the way back to testing is refused, the one that was reopened meanwhile goes.
  await api.send('POST', `/tasks/${tasks[0]!.id}/status`, { status: 'in_progress' });
  await page.keyboard.press('s');
  await pick(page, 'Тестирование');
  await page.getByRole('button', { name: 'Показать' }).click();
  await expect(page.getByRole('dialog')).toContainText(tasks[1]!.key);
  await expect(page.getByRole('dialog')).toContainText(tasks[2]!.key);
  expect(await api.get(`/tasks/${tasks[0]!.id}`)).toMatchObject({ status: 'testing' });
});

test('it fits a phone', async ({ open, as }) => {
  const api = await as('manager');
  const task = await newTask(api, { description: 'Слово' });
  const page = await open('manager', '/tasks', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.locator('.trow').first().waitFor();
  const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  expect(await fits()).toBe(true);
  await page.goto(`/tasks/${task.key}`);
  await page.locator('.prop-chip').first().tap();
  await pick(page, 'В работе');
  await expect(page.locator('.prop-chip').first()).toContainText('В работе');
  await page.getByRole('button', { name: 'Все поля' }).tap();
  await expect(page.getByText('Куратор')).toBeVisible();
  expect(await fits()).toBe(true);
  await page.goto('/tasks');
  await page.locator('.tabs-bar button').first().tap();
  const title = unique('С телефона');
  await page.locator('.create-title').fill(title);
  await page.getByRole('button', { name: 'Создать', exact: true }).last().tap();
  await expect(page.locator('.trow', { hasText: title })).toBeVisible();
});

test('language and theme are switched and kept', async ({ open }) => {
  const page = await open('finance', '/settings');
  const heading = page.locator('.topbar-title');
  await page.getByLabel('English').check();
  await expect(heading).toHaveText('Settings');
  await page.getByLabel('Dark', { exact: true }).check();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.goto('/tasks');
  await expect(heading).toHaveText('Tasks');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.goto('/settings');
  await page.getByLabel('Русский').check();
  await page.getByLabel('Светлая', { exact: true }).check();
  await expect(heading).toHaveText('Настройки');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'light');
});
