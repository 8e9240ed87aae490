// The status says in words what is true, and nothing else.

import { Person } from '../fixtures/person';
import { expect, test } from '../fixtures/test';

test('Connecting, Catching up, Live', async ({ browser, here, guests }) => {
  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  let connect = () => {};
  const mayConnect = new Promise<void>((go) => (connect = go));
  let load = () => {};
  const mayLoad = new Promise<void>((go) => (load = go));
  await ada.page.routeWebSocket(/realtime/, async (socket) => {
    const early: (string | Buffer)[] = [];
    socket.onMessage((message) => early.push(message));
    await mayConnect;
    const server = socket.connectToServer();
    socket.onMessage((message) => server.send(message));
    for (const message of early) server.send(message);
  });
  await ada.page.route('**/rest/v1/rpc/sync', async (route) => {
    await mayLoad;
    await route.continue();
  });
  await ada.open();
  await expect(ada.status).toHaveText('Connecting');
  await expect(ada.page.getByText('Loading').first()).toBeVisible();
  connect();
  await expect(ada.status).toHaveText('Catching up');
  load();
  await ada.live();
  await expect(ada.chat).toBeVisible();
});

test('Reconnecting, with a way to try at once', async ({ browser, here, guests }) => {
  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  let broken = true;
  await ada.page.routeWebSocket(/realtime/, async (socket) => {
    if (broken) await socket.close({ code: 1011, reason: 'not today' });
    else socket.connectToServer();
  });
  await ada.open();
  await expect(ada.status).toHaveText(/^Reconnecting in \d+ s$/);
  await expect(ada.page.getByText('cannot be reached').first()).toBeVisible();
  // The longer it lasts the rarer it tries; waiting for a delay that somebody would not want to sit out.
  await expect(ada.status).toHaveText(/^Reconnecting in ([2-9]|\d\d) s$/, { timeout: 40_000 });
  broken = false;
  await ada.page.getByRole('button', { name: 'Try now', exact: true }).first().click();
  await ada.live();
});

test('Offline, with what one had still in sight', async ({ person }) => {
  const ada = await person('Ada');
  await ada.say('Can be read without network');
  await expect(ada.line('Can be read').last()).toHaveAttribute('data-standing', 'confirmed');
  await ada.context.setOffline(true);
  await expect(ada.status).toHaveText('Offline');
  await ada.go('Events');
  await expect(ada.event('Quiz night')).toBeVisible();
  await ada.go('Tavern');
  await expect(ada.line('Can be read').last()).toBeVisible();
  await ada.context.setOffline(false);
  await ada.live(30_000);
});

test('Sign in again, when the session has ended', async ({ browser, here, guests }) => {
  const account = await here.account('Ada');
  // Signed out elsewhere, and too old to be used without asking for a new token.
  const ended = await here.as(account).call('POST', '/auth/v1/logout?scope=global');
  expect(ended.status).toBe(204);
  const stale = { ...account, session: { ...account.session, expires_at: Math.floor(Date.now() / 1000) - 60 } };
  const ada = await Person.enter(browser, here, 'Ada', stale);
  guests.push(ada);
  await ada.open();
  await expect(ada.status).toHaveText('Sign in again');
  await ada.page.getByRole('alert').getByRole('button', { name: 'Sign in', exact: true }).click();
  const form = ada.page.getByRole('form', { name: 'Sign in', exact: true });
  await form.getByLabel('Email', { exact: true }).fill(account.email);
  await form.getByLabel('Password', { exact: true }).fill(account.password);
  await form.getByLabel('Password', { exact: true }).press('Enter');
  await ada.live();
});
