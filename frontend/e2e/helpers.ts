import { expect, type Page } from '@playwright/test';

export const PASSWORD = 'tasktrack';

export async function logIn(page: Page, who = 'admin', path = '/tasks'): Promise<void> {
  await page.goto(`/login?next=${encodeURIComponent(path)}`);
  await page.locator('input[name=email]').fill(`${who}@example.com`);
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page).not.toHaveURL(/\/login/);
}

/** Errors of scripts and of the content policy; what the server refuses on purpose is not one. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) errors.push(message.text());
  });
  return errors;
}
