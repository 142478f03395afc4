import { expect, newTask, test, unique, typeText } from './base';

const NASTY = '* звёздочка\n* ещё\n\n<div>как есть</div>\n\n| a | b |\n|:--|--:|\n| 1 \\| 2 | `x` |\n\nстрока с snake_case и 2\\*2\n\n\n\n[ссылка][1] и ERP-1\n\n[1]: https://example.com/a_b';

test('text is written as it looks, and only what was touched changes', async ({ open, as }) => {
  const api = await as('manager');
  const task = await newTask(api, { description: NASTY });
  const page = await open('manager', `/tasks/${task.key}`);
  await expect(page.locator('.desc .md table')).toBeVisible();
  await page.locator('.desc').hover();
  await page.getByRole('button', { name: 'Изменить описание' }).click();
  const text = page.getByRole('textbox', { name: 'Описание' });
  await expect(page.locator('.editor[data-ready]').first()).toBeVisible();
  await expect(text.locator('table')).toBeVisible();
  await text.locator('p', { hasText: 'snake_case' }).click();
  await page.keyboard.press('End');
  await typeText(page, ' и **важно** https://example.com/x_y ');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.desc strong')).toHaveText('важно');
  await expect(async () => {
    const saved = await api.get<{ description: string }>(`/tasks/${task.id}`);
    expect(saved.description).toBe(NASTY.replace('2\\*2', '2*2 и **важно** https://example.com/x_y'));
  }).toPass();
});

test('slash, @ and # offer what fits; source is a way out', async ({ open, as }) => {
  const api = await as('manager');
  const other = await newTask(api, { project_id: 1, title: unique('Сверка склада') });
  const task = await newTask(api, { project_id: 1 });
  const page = await open('manager', `/tasks/${task.key}`);
  await page.getByRole('button', { name: 'Добавить описание' }).click();
  await expect(page.locator('.desc-editor .editor[data-ready]')).toBeVisible();
  await typeText(page, '/отмет');
  await expect(page.getByRole('option', { name: 'Список с отметками' })).toBeVisible();
  await page.keyboard.press('Enter');
  await typeText(page, 'проверить #' + other.key);
  await page.getByRole('option', { name: new RegExp(other.key) }).click();
  await page.keyboard.press('Enter');
  await typeText(page, 'спросить @Ива');
  await page.getByRole('option', { name: 'Иван Петров' }).click();
  await page.getByRole('button', { name: 'Писать в Markdown' }).click();
  const source = page.getByRole('textbox', { name: 'Описание' });
  await expect(source).toHaveValue(new RegExp(`^- \\[ \\] проверить ${other.key} ?\\n- \\[ \\] спросить \\[@Иван Петров\\]\\(/users/3\\)`));
  await page.getByRole('button', { name: 'Писать с оформлением' }).click();
  await page.getByRole('button', { name: 'Сохранить' }).click();
  // The key says what it stands for; the name is a person.
  await expect(page.locator('.desc a.ref')).toContainText(other.title);
  await expect(page.locator('.desc .mention')).toHaveText('@Иван Петров');
  await api.send('POST', `/tasks/${other.id}/status`, { status: 'in_progress' });
  await page.locator('.desc a.ref').click();
  await expect(page).toHaveURL(new RegExp(`/tasks/${other.key}`));
});

test('boxes are ticked in the text, also by two people at once', async ({ open, as, allow }) => {
  allow(412);
  const api = await as('manager');
  const task = await newTask(api, { owner_id: 3, description: 'Шаги:\n\n- [ ] один\n- [ ] два\n- [ ] три' });
  const one = await open('manager', `/tasks/${task.key}`);
  const two = await open('worker', `/tasks/${task.key}`);
  await one.locator('.desc').getByRole('checkbox', { name: 'один' }).click();
  await two.locator('.desc').getByRole('checkbox', { name: 'три' }).click();
  await expect(one.locator('.desc').getByRole('checkbox', { name: 'один' })).toBeChecked();
  await expect(async () => expect((await api.get<{ description: string }>(`/tasks/${task.id}`)).description).toBe('Шаги:\n\n- [x] один\n- [ ] два\n- [x] три')).toPass();
  for (const page of [one, two]) for (const name of ['один', 'три']) await expect(page.locator('.desc').getByRole('checkbox', { name })).toBeChecked();
});

test('words not yet sent survive a reload, of a comment and of a description', async ({ open, as }) => {
  const api = await as('manager');
  const task = await newTask(api, { description: 'Было' });
  const page = await open('manager', `/tasks/${task.key}`);
  await page.locator('.composer .editor[data-ready]').waitFor();
  await page.keyboard.press('r');
  await typeText(page, 'Почти **готово**');
  await expect(page.locator('.composer strong')).toHaveText('готово');
  await page.keyboard.press('Escape');
  await page.locator('.desc').hover();
  await page.getByRole('button', { name: 'Изменить описание' }).click();
  await expect(page.locator('.desc-editor .editor[data-ready]')).toBeVisible();
  await typeText(page, ', стало');
  await expect(page.getByRole('textbox', { name: 'Описание' })).toHaveText('Было, стало');
  await page.reload();
  await expect(page.locator('.composer strong')).toHaveText('готово');
  await expect(page.getByRole('textbox', { name: 'Описание' })).toHaveText('Было, стало');
  await page.getByRole('button', { name: 'Сохранить' }).click();
  await expect(page.locator('.desc')).toHaveText('Было, стало');
  await page.keyboard.press('r');
  await expect(page.locator('.composer [contenteditable="true"]')).toBeFocused();
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.comment strong')).toHaveText('готово');
  await expect(page.locator('.composer .ProseMirror')).toHaveText('');
  await page.reload();
  await expect(page.locator('.comment strong')).toHaveText('готово');
  await expect(page.locator('.composer .ProseMirror')).toHaveText('');
});

test('two descriptions: what does not touch is merged, what does is chosen', async ({ open, as, allow }) => {
  allow(412);
  const api = await as('manager');
  const task = await newTask(api, { description: 'Начало\n\nСередина\n\nКонец' });
  const page = await open('manager', `/tasks/${task.key}`);
  await page.locator('.desc').hover();
  await page.getByRole('button', { name: 'Изменить описание' }).click();
  await expect(page.locator('.desc-editor .editor[data-ready]')).toBeVisible();
  await page.getByRole('button', { name: 'Писать в Markdown' }).click();
  await page.getByRole('textbox', { name: 'Описание' }).fill('Начало моё\n\nСередина моя\n\nКонец');
  await api.send('PATCH', `/tasks/${task.id}`, { description: 'Начало\n\nСередина их\n\nКонец их' });
  await page.keyboard.press('Control+Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('radiogroup')).toHaveCount(1);
  await dialog.getByText('Оба, сначала моё').click();
  await dialog.getByRole('button', { name: 'Сохранить выбранное' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(async () => expect((await api.get<{ description: string }>(`/tasks/${task.id}`)).description).toBe('Начало моё\n\nСередина моя\nСередина их\n\nКонец их')).toPass();
});
