import { expect, newTask, test, unique } from './base';

test('a change of somebody else shows at once, with a margin in their colour', async ({ open, as }) => {
  const worker = await as('worker');
  const me = await worker.get<{ name: string; avatar_color: string }>('/users/me');
  const task = await newTask(await as('manager'), { title: unique('Живое'), owner_id: 3 });
  const page = await open('manager', `/tasks?q=${encodeURIComponent(task.title)}`);
  const row = page.locator('.trow');
  await expect(row).toHaveCount(1);
  await expect(page.getByRole('img', { name: 'Связь есть' })).toBeVisible();

  const sent = Date.now();
  await worker.send('POST', `/tasks/${task.id}/status`, { status: 'in_progress' });
  await expect(row).toHaveAttribute('data-margin', 'live');
  test.info().annotations.push({ type: 'shown after', description: `${Date.now() - sent} ms` });
  await expect(row.locator('.cell-btn[title="В работе"]')).toBeVisible();
  expect(await row.evaluate((el) => getComputedStyle(el).getPropertyValue('--mark').trim().toLowerCase())).toBe(me.avatar_color.toLowerCase());
  // It fades by itself.
  await expect(row).not.toHaveAttribute('data-margin', 'live');
});

test('after a break the line comes back and brings what was missed', async ({ open, as }) => {
  const api = await as('manager');
  const task = await newTask(api, { title: unique('Обрыв') });
  let cut: (() => Promise<void>) | null = null;
  const page = await open(null, '/login');
  // Between the page and the server, so that the line can be cut.
  await page.routeWebSocket(/\/api\/v1\/live/, (socket) => {
    const server = socket.connectToServer();
    cut = async () => {
      await server.close();
      await socket.close({ code: 1012 });
    };
  });
  await page.locator('input[name=email]').fill('manager@example.com');
  await page.locator('input[name=password]').fill('tasktrack');
  await page.keyboard.press('Enter');
  await expect(page).not.toHaveURL(/\/login/);
  await page.goto(`/tasks?q=${encodeURIComponent(task.title)}`);
  await expect(page.locator('.trow')).toHaveCount(1);
  await expect(page.getByRole('img', { name: 'Связь есть' })).toBeVisible();
  // No new ticket: the page stays without a line for as long as the change takes.
  await page.route('**/live/ticket', (route) => route.abort());
  await cut!();
  await expect(page.getByRole('img', { name: 'Связи нет' })).toBeVisible();
  await api.send('PATCH', `/tasks/${task.id}`, { priority: 'urgent' });
  await page.unroute('**/live/ticket');
  await expect(page.getByRole('img', { name: 'Связь есть' })).toBeVisible();
  await expect(page.locator('.trow .cell-btn[title="Срочный"]')).toBeVisible();
});
