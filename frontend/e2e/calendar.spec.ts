import type { Page } from '@playwright/test';
import { expect, type Made, newTask, test, unique } from './base';

const chip = (page: Page, task: Made) => page.locator(`.chip-task[data-entry="due${task.id}"]`);
/** The day a chip stands on, by where it is: chips lie over the days. */
async function dayOf(page: Page, task: Made): Promise<string | null> {
  const box = await chip(page, task).boundingBox();
  if (!box) return null;
  return page.evaluate(([x, y]) => [...document.querySelectorAll<HTMLElement>('.cal-day')].find((el) => {
    const r = el.getBoundingClientRect();
    return x! >= r.left && x! < r.right && y! >= r.top && y! < r.bottom;
  })?.dataset.day ?? null, [box.x + box.width / 2, box.y + box.height / 2]);
}
async function drag(page: Page, selector: string, day: string) {
  const a = (await page.locator(selector).boundingBox())!;
  const b = (await page.locator(`.cal-day[data-day="${day}"]`).boundingBox())!;
  await page.mouse.move(a.x + 30, a.y + a.height / 2);
  await page.mouse.down();
  await page.mouse.move(a.x + 36, a.y + a.height / 2 + 6, { steps: 3 });
  await page.mouse.move(b.x + b.width / 2 - 4, b.y + b.height / 2, { steps: 4 });
  await page.mouse.move(b.x + b.width / 2, b.y + b.height / 2, { steps: 2 });
  await expect(page.locator(`.cal-day[data-day="${day}"]`)).toHaveAttribute('data-over', 'true');
  await page.mouse.up();
}

test('a task is put on another day by drag and by keyboard, and keeps its hour', async ({ open, as }) => {
  const api = await as('manager');
  const mark = unique('Календарь').replace(' ', '');
  const task = await newTask(api, { title: `${mark} срок`, due_date: '2027-03-10T15:00:00Z' });
  const loose = await newTask(api, { title: `${mark} без срока` });
  const page = await open('manager', `/tasks?layout=calendar&at=2027-03&q=${mark}`);
  await expect(chip(page, task)).toBeVisible();
  expect(await dayOf(page, task)).toBe('2027-03-10');
  await drag(page, `[data-entry="due${task.id}"]`, '2027-03-18');
  await expect(async () => expect(await dayOf(page, task)).toBe('2027-03-18')).toPass();
  await expect(async () => expect(await api.get(`/tasks/${task.id}`)).toMatchObject({ due_date: '2027-03-18T15:00:00Z' })).toPass();
  await chip(page, task).focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(async () => expect(await dayOf(page, task)).toBe('2027-03-19')).toPass();
  await expect(chip(page, task)).toBeFocused();
  await page.keyboard.press('Shift+ArrowDown');
  await expect(async () => expect(await api.get(`/tasks/${task.id}`)).toMatchObject({ due_date: '2027-03-26T15:00:00Z' })).toPass();
  // From the tray onto a day; it leaves the tray.
  await drag(page, `.tray-row[data-task="${loose.id}"]`, '2027-03-02');
  await expect(async () => expect(await dayOf(page, loose)).toBe('2027-03-02')).toPass();
  await expect(page.locator(`.tray-row[data-task="${loose.id}"]`)).toHaveCount(0);
  await page.reload();
  await expect(chip(page, loose)).toBeVisible();
  expect([await dayOf(page, loose), await dayOf(page, task)]).toEqual(['2027-03-02', '2027-03-26']);
});

test('months and weeks are turned, a plan is a bar over its days', async ({ open, as }) => {
  const api = await as('manager');
  const mark = unique('План').replace(' ', '');
  const task = await newTask(api, { title: mark, due_date: '2027-04-14', planned_start: '2027-04-05T06:00:00Z', planned_end: '2027-04-08T15:00:00Z' });
  const page = await open('manager', `/tasks?layout=calendar&at=2027-04&q=${mark}`);
  await expect(chip(page, task)).toBeVisible();
  const bar = page.locator(`.chip-task[data-entry="plan${task.id}"]`);
  const [one, four] = [(await chip(page, task).boundingBox())!, (await bar.boundingBox())!];
  expect(four.width / one.width).toBeGreaterThan(3.5);
  await page.keyboard.press('PageDown');
  await expect(page).toHaveURL(/at=2027-05/);
  await expect(chip(page, task)).toHaveCount(0);
  await page.keyboard.press('PageUp');
  await expect(chip(page, task)).toBeVisible();
  await page.getByRole('button', { name: 'Неделя', exact: true }).click();
  await page.goto(`/tasks?layout=calendar&zoom=week&at=2027-04-06&q=${mark}`);
  await expect(bar).toBeVisible();
  await bar.click();
  await expect(page.locator('.task-title')).toHaveText(mark);
});

test('on a phone it is an agenda', async ({ open, as }) => {
  const api = await as('manager');
  const mark = unique('Повестка').replace(' ', '');
  await newTask(api, { title: mark, due_date: '2027-05-12' });
  const page = await open('manager', `/tasks?layout=calendar&at=2027-05&q=${mark}`, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await expect(page.getByRole('region', { name: /12 мая/ })).toContainText(mark);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});
