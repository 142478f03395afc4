import { type APIRequestContext, type BrowserContextOptions, expect, type Page, test as plain } from '@playwright/test';

export const PASSWORD = 'tasktrack';
type Who = 'admin' | 'manager' | 'worker' | 'finance' | 'client';

export interface Api {
  get<T>(path: string): Promise<T>;
  send<T>(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>;
}
export interface Made {
  id: number;
  key: string;
  title: string;
  version: number;
}
interface Fixtures {
  /** A window of its own with somebody signed in; nobody's with `null`. */
  open(who: Who | null, path?: string, options?: BrowserContextOptions): Promise<Page>;
  /** The same server without a browser. */
  as(who: Who): Promise<Api>;
  /** Answers of these kinds are meant to come. */
  allow(...status: number[]): void;
}

/** Every journey ends with: no error of a script, none of the content policy, no failed request. */
export const test = plain.extend<Fixtures & { bin: { errors: string[]; allowed: Set<number> } }>({
  bin: async ({}, give) => {
    const bin = { errors: [] as string[], allowed: new Set<number>() };
    await give(bin);
    expect(bin.errors).toEqual([]);
  },
  allow: async ({ bin }, give) => give((...status) => status.forEach((s) => bin.allowed.add(s))),
  as: async ({ request }, give) => give((who) => signIn(request, who)),
  open: async ({ browser, bin }, give) => {
    const windows: Page[] = [];
    await give(async (who, path = '/tasks', options = {}) => {
      const page = await (await browser.newContext(options)).newPage();
      windows.push(page);
      page.on('pageerror', (error) => bin.errors.push(`script: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) bin.errors.push(`console: ${message.text()}`);
      });
      page.on('response', (response) => {
        if (response.status() >= 400 && !bin.allowed.has(response.status())) bin.errors.push(`${response.status()} ${response.request().method()} ${response.url()}`);
      });
      if (who) await logIn(page, who, path);
      else await page.goto(path);
      return page;
    });
    for (const page of windows) await page.context().close();
  },
});
export { expect };

export async function logIn(page: Page, who: string, path = '/tasks'): Promise<void> {
  await page.goto(`/login?next=${encodeURIComponent(path)}`);
  await page.locator('input[name=email]').fill(`${who}@example.com`);
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page).not.toHaveURL(/\/login/);
}

async function signIn(request: APIRequestContext, who: Who): Promise<Api> {
  const answer = await request.post('/api/v1/auth/login', { data: { email: `${who}@example.com`, password: PASSWORD } });
  const { access_token } = (await answer.json()) as { access_token: string };
  const headers = { Authorization: `Bearer ${access_token}` };
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await request.fetch(`/api/v1${path}`, { method, headers, data: body as object });
    expect(response.ok(), `${method} ${path}: ${response.status()} ${await response.text()}`).toBe(true);
    return response.status() === 204 ? null : response.json();
  };
  return { get: (path) => call('GET', path), send: (method, path, body) => call(method, path, body) };
}

let made = 0;
export const unique = (word: string) => `${word} ${Date.now().toString(36)}${made++}`;
export const newTask = (api: Api, more: object = {}) => api.send<Made>('POST', '/tasks', { title: unique('Проверка'), ...more });
/** A property of the task page by its name. */
export const prop = (page: Page, name: string) => page.locator('.task-side .prop').filter({ has: page.locator('.prop-label', { hasText: new RegExp(`^${name}$`) }) });
export const pick = (page: Page, name: string | RegExp) => page.getByRole('option', { name }).first().click();
/** Types into the field that has the focus, once there is one: what opens a field may take a moment, and letters that no key has come without a key press. */
export async function typeText(page: Page, text: string): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.activeElement?.matches('input, textarea, [contenteditable="true"]') ?? false)).toBe(true);
  await page.keyboard.type(text);
}
