// How quick the pages are with 10,000 tasks in one project: `npm run speed` (or `make speed`), after `make build`.
// Starts the binary (TASKTRACK_BIN, else the release one, else the debug one) with data of its own under .run/speed,
// which later runs use again, or measures TASKTRACK_URL. Prints a table. Figures depend on the machine and decide nothing;
// only an unbounded number of rows in the page ends with an error.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

const root = fileURLToPath(new URL('../..', import.meta.url));
const TASKS = Number(process.env.SPEED_TASKS ?? 10_000);
const RUNS = Number(process.env.SPEED_RUNS ?? 5);
const STATUSES = ['new', 'in_progress', 'waiting', 'testing'];
const rows = [];
const figure = (name, value, target, good) => rows.push([name, value, target, good === undefined ? '' : good ? 'ok' : 'over']);
const quantile = (list, q) => [...list].sort((a, b) => a - b)[Math.max(0, Math.ceil(q * list.length) - 1)] ?? NaN;

async function serve() {
  if (process.env.TASKTRACK_URL) return { url: process.env.TASKTRACK_URL, stop() {} };
  const bin = [process.env.TASKTRACK_BIN, 'target/dist/tasktrack', 'target/release/tasktrack', 'target/debug/tasktrack'].filter(Boolean).map((p) => (p.startsWith('/') ? p : `${root}${p}`)).find(existsSync);
  if (!bin) throw new Error('there is no binary: make build');
  const data = `${root}.run/speed`;
  mkdirSync(data, { recursive: true });
  const port = await new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
  const child = spawn(bin, ['serve', '--demo'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, TASKTRACK_LISTEN: `127.0.0.1:${port}`, TASKTRACK_DATA_DIR: data, TASKTRACK_LOG: 'warn', TASKTRACK_RATE_USER: '10000000', TASKTRACK_LOGIN_ADDRESS_BURST: '100000', TASKTRACK_LOGIN_PAIR_BURST: '100000' },
  });
  const url = `http://127.0.0.1:${port}`;
  for (let n = 0; n < 300; n++) {
    if ((await fetch(`${url}/health/ready`).catch(() => null))?.ok) {
      console.log(`server: ${bin}`);
      return { url, stop: () => child.kill('SIGTERM') };
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  child.kill('SIGTERM');
  throw new Error('the server does not start');
}

async function seed(url) {
  const post = async (path, body, token) => {
    const answer = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const { access_token: token } = await post('/auth/login', { email: 'manager@example.com', password: 'tasktrack' });
  const get = async (path) => (await fetch(`${url}/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` } })).json();
  const project = (await get('/projects?limit=200')).items[0];
  const { count } = await get(`/tasks?project=${project.id}&limit=1&include=count`);
  const people = (await get('/users?limit=20')).items.map((p) => p.id);
  const made = [];
  let left = Math.max(0, TASKS - count);
  if (left > 0) console.log(`making ${left} tasks in ${project.key}`);
  const one = async () => {
    while (left > 0) {
      const n = left--;
      const due = new Date(Date.now() + ((n % 60) - 20) * 86_400_000).toISOString().slice(0, 10);
      const task = await post('/tasks', { project_id: project.id, title: `Сверить проводки по счёту ${n % 97}.${n % 13} за ${1 + (n % 12)} месяц, документ ${n}`, priority: ['low', 'medium', 'high', 'urgent'][n % 4], due_date: due, ...(n % 3 ? { owner_id: people[n % people.length] } : {}) }, token).catch(async () => post('/tasks', { project_id: project.id, title: `Сверить проводки, документ ${n}` }, token));
      made.push(task.id);
    }
  };
  await Promise.all(Array.from({ length: 8 }, one));
  for (let at = 0, n = 0; at < made.length; at += 100, n++) {
    const status = STATUSES[n % STATUSES.length];
    if (status !== 'new') await post('/tasks/bulk', { task_ids: made.slice(at, at + 100), change: { status } }, token).catch(() => undefined);
  }
  return project;
}

/** In every page: what the browser itself says of paint, interactions and long tasks. */
function watch() {
  const seen = { lcp: 0, events: new Map(), long: [] };
  globalThis.speed = seen;
  new PerformanceObserver((list) => list.getEntries().forEach((e) => (seen.lcp = e.startTime))).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((e) => e.interactionId && seen.events.set(e.interactionId, Math.max(seen.events.get(e.interactionId) ?? 0, e.duration)))).observe({ type: 'event', durationThreshold: 16, buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((e) => seen.long.push({ at: e.startTime, ms: e.duration }))).observe({ type: 'longtask', buffered: true });
}
const settled = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60)))));

/** Turns the wheel over a place, quickly: 120 px at a time, about 60 times a second, down and back up. Says its long tasks in ms. */
async function wheel(place) {
  const page = place.page();
  const box = await place.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.evaluate(() => (globalThis.speed.long.length = 0));
  for (let n = 0; n < 100; n++) {
    await page.mouse.wheel(0, n < 50 ? 120 : -120);
    await page.waitForTimeout(16);
  }
  await page.waitForTimeout(300);
  return page.evaluate(() => globalThis.speed.long.map((t) => Math.round(t.ms)));
}

const server = await serve();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH || process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
let bounded = true;
try {
  const project = await seed(server.url);
  const context = await browser.newContext({ baseURL: server.url, locale: 'ru-RU', timezoneId: 'Europe/Moscow', viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' });
  await context.addInitScript(watch);
  const page = await context.newPage();
  await page.goto('/login');
  await page.locator('input[name=email]').fill('manager@example.com');
  await page.locator('input[name=password]').fill('tasktrack');
  await page.keyboard.press('Enter');
  await page.waitForURL((u) => !u.pathname.startsWith('/login'));
  const list = `/tasks?project=${project.id}`;

  // 1. A cold start of the list: nothing in the browser's cache.
  const cdp = await context.newCDPSession(page);
  const lcp = [];
  let bytes = 0;
  for (let n = 0; n < RUNS; n++) {
    await cdp.send('Network.clearBrowserCache');
    await page.goto(list);
    await page.locator('.trow').first().waitFor();
    await page.waitForLoadState('networkidle');
    lcp.push(await page.evaluate(() => globalThis.speed.lcp));
    bytes = await page.evaluate(() => performance.getEntriesByType('resource').filter((e) => /\.js$/.test(e.name)).reduce((sum, e) => sum + e.encodedBodySize, 0));
  }
  figure(`LCP of the list, median of ${RUNS} cold starts`, `${Math.round(quantile(lcp, 0.5))} ms`, '1500 ms', quantile(lcp, 0.5) <= 1500);
  figure('scripts fetched by then (with what is fetched ahead)', `${(bytes / 1000).toFixed(0)} kB`, '');

  // 2. Thirty interactions.
  await page.goto(list);
  await page.locator('.trow').first().waitFor();
  await settled(page);
  await page.evaluate(() => globalThis.speed.events.clear());
  const did = [];
  const act = async (name, work) => {
    await page.evaluate(() => globalThis.speed.events.clear());
    await work();
    await settled(page);
    await page.waitForTimeout(120);
    // An interaction shorter than the browser reports (16 ms) counts as that.
    did.push([name, Math.max(16, ...(await page.evaluate(() => [...globalThis.speed.events.values()])))]);
  };
  const key = (name, code) => act(name, () => page.keyboard.press(code));
  for (let n = 0; n < 6; n++) await key('row down', 'j');
  for (let n = 0; n < 2; n++) await key('row up', 'k');
  for (let n = 0; n < 3; n++) {
    await key('select', 'x');
    await key('row down', 'j');
  }
  await key('drop the selection', 'Escape');
  await key('open the status menu', 's');
  await key('close it', 'Escape');
  await key('open the palette', 'Control+k');
  for (const letter of 'zad') await key('type in the palette', letter);
  await key('close it', 'Escape');
  await key('open a new task', 'c');
  for (const letter of 'abc') await key('type its title', letter);
  await key('close it', 'Escape');
  await key('to the search', '/');
  for (const letter of '12') await key('type a search', letter);
  await key('leave the search', 'Escape');
  const durations = did.map(([, ms]) => ms);
  figure(`interactions: ${did.length}, 75 % within`, `${quantile(durations, 0.75)} ms`, '100 ms', quantile(durations, 0.75) <= 100);
  const [worst, ms] = did.reduce((a, b) => (b[1] > a[1] ? b : a));
  figure(`  the longest (${worst})`, `${ms} ms`, '');

  // 3. The list to its end: the number of rows in the page stays small.
  await page.goto(list);
  await page.locator('.trow').first().waitFor();
  let most = 0;
  let loaded = 0;
  for (let n = 0; n < TASKS / 100 + 20; n++) {
    const now = await page.evaluate(() => {
      const el = document.querySelector('.tasks');
      el.scrollTo(0, el.scrollHeight);
      return { rows: document.querySelectorAll('.trow').length, nodes: document.querySelectorAll('*').length, height: el.scrollHeight };
    });
    most = Math.max(most, now.rows);
    loaded = now.height;
    const more = await page.waitForFunction((before) => document.querySelector('.tasks').scrollHeight > before, loaded, { timeout: 3000 }).catch(() => null);
    if (!more) break;
  }
  bounded = most <= 120;
  figure(`rows in the page, of about ${Math.round(loaded / 34)} in the list`, String(most), '120', bounded);
  const longList = await wheel(page.locator('.tasks').first());
  figure('long tasks (> 50 ms) while that list scrolls', longList.length ? `${longList.length}, worst ${Math.max(...longList)} ms` : '0', '0', longList.length === 0);

  // 4. A board of 500 cards and more, scrolled.
  await page.goto(`${list}&layout=board`);
  const column = page.locator('.bscroll').first();
  await column.waitFor();
  await page.locator('.bcard').first().waitFor();
  for (let n = 0; n < 12; n++) {
    await page.evaluate(() => document.querySelectorAll('.bscroll').forEach((el) => el.scrollTo(0, el.scrollHeight)));
    await page.waitForTimeout(250);
  }
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => document.querySelectorAll('.bscroll').forEach((el) => el.scrollTo(0, 0)));
  await page.waitForTimeout(800);
  const cards = await page.evaluate(() => [...document.querySelectorAll('.bscroll')].reduce((sum, el) => sum + Math.round((el.scrollHeight * el.querySelectorAll('.bcard').length) / Math.max(1, [...el.querySelectorAll('.bcard')].reduce((h, card) => h + card.offsetHeight + 8, 0))), 0));
  const byHand = [...(await wheel(column)), ...(await wheel(page.locator('.bscroll').nth(1)))];
  figure(`long tasks (> 50 ms) while columns of a board of about ${cards} cards are scrolled`, byHand.length ? `${byHand.length}, worst ${Math.max(...byHand)} ms` : '0', '0', byHand.length === 0);
  const flung = await page.evaluate(async () => {
    const columns = [...document.querySelectorAll('.bscroll')];
    globalThis.speed.long.length = 0;
    for (let n = 0; n < 150; n++) {
      columns.forEach((el) => el.scrollBy(0, n < 75 ? 400 : -400));
      await new Promise(requestAnimationFrame);
    }
    await new Promise((done) => setTimeout(done, 300));
    return globalThis.speed.long.map((t) => Math.round(t.ms));
  });
  figure('  all columns at once, 400 px a frame, as no hand does', flung.length ? `${flung.length}, worst ${Math.max(...flung)} ms` : '0', '');
} finally {
  await browser.close();
  server.stop();
}
const widths = [0, 1, 2].map((i) => Math.max(...rows.map((r) => r[i].length)));
console.log();
for (const [name, value, target, state] of rows) console.log(`${name.padEnd(widths[0])}  ${value.padStart(widths[1])}  ${target ? `target ${target}`.padEnd(widths[2] + 7) : ''.padEnd(widths[2] + 7)}  ${state}`);
if (!bounded) process.exitCode = 1;
