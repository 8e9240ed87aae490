// What one saw last is there when nothing else is, and only for whom it was there.

import { keptPage, reopenOffline } from '../fixtures/kept-page';
import { keptRows } from '../fixtures/kept-rows';
import { expect, test } from '../fixtures/test';

test('Without network, what was there last is shown, and as of when', async ({ browser, here }) => {
  const [account, bea] = [await here.account('Ada'), await here.account('Bea')];
  const word = `Before the tunnel, ${account.username}`;
  await here.as(bea).insert('tavern_messages', { body: word });
  const page = await keptPage(browser, here.origin, account);
  const context = page.context();
  await page.reload();
  const status = page.getByRole('status', { name: 'Connection' });
  await expect(status).toHaveText('Live', { timeout: 20_000 });
  await expect.poll(() => keptRows(page, account.id), { timeout: 20_000 }).toContain(word);

  const back = await reopenOffline(page);
  await expect(status).toHaveText(/^Offline · as of \d\d:\d\d$/);
  await expect(page.getByRole('log').getByText(word)).toBeVisible();
  await page.getByRole('navigation').getByRole('link', { name: 'Members', exact: true }).click();
  await expect(page.getByRole('list', { name: 'Members' }).getByRole('listitem').first()).toBeVisible();

  // What is said meanwhile is there as soon as the network is, and nothing is as of then any more.
  const later = `After the tunnel, ${account.username}`;
  await here.as(bea).insert('tavern_messages', { body: later });
  await page.getByRole('navigation').getByRole('link', { name: 'Tavern', exact: true }).click();
  await back();
  await expect(status).toHaveText('Live', { timeout: 30_000 });
  await expect(page.getByRole('log').getByText(later)).toBeVisible();
  await expect(page.getByRole('log').getByText(word)).toHaveCount(1);

  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByRole('form', { name: 'Sign in', exact: true })).toBeVisible();
  await expect.poll(() => keptRows(page, account.id)).toBe('');
  await context.close();
});

test('Whoever comes back asks only for what was missed', async ({ person, here }) => {
  const ada = await person('Ada');
  await expect.poll(() => keptRows(ada.page, ada.id), { timeout: 20_000 }).toContain('"complete":true');
  const bodies: string[] = [];
  ada.page.on('request', (request) => {
    if (request.url().includes('/rpc/sync')) bodies.push(request.postData() ?? '');
  });
  const bea = await here.account('Bea');
  await here.as(bea).insert('tavern_messages', { body: `Meanwhile, ${ada.account.username}` });
  ada.loads = 2;
  await ada.page.reload();
  await ada.live();
  await expect(ada.line(`Meanwhile, ${ada.account.username}`)).toBeVisible();
  expect(bodies.length).toBe(1);
  expect(JSON.parse(bodies[0]).cursor).toMatch(/^[0-9a-f-]{36}:\d+$/);
});
