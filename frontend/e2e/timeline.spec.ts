import type { Page } from '@playwright/test';
import { expect, type Made, newTask, test, unique } from './base';

const bar = (page: Page, task: Made) => page.locator(`.tl-bar[data-task="${task.id}"]`);
const name = (page: Page, task: Made) => page.locator(`.tl-name[data-task="${task.id}"]`);
/** So many days from now. */
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
/** Pulls by so many days of 40 pixels. */
async function pull(page: Page, what: string, days: number) {
  const box = (await page.locator(what).boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + days * 20, y, { steps: 4 });
  await page.mouse.move(x + days * 40, y, { steps: 4 });
  await expect(page.locator('.tl-bar[data-held]')).toHaveCount(1);
  await page.mouse.up();
  await expect(page.locator('.tl-bar[data-held]')).toHaveCount(0);
}

test('a bar is moved and pulled at its ends, by mouse and by keyboard', async ({ open, as }) => {
  const api = await as('manager');
  const mark = unique('График').replace(' ', '');
  const task = await newTask(api, { title: mark, planned_start: '2027-02-08T06:00:00Z', planned_end: '2027-02-10T15:00:00Z' });
  const child = await newTask(api, { title: `${mark} часть`, parent_id: task.id, planned_start: '2027-02-10T06:00:00Z', planned_end: '2027-02-11T15:00:00Z' });
  const page = await open('manager', `/tasks?layout=timeline&zoom=day&at=2027-02-08&q=${mark}`);
  await expect(bar(page, task)).toBeVisible();
  await expect(page.locator('.tl-name')).toHaveText([new RegExp(task.key), new RegExp(child.key)]);
  await expect(page.locator('.tl-ties path')).toHaveAttribute('d', /^M/);
  const is = async (start: string, end: string) => expect(async () => expect(await api.get(`/tasks/${task.id}`)).toMatchObject({ planned_start: start, planned_end: end })).toPass();
  await pull(page, `.tl-bar[data-task="${task.id}"]`, 2);
  await is('2027-02-10T06:00:00Z', '2027-02-12T15:00:00Z');
  await pull(page, `.tl-bar[data-task="${task.id}"] [data-grip=end]`, 3);
  await is('2027-02-10T06:00:00Z', '2027-02-15T15:00:00Z');
  await pull(page, `.tl-bar[data-task="${task.id}"] [data-grip=start]`, -1);
  await is('2027-02-09T06:00:00Z', '2027-02-15T15:00:00Z');
  await page.locator(`.tl-name[data-task="${task.id}"]`).focus();
  await page.keyboard.press('Shift+ArrowLeft');
  await is('2027-02-08T06:00:00Z', '2027-02-14T15:00:00Z');
  await page.keyboard.press('Shift+ArrowUp');
  await is('2027-02-08T06:00:00Z', '2027-02-13T15:00:00Z');
  await expect(page.locator(`.tl-name[data-task="${task.id}"]`)).toBeFocused();
});

test('what has no plan gets one: drawn over the days, or by keyboard; the rest waits in the tray', async ({ open, as }) => {
  const api = await as('manager');
  const mark = unique('Наброски').replace(' ', '');
  const due = await newTask(api, { title: `${mark} срок`, due_date: '2027-02-12' });
  const loose = await newTask(api, { title: `${mark} без дат` });
  const page = await open('manager', `/tasks?layout=timeline&zoom=day&at=2027-02-08&q=${mark}`);
  await expect(page.locator('.tl-due')).toBeVisible();
  await expect(page.locator(`.tray-row[data-task="${loose.id}"]`)).toBeVisible();
  const lane = (await page.locator('.tl-lane').first().boundingBox())!;
  const flag = (await page.locator('.tl-due').boundingBox())!;
  // Three days that end on the day it is due.
  await page.mouse.move(flag.x - 20, lane.y + 17);
  await page.mouse.down();
  await page.mouse.move(flag.x - 60, lane.y + 17, { steps: 3 });
  await page.mouse.move(flag.x - 100, lane.y + 17, { steps: 3 });
  await expect(bar(page, due)).toHaveAttribute('data-held', 'true');
  await page.mouse.up();
  await expect(async () => expect(await api.get(`/tasks/${due.id}`)).toMatchObject({ planned_start: '2027-02-09T21:00:00Z', planned_end: '2027-02-12T20:59:59Z' })).toPass();
  await page.getByRole('button', { name: 'Месяц', exact: true }).click();
  await expect(page).toHaveURL(/zoom=month/);
  await expect(bar(page, due)).toBeVisible();
});

test('it opens at today, and what is seen stays where it is', async ({ open, as }) => {
  const api = await as('manager');
  const mark = unique('Ход').replace(' ', '');
  const plan = (title: string, from: number, to: number) => newTask(api, { title: `${mark} ${title}`, planned_start: inDays(from), planned_end: inDays(to) });
  // Open, but their days are over: it does not begin with them.
  const past: Made[] = [];
  for (let i = 0; i < 24; i++) past.push(await plan(`было ${i}`, -60 + i * 2, -59 + i * 2));
  const now = await plan('идёт', -2, 2);
  for (let i = 0; i < 24; i++) await plan(`будет ${i}`, 3 + i, 4 + i);
  const page = await open('manager', `/tasks?layout=timeline&q=${mark}`);
  await expect(name(page, now)).toBeInViewport();
  await expect(bar(page, now)).toBeInViewport();
  await expect(page.locator('.tl-today')).toBeInViewport();
  await expect(name(page, past[0]!)).not.toBeInViewport();
  // One row stands before it, under the head.
  const under = async () => {
    const head = (await page.locator('.tl-head').boundingBox())!;
    return (await name(page, now).boundingBox())!.y - head.y - head.height;
  };
  const place = await under();
  expect(place).toBeGreaterThan(34);
  expect(place).toBeLessThan(68);
  // Others plan something before it: nothing jumps.
  await expect(page.locator('.tl-corner')).toContainText('49');
  await plan('раньше всех', -70, -69);
  await expect(page.locator('.tl-corner')).toContainText('50');
  expect(Math.abs((await under()) - place)).toBeLessThan(2);
  // What was before is above.
  await page.locator('.tl-scroll').evaluate((el) => el.scrollTo(el.scrollLeft, 0));
  await expect(name(page, past[0]!)).toBeInViewport();
  // An address of another day opens there.
  await page.goto(`/tasks?layout=timeline&q=${mark}&at=${inDays(-40).slice(0, 10)}`);
  await expect(name(page, past[10]!)).toBeInViewport();
  await expect(bar(page, past[10]!)).toBeInViewport();
  await expect(name(page, past[4]!)).not.toBeInViewport();
});

test('the tray stands where it stays while the plan comes, and gives to it', async ({ open, as }) => {
  const api = await as('manager');
  const mark = unique('Лоток').replace(' ', '');
  const task = await newTask(api, { title: mark, planned_start: '2027-02-08T06:00:00Z', planned_end: '2027-02-10T15:00:00Z' });
  const loose = await newTask(api, { title: `${mark} без дат` });
  const page = await open('manager', `/tasks?q=${mark}`);
  let answer = () => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route((url) => url.pathname === '/api/v1/tasks' && url.searchParams.has('planned_from'), async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`/tasks?layout=timeline&zoom=day&at=2027-02-08&q=${mark}`);
  const row = page.locator(`.tray-row[data-task="${loose.id}"]`);
  await expect(page.locator('.tl-bones .skeleton').first()).toBeVisible();
  await expect(row).toBeVisible();
  const tray = page.locator('.cal-tray');
  const before = await tray.boundingBox();
  answer();
  await expect(bar(page, task)).toBeVisible();
  expect(await tray.boundingBox()).toEqual(before);
  // From the tray onto a day.
  const from = (await row.boundingBox())!;
  const to = (await bar(page, task).boundingBox())!;
  await page.mouse.move(from.x + 30, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + 36, from.y + from.height / 2 + 6, { steps: 3 });
  await page.mouse.move(to.x + 16, to.y + 96, { steps: 4 });
  await page.mouse.move(to.x + 20, to.y + 100, { steps: 2 });
  await expect(page.locator('.tl-target')).toBeVisible();
  await page.mouse.up();
  await expect(bar(page, loose)).toBeVisible();
  await expect(row).toHaveCount(0);
  await expect(async () => expect(await api.get(`/tasks/${loose.id}`)).toMatchObject({ planned_start: '2027-02-07T21:00:00Z', planned_end: '2027-02-08T20:59:59Z' })).toPass();
});
