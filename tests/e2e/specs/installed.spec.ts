// The page as an app: it opens without network, and says when there is a newer one.

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { keptPage, reopenOffline } from '../fixtures/kept-page';
import { servePage } from '../fixtures/page-server';
import { DIST } from '../fixtures/tavern';
import { expect, test } from '../fixtures/test';

test('What was opened once opens without network, and says so', async ({ browser, here }) => {
  const account = await here.account('Ada');
  const page = await keptPage(browser, here.origin, account);
  const context = page.context();
  const back = await reopenOffline(page);
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Events', exact: true })).toBeVisible();
  await expect(page.getByRole('status', { name: 'Connection' })).toHaveText('Offline');
  await back();
  await expect(page.getByRole('status', { name: 'Connection' })).toHaveText('Live', { timeout: 30_000 });
  await context.close();
});

test('A newer page is announced, and taken when the person says so', async ({ browser, here }) => {
  const dist = await mkdtemp(join(tmpdir(), 'tavern-page-'));
  await cp(DIST, dist, { recursive: true });
  const server = await servePage(dist, { supabase_url: here.api, supabase_key: here.supabase.ready.publishable_key });
  const page = await keptPage(browser, server.origin);
  try {
    const index = join(dist, 'index.html');
    await writeFile(index, (await readFile(index, 'utf8')).replace('A room for your people.', 'A newer room.'));
    await page.reload();
    const email = page.getByRole('form', { name: 'Sign in', exact: true }).getByLabel('Email', { exact: true });
    await email.fill('ada@example.com');
    const news = page.getByRole('status').filter({ hasText: 'newer version' });
    await expect(news).toBeVisible();
    await expect(email).toHaveValue('ada@example.com');
    await news.getByRole('button', { name: 'Reload', exact: true }).click();
    await expect(news).toBeHidden();
    expect(await page.evaluate(async () => (await fetch('./')).text())).toContain('A newer room.');
  } finally {
    await page.context().close();
    await server.close();
    await rm(dist, { recursive: true });
  }
});
