import { defineConfig } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Journeys in the system's Chromium against the real binary (`TASKTRACK_BIN`), started here on a
 * free port with a fresh database and the demo data; or against `TASKTRACK_URL`, where that is set.
 * The values are kept in the environment because every worker reads this file again.
 */
const env = process.env;
env.E2E_PORT ??= execFileSync(process.execPath, ['-e', 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })']).toString().trim();
const url = env.TASKTRACK_URL ?? `http://127.0.0.1:${env.E2E_PORT}`;
if (!env.TASKTRACK_URL) env.E2E_DATA ??= mkdtempSync(join(tmpdir(), 'tasktrack-e2e-'));

export default defineConfig({
  testDir: 'e2e',
  // Time is given, not tested: the machine may be busy with a compiler.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 1,
  retries: 0,
  reporter: [['list']],
  globalTeardown: './e2e/teardown.ts',
  webServer: env.TASKTRACK_URL
    ? undefined
    : {
        command: `exec "${resolve(env.TASKTRACK_BIN ?? '../target/debug/tasktrack')}" serve --demo`,
        cwd: '..',
        url: `${url}/health/ready`,
        timeout: 180_000,
        gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
        env: {
          TASKTRACK_LISTEN: `127.0.0.1:${env.E2E_PORT}`,
          TASKTRACK_DATA_DIR: env.E2E_DATA!,
          TASKTRACK_LOGIN_ADDRESS_BURST: '100000',
          TASKTRACK_LOGIN_PAIR_BURST: '100000',
          TASKTRACK_REGISTER_BURST: '100000',
        },
      },
  use: {
    baseURL: url,
    locale: 'ru-RU',
    timezoneId: 'Europe/Moscow',
    viewport: { width: 1440, height: 900 },
    // Without pictures it costs little; one picture of the end is taken.
    trace: { mode: 'retain-on-failure', screenshots: false, sources: false },
    screenshot: 'only-on-failure',
    // Only the journeys without a line need it.
    serviceWorkers: 'block',
    launchOptions: {
      executablePath: env.CHROMIUM_PATH || env.CHROMIUM || '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
    },
  },
});
