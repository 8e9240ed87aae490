// The connection doctor names what is wrong, and its cure.

import type { Locator } from '@playwright/test';

import { faultyTest } from '../fixtures/network';
import { Person } from '../fixtures/person';
import { expect, test } from '../fixtures/test';

function step(check: Locator, name: string): Locator {
  return check.getByRole('listitem').filter({ has: check.page().getByText(name, { exact: true }) });
}

/** Opens the panel and has everything checked. */
async function examine(person: Person): Promise<Locator> {
  const check = (await person.panel()).getByRole('region', { name: 'Connection check', exact: true });
  await check.getByRole('button', { name: 'Check the connection', exact: true }).click();
  await expect(check.getByRole('button', { name: 'Copy report', exact: true })).toBeVisible({ timeout: 30_000 });
  return check;
}

test('All is well, and the report can be taken along', async ({ person, here }) => {
  const ada = await person('Ada', { permissions: ['clipboard-read', 'clipboard-write'] });
  const check = await examine(ada);
  await expect(check.getByRole('status')).toHaveText('All is well.');
  await expect(check.getByRole('listitem')).toHaveCount(9);
  await check.getByRole('button', { name: 'Copy report', exact: true }).click();
  await expect(check.getByRole('button', { name: 'Copied', exact: true })).toBeVisible();
  const report = await ada.page.evaluate(() => navigator.clipboard.readText());
  expect(report).toContain('good  Tables published');
  expect(report).toContain('Live');
  expect(report).not.toContain(ada.account.session.access_token);
  expect(report).not.toContain(here.supabase.ready.publishable_key);
});

faultyTest('An address that cannot be reached', async ({ person, network }) => {
  const ada = await person('Ada');
  await network.refuse(true);
  await network.cut();
  await expect(ada.status).toHaveText(/^Reconnecting/);
  const check = await examine(ada);
  await expect(step(check, 'Address reachable')).toContainText('cannot be reached');
  await expect(step(check, 'Address reachable')).toContainText('supabase_url in config.json');
  await expect(step(check, 'WebSocket opens')).toContainText('Not tried');
  await expect(check.getByRole('status')).toHaveText('This step fails: “Address reachable”.');
  await network.heal();
  await check.getByRole('button', { name: 'Check the connection', exact: true }).click();
  await expect(check.getByRole('status')).toHaveText('All is well.', { timeout: 20_000 });
});

faultyTest('A network on which everything but WebSockets works', async ({ browser, here, guests }) => {
  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  await ada.page.routeWebSocket(/realtime/, (socket) => socket.close({ code: 1011, reason: 'not here' }));
  await ada.open();
  await expect(ada.status).toHaveText(/^Reconnecting/);
  const check = await examine(ada);
  await expect(step(check, 'Rows can be read')).toHaveAttribute('data-state', 'good');
  await expect(step(check, 'Channel joined').or(step(check, 'WebSocket opens')).first()).toContainText('another network');
});

test('A session that was ended elsewhere', async ({ person, here }) => {
  const ada = await person('Ada');
  const ended = await here.as(ada.account).call('POST', '/auth/v1/logout?scope=global');
  expect(ended.status).toBe(204);
  const check = await examine(ada);
  await expect(step(check, 'Signed in')).toContainText('The session has ended.');
  await expect(step(check, 'Signed in')).toContainText('Sign out and sign in again.');
});

test('A key that the project does not know', async ({ browser, here, guests }) => {
  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  await ada.page.route('**/config.json', (route) =>
    route.fulfill({ json: { supabase_url: here.api, supabase_key: 'sb_publishable_of_another_project' } }),
  );
  await ada.open();
  await expect(ada.page.locator('.status')).toBeVisible();
  const check = await examine(ada);
  await expect(step(check, 'Key accepted')).toContainText('Copy the publishable key');
});

test('Tables that are not published, and a clock that is wrong', async ({ browser, here, guests }) => {
  const account = await here.account('Ada');
  const fast = { ...account, session: { ...account.session, expires_at: account.session.expires_at + 600 } };
  const ada = await Person.enter(browser, here, 'Ada', fast);
  guests.push(ada);
  let published = true;
  await ada.page.routeWebSocket(/realtime/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const news = String(message);
      const subscribed = !published && news.includes('Subscribed to PostgreSQL');
      socket.send(
        subscribed
          ? news.replace('"ok"', '"error"').replace('Subscribed to PostgreSQL', 'Unable to subscribe to changes')
          : message,
      );
    });
  });
  await ada.open();
  await ada.live();
  published = false;
  const check = await examine(ada);
  await expect(step(check, 'Tables published')).toContainText('publication supabase_realtime');
  await expect(step(check, 'Clock')).toContainText('10 min ahead');
});

test('A guest whose sign-in fails can have checked what needs none', async ({ visitor }) => {
  const { page } = await visitor('Ada');
  const check = page.getByRole('region', { name: 'Connection check', exact: true });
  await expect(check).toBeHidden();
  await page.getByText('Trouble connecting?', { exact: true }).click();
  await check.getByRole('button', { name: 'Check the connection', exact: true }).click();
  await expect(check.getByRole('status')).toHaveText('All is well so far. Sign in to have the rest checked.', { timeout: 30_000 });
  for (const name of ['Address reachable', 'Key accepted', 'WebSocket opens']) {
    await expect(step(check, name)).toHaveAttribute('data-state', 'good');
  }
  for (const name of ['Signed in', 'Clock', 'Rows can be read', 'Channel joined', 'Tables published', 'Last change']) {
    await expect(step(check, name)).toContainText('somebody who is signed in');
  }
});

test('A page without its configuration names the step that fails, and the cure', async ({ browser, here, guests }) => {
  const ada = await Person.enter(browser, here, 'Ada');
  guests.push(ada);
  await ada.page.route('**/config.json', (route) => route.fulfill({ body: '{ "supabase_url": ' }));
  await ada.open();
  await expect(ada.page.getByRole('alert')).toContainText('config.json');
  const check = ada.page.getByRole('region', { name: 'Connection check', exact: true });
  await check.getByRole('button', { name: 'Check the connection', exact: true }).click();
  await expect(step(check, 'Address reachable')).toContainText('Put supabase_url and supabase_key into it');
  await expect(check.getByRole('status')).toHaveText('This step fails: “Address reachable”.');
});
