// What one decides for oneself, on this device and on all.

import { readFile } from 'node:fs/promises';

import { expect, test } from '../fixtures/test';

test('the theme is chosen, is there before the page, and is the same in all tabs', async ({ person }) => {
  const ada = await person('Ada', { hash: '#/settings', colorScheme: 'light' });
  const tab = await ada.context.newPage();
  await tab.goto(`${ada.tavern.origin}/#/settings`);
  await ada.page.getByRole('radio', { name: 'Dark' }).check();
  const dark = (page: typeof tab) => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  expect(await dark(ada.page)).toBe('dark');
  await expect(tab.getByRole('radio', { name: 'Dark' })).toBeChecked();
  expect(await dark(tab)).toBe('dark');
  // Without the program, which would come too late.
  await tab.route('**/*.wasm', (route) => route.abort());
  await tab.reload();
  expect(await dark(tab)).toBe('dark');
  await tab.close();
  await ada.page.emulateMedia({ media: 'print', colorScheme: 'light' });
  const ink = () => ada.page.evaluate(() => getComputedStyle(document.body).color.match(/[\d.]+/g)?.map(Number).slice(0, 1)[0]);
  expect(await ink(), 'dark on paper').toBeLessThan(0.5);
  await ada.page.emulateMedia({ media: null });
  expect(await ink(), 'light on the screen').toBeGreaterThan(0.5);
  await ada.page.getByRole('radio', { name: 'As the system' }).check();
  expect(await dark(ada.page)).toBe('light dark');
});

test('read receipts and blocks are settled there, for all devices', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea'], { hash: '#/settings' });
  await ada.page.getByRole('checkbox', { name: 'Show others what I have read' }).uncheck();
  await expect.poll(async () => (await ada.rest.rows('settings'))[0].read_receipts).toBe(false);
  await ada.rest.insert('blocks', { blocked_id: bea.id });
  const blocked = ada.page.getByRole('list', { name: 'Blocked people' }).getByRole('listitem');
  await expect(blocked).toContainText(bea.name);
  await blocked.getByRole('button', { name: 'Unblock' }).click();
  await expect(blocked).toHaveCount(0);
  await expect.poll(() => ada.rest.rows('blocks')).toEqual([]);
});

test('other devices are signed out, and this one stays', async ({ person, here }) => {
  const account = await here.account('Ada');
  const ada = await person('Ada', { account, hash: '#/settings' });
  const other = await here.anonymous.signIn(account.email, account.password);
  await ada.page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await expect(ada.page.getByText(/^Done\./)).toBeVisible();
  const refresh = (token: string) =>
    here.anonymous.call('POST', '/auth/v1/token?grant_type=refresh_token', { refresh_token: token });
  expect((await refresh(other.refresh_token)).status).toBe(400);
  expect((await refresh(account.session.refresh_token)).status).toBe(200);
});

test('one takes everything along, and then leaves nothing behind', async ({ people, here }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const word = ada.account.username;
  await ada.say(`Farewell from ${word}`);
  await expect(bea.line(`Farewell from ${word}`)).toBeVisible();
  await bea.rest.insert('private_messages', { recipient_id: ada.id, body: 'Do you really go?' });

  await ada.page.getByRole('link', { name: /^Settings of/ }).click();
  const [download] = await Promise.all([
    ada.page.waitForEvent('download'),
    ada.page.getByRole('button', { name: 'Download my data' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('tavern.json');
  const data = JSON.parse(await readFile(await download.path(), 'utf8'));
  expect(data.account.email).toBe(ada.account.email);
  expect(data.tavern_messages.map((row: { body: string }) => row.body)).toEqual([`Farewell from ${word}`]);
  expect(data.private_messages[0].body).toBe('Do you really go?');

  await ada.page.getByRole('button', { name: 'Erase my account' }).click();
  const dialog = ada.dialog('Erase my account');
  await dialog.getByLabel('Your username').fill('somebody');
  await dialog.getByRole('button', { name: 'Erase everything' }).click();
  await expect(dialog.getByLabel('Your username')).toHaveAccessibleDescription(/not your username/);
  await dialog.getByLabel('Your username').fill(word);
  await dialog.getByRole('button', { name: 'Erase everything' }).click();
  await expect(ada.page.getByText('Your account is erased.')).toBeVisible();
  expect(await ada.page.evaluate(() => localStorage.getItem('tavern-session'))).toBeNull();

  await expect(bea.line(`Farewell from ${word}`)).toHaveCount(0);
  await bea.go('Members');
  await expect(await bea.find(word)).toHaveCount(0);
  const again = await here.anonymous.call('POST', '/auth/v1/token?grant_type=password', ada.account);
  expect(again.status).toBe(400);
});
