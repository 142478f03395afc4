import { expect, logIn, PASSWORD, test, typeText } from './base';

test('the profile is saved and seen at once', async ({ open }) => {
  const page = await open('worker', '/settings');
  const phone = `+7 900 ${Date.now() % 10_000_000}`;
  await page.getByLabel('Телефон').fill(phone);
  await page.getByRole('button', { name: 'Сохранить' }).click();
  await expect(page.locator('.toasts')).toContainText('Сохранено');
  await page.reload();
  await expect(page.getByLabel('Телефон')).toHaveValue(phone);
  await page.getByLabel('Часовой пояс').selectOption('Asia/Vladivostok');
  await expect(page.getByRole('button', { name: /Взять пояс/ })).toBeVisible();
  await page.getByRole('button', { name: /Взять пояс/ }).click();
  await expect(page.getByLabel('Часовой пояс')).toHaveValue('Europe/Moscow');
});

test('density and keys go with the person to another device', async ({ open }) => {
  const page = await open('worker', '/settings');
  const kept = page.waitForResponse((r) => r.url().endsWith('/users/me/preferences') && r.request().method() === 'PATCH');
  await page.getByLabel('Просторно').check();
  await kept;
  await page.goto('/tasks');
  await expect.poll(() => page.locator('.trow').first().evaluate((el) => (el as HTMLElement).offsetHeight)).toBe(40);
  const other = await open('worker', '/tasks');
  await expect.poll(() => other.locator('.trow').first().evaluate((el) => (el as HTMLElement).offsetHeight)).toBe(40);
  await other.keyboard.press('Control+k');
  await expect(other.locator('.palette-input')).toBeFocused();
  await typeText(other, 'обычные строки');
  await expect(other.locator('.palette-list .option').first()).toContainText('Обычные строки');
  const back = other.waitForResponse((r) => r.url().endsWith('/users/me/preferences') && r.request().method() === 'PATCH');
  await other.keyboard.press('Enter');
  await back;
  await expect.poll(() => other.locator('.trow').first().evaluate((el) => (el as HTMLElement).offsetHeight)).toBe(34);
});

test('a session elsewhere is ended from here', async ({ open, allow, request }) => {
  allow(401);
  // A person of one's own: nobody else is thrown out.
  const email = `seans${Date.now().toString(36)}@example.com`;
  const made = await request.post('/api/v1/auth/register', { data: { email, password: PASSWORD, name: 'Сеанс Сеансов', language: 'ru', time_zone: 'Europe/Moscow' } });
  test.skip(!made.ok(), 'this server takes no new people');
  const here = await open(null, '/login');
  await logIn(here, email.replace('@example.com', ''), '/settings');
  const there = await open(null, '/login');
  await logIn(there, email.replace('@example.com', ''), '/settings');
  await here.reload();
  await expect(here.locator('.sessions')).toContainText('этот');
  await here.getByRole('button', { name: 'Завершить все остальные' }).click();
  await here.getByRole('dialog').getByRole('button', { name: 'Завершить' }).click();
  await expect(here.locator('.toasts')).toContainText('Заверш');
  await expect(here.locator('.sessions li')).toHaveCount(1);
  await there.reload();
  await expect(there).toHaveURL(/\/login/);
  await expect(here.locator('.sessions')).toContainText('этот');
});
