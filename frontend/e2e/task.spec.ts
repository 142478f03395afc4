import { expect, newTask, pick, prop, test, unique, typeText } from './base';

test('every field changes on its page', async ({ open, as }) => {
  const api = await as('manager');
  const parent = await newTask(api, { title: unique('Надзадача') });
  const task = await newTask(api, { project_id: 1 });
  const page = await open('manager', `/tasks/${task.key}`);
  await page.locator('button.task-title').click();
  await page.keyboard.press('Control+a');
  const title = unique('Новое имя');
  await typeText(page, title);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Добавить описание' }).click();
  await typeText(page, 'Текст **жирный**');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.desc strong')).toHaveText('жирный');
  const choose = async (name: string, option: string | RegExp) => {
    await prop(page, name).click();
    await pick(page, option);
    // A list of many stays open; without one Escape would leave the page.
    if (name === 'Соисполнители' || name === 'Теги') await page.keyboard.press('Escape');
    await expect(page.getByRole('option')).toHaveCount(0);
  };
  await choose('Статус', 'В работе');
  await choose('Приоритет', 'Срочный');
  await choose('Исполнитель', 'Иван Петров');
  await choose('Соисполнители', 'Helen Fischer');
  await choose('Куратор', 'Мария Орлова');
  await choose('Теги', 'обмен');
  for (const name of ['Срок', 'Начать', 'Закончить', 'Проверка']) {
    await prop(page, name).click();
    await page.getByRole('button', { name: 'Завтра', exact: true }).click();
    await expect(prop(page, name)).toContainText('завтра');
  }
  for (const [name, value] of [['Оценка, ч', '2,5'], ['Факт, ч', '1']] as const) {
    await prop(page, name).click();
    await typeText(page, value);
    await page.keyboard.press('Enter');
    await expect(prop(page, name)).toContainText(value);
  }
  await prop(page, 'Надзадача').click();
  await expect(page.locator('.picker-search')).toBeFocused();
  await typeText(page, parent.title);
  await pick(page, new RegExp(parent.key));
  await expect(prop(page, 'Надзадача')).toContainText(parent.key);
  await page.getByLabel('Видна клиенту').check({ force: true });
  await choose('Проект', 'Склад и логистика');
  await expect(page.locator('.crumb strong')).toHaveText(/WMS-\d+/);
  await expect(async () => {
    expect(await api.get(`/tasks/${task.id}`)).toMatchObject({
      title, description: 'Текст **жирный**', status: 'in_progress', priority: 'urgent', supervisor: { name: 'Мария Орлова' }, parent: { id: parent.id }, client_visible: true,
      estimated_hours: 2.5, actual_hours: 1, project: { key: 'WMS' }, tags: [{ name: 'обмен' }],
      assignees: [{ role: 'owner', user: { name: 'Иван Петров' } }, { role: 'collaborator', user: { name: 'Helen Fischer' } }],
    });
  }).toPass();
});

test('sub-tasks are added, done and counted', async ({ open, as }) => {
  const api = await as('manager');
  const task = await newTask(api);
  const page = await open('manager', `/tasks/${task.key}`);
  await page.getByRole('button', { name: 'Добавить подзадачу' }).click();
  for (const name of ['Первая часть', 'Вторая часть']) {
    await page.getByLabel('Название подзадачи').fill(name);
    await page.keyboard.press('Enter');
    await expect(page.locator('.sub', { hasText: name })).toBeVisible();
  }
  await page.locator('.sub', { hasText: 'Первая часть' }).getByRole('button').first().click();
  await pick(page, 'Готово');
  await expect(page.locator('.section-head').first()).toContainText('1/2');
});

test('two people see each other, and each word as it is said', async ({ open, as }) => {
  const api = await as('manager');
  const task = await newTask(api, { owner_id: 3 });
  const one = await open('manager', `/tasks/${task.key}`);
  const two = await open('worker', `/tasks/${task.key}`);
  await expect(one.getByTitle('Сейчас открыта у них')).toBeVisible();
  await expect(two.getByTitle('Сейчас открыта у них')).toBeVisible();
  await one.keyboard.press('r');
  await typeText(one, 'Проверьте **акт**');
  await one.keyboard.press('Control+Enter');
  await expect(two.locator('.comment strong', { hasText: 'акт' })).toBeVisible({ timeout: 10_000 });
  await expect(one.locator('.comment', { hasText: 'акт' })).toHaveCount(1);
  await expect(one.getByRole('button', { name: 'Изменить комментарий' })).toHaveCount(1);
  await one.locator('.comment').hover();
  await one.getByRole('button', { name: 'Изменить комментарий' }).click();
  await one.keyboard.press('Control+a');
  await typeText(one, 'Уже не нужно');
  await one.keyboard.press('Control+Enter');
  await expect(two.locator('.comment', { hasText: 'Уже не нужно' })).toBeVisible({ timeout: 10_000 });
  await one.locator('.comment').hover();
  await one.getByRole('button', { name: 'Удалить комментарий' }).click();
  await one.getByRole('dialog').getByRole('button', { name: 'Удалить комментарий' }).last().click();
  await expect(two.locator('.comment')).toHaveCount(0, { timeout: 10_000 });
  await two.keyboard.press('s');
  await pick(two, 'Тестирование');
  await expect(prop1(one)).toContainText('Тестирование', { timeout: 10_000 });
  await two.goto('/tasks');
  await expect(one.getByTitle('Сейчас открыта у них')).toHaveCount(0);
});
const prop1 = (page: Parameters<typeof prop>[0]) => prop(page, 'Статус');

test('history says who changed what, and shows the task as it was', async ({ open, as }) => {
  const api = await as('manager');
  const task = await newTask(api, { title: 'Старое название задачи', project_id: 1 });
  await api.send('POST', `/tasks/${task.id}/comments`, { body: 'Первое слово' });
  await api.send('PATCH', `/tasks/${task.id}`, { title: 'Новое название задачи', tag_ids: [1], owner_id: 3 });
  await api.send('POST', `/tasks/${task.id}/status`, { status: 'waiting' });
  const page = await open('manager', `/tasks/${task.key}?tab=history`);
  await expect(page.locator('.hist')).not.toHaveCount(0);
  const text = page.locator('.feed');
  await expect(text).toContainText('Иван Петров');
  await expect(text).toContainText('бухгалтерия');
  await expect(text).toContainText('Ожидание');
  await expect(page.locator('.feed del')).toContainText('Старое');
  await expect(page.locator('.feed ins')).toContainText('Новое');
  await page.locator('.hist', { hasText: 'Первое слово' }).getByRole('button', { name: 'Как было' }).click();
  await expect(page.locator('.asof')).toBeVisible();
  await expect(page.locator('.task-title')).toHaveText('Старое название задачи');
  await expect(page.locator('.comment')).toContainText('Первое слово');
  await page.getByRole('button', { name: 'К нынешнему' }).or(page.locator('.asof button')).first().click();
  await expect(page.locator('.task-title')).toHaveText('Новое название задачи');
});

test('two edits of one field: nobody loses a word', async ({ open, as, allow }) => {
  allow(412);
  const api = await as('manager');
  const task = await newTask(api, { title: 'Сверить остатки' });
  const page = await open('manager', `/tasks/${task.key}`);
  await page.locator('button.task-title').click();
  await page.keyboard.press('Control+a');
  await typeText(page, 'Моё название');
  await (await as('worker')).get('/users/me');
  await api.send('PATCH', `/tasks/${task.id}`, { title: 'Их название', priority: 'high' });
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Их');
  await expect(dialog.locator('textarea')).toHaveValue('Моё название');
  await dialog.locator('textarea').fill('Общее название');
  await dialog.getByRole('button').last().click();
  await expect(page.locator('.task-title')).toHaveText('Общее название');
  expect(await api.get(`/tasks/${task.id}`)).toMatchObject({ title: 'Общее название', priority: 'high' });
});

test('a task goes to the archive, to the trash, and comes back', async ({ open, as, allow }) => {
  // The page that is just left may ask once more for the task that has gone.
  allow(404);
  const api = await as('manager');
  const task = await newTask(api);
  const page = await open('manager', `/tasks/${task.key}`);
  await page.locator('.task-title').waitFor();
  await page.keyboard.press('e');
  await expect(page.getByText('Задача в архиве')).toBeVisible();
  await page.getByRole('button', { name: 'Из архива' }).click();
  await expect(page.getByText('Задача в архиве')).toHaveCount(0);
  await page.getByRole('button', { name: 'Действия с задачей' }).click();
  await pick(page, 'Удалить');
  await page.getByRole('dialog').getByRole('button', { name: 'Удалить' }).last().click();
  await expect(page).toHaveURL(/\/tasks$/);
  await page.locator('.toast', { hasText: `${task.key} удалена` }).getByRole('button', { name: /Вернуть/ }).click();
  await expect(async () => expect(await api.get(`/tasks/${task.id}`)).toMatchObject({ deleted_at: null })).toPass();
});

test('sub-tasks unfold, take their own and change places', async ({ open, as }) => {
  const api = await as('manager');
  const task = await newTask(api, { project_id: 1 });
  const [first, second] = [await newTask(api, { title: 'Первая', parent_id: task.id, project_id: 1 }), await newTask(api, { title: 'Вторая', parent_id: task.id, project_id: 1 })];
  await newTask(api, { title: 'Внутри первой', parent_id: first.id, project_id: 1 });
  const page = await open('manager', `/tasks/${task.key}`);
  const rows = page.locator('.branch').first().locator('> li > .sub');
  await expect(rows).toHaveText([/Первая/, /Вторая/]);
  await page.getByRole('button', { name: `Развернуть подзадачи ${first.key}` }).click();
  await expect(page.locator('.sub', { hasText: 'Внутри первой' })).toBeVisible();
  await page.locator('.sub', { hasText: 'Вторая' }).hover();
  await page.getByRole('button', { name: `Добавить подзадачу к ${second.key}` }).click();
  await page.getByLabel('Название подзадачи').fill('Внутри второй');
  await page.keyboard.press('Enter');
  await expect(page.locator('.sub', { hasText: 'Внутри второй' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Первая', exact: true }).focus();
  await page.keyboard.press('Alt+ArrowDown');
  await expect(rows).toHaveText([/Вторая/, /Первая/]);
  await expect(async () => {
    const { items } = await api.get<{ items: { title: string }[] }>(`/tasks?parent=${task.id}&sort=rank`);
    expect(items.map((i) => i.title)).toEqual(['Вторая', 'Первая']);
  }).toPass();
});

test('a blocked task is closed only when somebody says so', async ({ open, as, allow }) => {
  allow(409);
  const api = await as('manager');
  const blocker = await newTask(api, { title: unique('Сначала это') });
  const task = await newTask(api);
  const page = await open('manager', `/tasks/${task.key}`);
  await page.getByRole('button', { name: 'Добавить связь' }).click();
  await pick(page, 'Ждёт');
  await typeText(page, blocker.key);
  await pick(page, new RegExp(blocker.key));
  await expect(page.locator('.relation', { hasText: blocker.title })).toContainText('Ждёт');
  await expect(async () => expect((await api.get<{ items: object[] }>(`/tasks/${task.id}/relations`)).items).toMatchObject([{ kind: 'blocked_by', task: { id: blocker.id } }])).toPass();
  await page.keyboard.press('s');
  await pick(page, 'В работе');
  await expect(prop(page, 'Статус')).toContainText('В работе');
  await page.keyboard.press('s');
  await pick(page, 'Готово');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(blocker.title);
  await dialog.getByRole('button', { name: 'Оставить открытой' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(prop(page, 'Статус')).toContainText('В работе');
  await page.keyboard.press('s');
  await pick(page, 'Готово');
  await dialog.getByRole('button', { name: 'Всё равно: Готово' }).click();
  await expect(async () => expect(await api.get(`/tasks/${task.id}`)).toMatchObject({ status: 'done' })).toPass();
  await expect(prop(page, 'Статус')).toContainText('Готово');
  await page.getByRole('tab', { name: 'История' }).click();
  await expect(page.locator('.hist', { hasText: 'связь добавлена' })).toContainText(blocker.key);
});

test('the eye: who watches, and whether I do', async ({ open, as }) => {
  const api = await as('manager');
  const task = await newTask(api);
  const page = await open('manager', `/tasks/${task.key}`);
  const eye = page.locator('.watch');
  await eye.waitFor();
  const before = (await api.get<{ watching: boolean }>(`/tasks/${task.id}`)).watching;
  await page.keyboard.press('w');
  await expect(async () => expect(await api.get(`/tasks/${task.id}`)).toMatchObject({ watching: !before })).toPass();
  await eye.click();
  await typeText(page, 'Иван');
  await pick(page, 'Иван Петров');
  await page.keyboard.press('Escape');
  await expect(async () => expect((await api.get<{ items: { name: string }[] }>(`/tasks/${task.id}/watchers`)).items.map((p) => p.name)).toContain('Иван Петров')).toPass();
});

test('every act on a task is in the palette', async ({ open, as }) => {
  const api = await as('manager');
  const task = await newTask(api, { owner_id: 3 });
  const page = await open('manager', `/tasks/${task.key}`);
  await page.locator('.task-title').waitFor();
  for (const [words, seen] of [
    ['Изменить название', () => page.locator('textarea.task-title')],
    ['Изменить описание', () => page.getByRole('textbox', { name: 'Описание' })],
    ['Добавить подзадачу', () => page.getByLabel('Название подзадачи')],
    ['Оценка в часах', () => page.getByRole('textbox', { name: 'Оценка, ч' })],
    ['Связать с задачей', () => page.getByRole('option', { name: 'Блокирует' })],
    ['Как было', () => page.locator('.asof')],
  ] as const) {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill(words);
    await page.getByRole('option', { name: words }).first().click();
    await expect(seen().first()).toBeVisible();
    await page.keyboard.press('Escape');
  }
});
