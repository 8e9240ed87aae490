// A session over time and over tabs.

import { Person } from '../fixtures/person';
import { LocalSupabase } from '../fixtures/supabase';
import { Tavern } from '../fixtures/tavern';
import { expect, test } from '../fixtures/test';

const briefTest = test.extend({
  here: [
    async ({}, use) => {
      const tavern = await Tavern.open(await LocalSupabase.throwaway('--jwt-expiry', '6'));
      await use(tavern);
      await tavern.close();
    },
    { timeout: 60_000 },
  ],
});

briefTest('a token is renewed before it ends, and changes flow on over the same socket', async ({
  browser,
  here,
  guests,
}) => {
  const bea = await here.account('Bea');
  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  let sockets = 0;
  let ends = 0;
  let renewals = 0;
  ada.page.on('websocket', (socket) => {
    sockets += 1;
    socket.on('framereceived', ({ payload }) => {
      if (/phx_close|phx_error|"status":"error"/.test(String(payload))) ends += 1;
    });
  });
  ada.page.on('response', (response) => {
    if (response.url().includes('grant_type=refresh_token') && response.status() === 200) renewals += 1;
  });
  await ada.open();
  await ada.live();
  // The first two tokens are both dead when the third is there.
  await expect.poll(() => renewals, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
  await here.service.insert('tavern_messages', { author_id: bea.id, body: 'Still there?' });
  await expect(ada.line('Still there?')).toHaveCount(1);
  await ada.say('Of course');
  await expect(ada.line('Of course')).toHaveAttribute('data-standing', 'confirmed');
  await expect(ada.status).toHaveText('Live');
  expect({ sockets, ends }).toEqual({ sockets: 1, ends: 0 });
});

test('two tabs of one person show the same, and end and begin together', async ({ person }) => {
  const ada = await person('Ada');
  const other = await ada.context.newPage();
  await other.goto(`${ada.tavern.origin}/#/tavern`);
  await expect(other.getByRole('status', { name: 'Connection' })).toHaveText('Live', { timeout: 20_000 });
  const word = `Hello, other tab, ${ada.account.username}`;
  await ada.say(word);
  const line = other.getByRole('log', { name: 'Tavern chat' }).getByRole('listitem').filter({ hasText: word });
  await expect(line).toHaveCount(1);
  // One's own line, so it can be mended from there as well.
  await line.hover();
  await line.getByRole('button', { name: 'Edit', exact: true }).click();
  await other.getByRole('log').getByRole('textbox').fill(`${word}!!`);
  await other.keyboard.press('Enter');
  await expect(ada.line(`${word}!!`)).toHaveCount(1);

  await other.getByRole('button', { name: 'Sign out', exact: true }).click();
  for (const tab of [other, ada.page]) {
    await expect(tab.getByRole('form', { name: 'Sign in', exact: true })).toBeVisible();
  }

  const form = other.getByRole('form', { name: 'Sign in', exact: true });
  await form.getByLabel('Email', { exact: true }).fill(ada.account.email);
  await form.getByLabel('Password', { exact: true }).fill(ada.account.password);
  await form.getByRole('button', { name: 'Sign in', exact: true }).click();
  for (const tab of [other, ada.page]) {
    await expect(tab.getByRole('status', { name: 'Connection' })).toHaveText('Live', { timeout: 20_000 });
  }
});
