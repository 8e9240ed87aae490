// How the stories are run: one after the other, in an installed Chromium, each leaving what explains a failure.

import { defineConfig } from '@playwright/test';

import { CHROMIUM, FLAGS } from './fixtures/chromium';

export default defineConfig({
  testDir: 'specs',
  outputDir: 'results',
  reporter: [['list']],
  // Two cores hold one server, one PostgreSQL and a few pages; more at once only measures the machine.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    browserName: 'chromium',
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    // Else a story would see the copy of the page, and its own routes would see nothing.
    serviceWorkers: 'block',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    viewport: { width: 1024, height: 800 },
    screenshot: 'only-on-failure',
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: true, sources: true },
    launchOptions: {
      executablePath: CHROMIUM,
      args: FLAGS,
    },
  },
});
