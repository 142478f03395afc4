import { expect, test, unique } from './base';

test('one signs in, stays signed in, and signs out everywhere', async ({ open, allow }) => {
  allow(401);
  const page = await open(null, '/tasks?status=new');
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.locator('input[name=email]').fill('manager@example.com');
  await page.locator('input[name=password]').fill('wrong password');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toBeVisible();
  await page.locator('input[name=password]').fill('tasktrack');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/tasks\?status=new/);
  await expect(page.locator('.trow').first()).toBeVisible();
  await page.reload();
  await expect(page.locator('.trow').first()).toBeVisible();
  const other = await page.context().newPage();
  await other.goto('/settings');
  await other.getByRole('button', { name: 'Выйти' }).click();
  await expect(other).toHaveURL(/\/login/);
  await expect(page).toHaveURL(/\/login/);
  await page.goto('/tasks');
  await expect(page).toHaveURL(/\/login/);
});

test('somebody new registers and writes down a first task', async ({ open, allow }) => {
  allow(403, 409, 422);
  const page = await open(null, '/register');
  const mail = `${unique('new').replace(' ', '.')}@example.com`;
  await page.locator('input[name=name]').fill('Новый Человек');
  await page.locator('input[name=email]').fill('manager@example.com');
  await page.locator('input[name=password]').fill('long enough 42');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toBeVisible();
  await page.locator('input[name=email]').fill(mail);
  await page.keyboard.press('Enter');
  await expect(page).not.toHaveURL(/\/(register|login)/);
  await expect(page.getByText('Новый Человек').first()).toBeVisible();
});

test('a client sees what is meant for clients and nothing of the exchange', async ({ open, as, allow }) => {
  allow(403);
  const page = await open('client');
  await expect(page.locator('.trow').first()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Конфликты' })).toHaveCount(0);
  const api = await as('client');
  const { items } = await api.get<{ items: { key: string }[] }>('/tasks?limit=1');
  await page.goto(`/tasks/${items[0]!.key}`);
  await expect(page.locator('.task-title')).toBeVisible();
  await expect(page.getByText('Внутренний')).toHaveCount(0);
});
