import { expect, newTask, test } from './base';

interface Me {
  id: number;
}
const day = (shift: number) => new Date(Date.now() + shift * 86_400_000).toISOString().slice(0, 10);

test('home sorts my work by urgency, and the keys act on it', async ({ open, as }) => {
  const admin = await as('admin');
  const me = await (await as('finance')).get<Me>('/users/me');
  const make = (more: object) => newTask(admin, { owner_id: me.id, ...more });
  const late = await make({ due_date: day(-3) });
  const soon = await make({ due_date: day(3) });
  const other = await newTask(admin, { supervisor_id: me.id });
  await admin.send('POST', `/tasks/${other.id}/status`, { status: 'in_progress' });
  await admin.send('POST', `/tasks/${other.id}/status`, { status: 'testing' });
  const page = await open('finance', '/');
  await expect(page.locator('#home-overdue', { hasText: late.key })).toBeVisible();
  await expect(page.locator('#home-week', { hasText: soon.key })).toBeVisible();
  await expect(page.locator('#home-waiting .hrow', { hasText: other.key })).toContainText(/проверить|to check/);
  await expect(page.locator('.htile b').first()).not.toHaveText('0');

  // J walks over the rows, Enter opens; the task is then among the recent ones.
  await page.keyboard.press('j');
  const first = page.locator('.hrow-title').first();
  await expect(first).toBeFocused();
  const key = (await page.locator('.hrow-key').first().textContent())!;
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/tasks/${key}`));
  await expect(page.locator('.task-side')).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await expect(page.locator('.home-side .home-line', { hasText: key })).toBeVisible();
});

test('a status changed on home takes the task out of the way', async ({ open, as }) => {
  const admin = await as('admin');
  const manager = await as('manager');
  const me = await manager.get<Me>('/users/me');
  const task = await newTask(admin, { owner_id: me.id, due_date: day(-400) });
  await admin.send('POST', `/tasks/${task.id}/status`, { status: 'in_progress' });
  const page = await open('manager', '/');
  const row = page.locator('.hrow', { hasText: task.key });
  await row.locator('.hrow-status').click();
  await page.getByRole('option', { name: 'Готово' }).or(page.getByRole('menuitem', { name: 'Готово' })).or(page.getByRole('menuitemradio', { name: 'Готово' })).first().click();
  await expect(row).toHaveCount(0);
  await expect.poll(async () => (await admin.get<{ status: string }>(`/tasks/${task.id}`)).status).toBe('done');
});

test('who was called and what others did meanwhile stands at the right', async ({ open, as }) => {
  const admin = await as('admin');
  const worker = await as('worker');
  const me = await worker.get<Me & { name: string }>('/users/me');
  const task = await newTask(admin, { owner_id: me.id });
  await admin.send('POST', `/tasks/${task.id}/comments`, { body: `[@${me.name}](/users/${me.id}) посмотрите, почему не проводится`, internal: false });
  const page = await open('worker', '/');
  await expect(page.locator('.home-side .act', { hasText: task.key }).first()).toBeVisible();
  await expect(page.locator('.home-side')).toContainText('посмотрите, почему не проводится');
});
