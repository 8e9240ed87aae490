// What is written without a connection outlives a reload, a crash and the person who signs in meanwhile.

import { Device, lines, status } from '../fixtures/device';
import { Person } from '../fixtures/person';
import { expect, test } from '../fixtures/test';

/** Somebody whose network the story holds in its hand, connected. */
async function enter(browser: any, here: any, guests: Person[], name: string): Promise<[Person, Device]> {
  const ada = await Person.enter(browser, here, name, await here.account(name));
  guests.push(ada);
  const device = await Device.of(ada);
  await ada.open();
  await ada.live();
  return [ada, device];
}

function bodies(here: any, person: Person): Promise<string[]> {
  const rows = here.service.rows(`tavern_messages?author_id=eq.${person.id}&order=created_at&select=body`);
  return rows.then((rows: { body: string }[]) => rows.map(({ body }) => body));
}

test('a line that is written offline is sent after a reload, once', async ({ browser, here, guests }) => {
  const [ada, device] = await enter(browser, here, guests, 'Ada');
  const word = `From the cellar, ${ada.account.username}`;
  await device.cutOff();
  await expect(ada.status).toHaveText('Offline');
  await ada.say(word);
  await expect(ada.status).toHaveText('Offline · 1 waiting');

  // A write that is on the disk does not keep anybody from leaving; until it is, the page asks.
  const leave = () => dispatchEvent(new Event('beforeunload', { cancelable: true }));
  await expect.poll(() => ada.page.evaluate(leave)).toBe(true);
  let asked = 0;
  ada.page.on('dialog', (dialog) => {
    asked += 1;
    void dialog.accept();
  });
  await device.onlyPage();
  ada.loads = 2;
  await ada.page.reload();
  expect(asked).toBe(0);
  await expect(ada.status).toHaveText(/1 waiting/, { timeout: 20_000 });
  const panel = await ada.panel();
  await expect(panel.getByRole('list', { name: 'Unsent changes' })).toContainText(word);
  await ada.page.keyboard.press('Escape');
  expect(await bodies(here, ada)).toEqual([]);

  await device.reconnect();
  await ada.live(45_000);
  await expect(ada.line(word)).toHaveCount(1);
  await expect(ada.line(word)).toHaveAttribute('data-standing', 'confirmed');
  expect(await bodies(here, ada)).toEqual([word]);
});

test('a tab that dies leaves its writes to the next one, and to one that is open already', async ({
  browser,
  here,
  guests,
}) => {
  const [ada, device] = await enter(browser, here, guests, 'Ada');
  const other = await ada.context.newPage();
  await other.goto(`${here.origin}/#/tavern`);
  await expect(status(other)).toHaveText('Live', { timeout: 20_000 });
  await device.cutOff();
  const [first, second] = [`First of ${ada.account.username}`, `Second of ${ada.account.username}`];
  await ada.say(first);
  await ada.say(second);
  await expect(ada.status).toHaveText(/2 waiting/);
  await expect(lines(other, first)).toHaveCount(0);
  await expect.poll(() => device.stored(ada.page)).toBe(2);
  // Without a word of goodbye, as a crash would.
  await ada.page.close();
  await device.onlyPage();
  const third = await ada.context.newPage();
  await third.goto(`${here.origin}/#/tavern`);
  await device.reconnect();
  for (const tab of [other, third]) {
    await expect(status(tab)).toHaveText('Live', { timeout: 45_000 });
    await expect(lines(tab, first)).toHaveCount(1);
    await expect(lines(tab, second)).toHaveCount(1);
    await expect(lines(tab, second)).toHaveAttribute('data-standing', 'confirmed');
  }
  expect(await bodies(here, ada)).toEqual([first, second]);
});

test('an answer that was on its way when the tab died takes effect once', async ({ browser, here, guests }) => {
  const [ada] = await enter(browser, here, guests, 'Ada');
  const word = `Half said, ${ada.account.username}`;
  let arrived = () => {};
  const sent = new Promise<void>((go) => (arrived = go));
  await ada.page.route('**/rest/v1/tavern_messages*', async (route) => {
    await route.fetch();
    // The server has it, and this tab will never know.
    arrived();
  });
  await ada.say(word);
  await sent;
  await ada.page.close();
  const next = await ada.context.newPage();
  await next.goto(`${here.origin}/#/tavern`);
  await expect(status(next)).toHaveText('Live', { timeout: 20_000 });
  await expect(lines(next, word)).toHaveCount(1);
  await expect(lines(next, word)).toHaveAttribute('data-standing', 'confirmed');
  expect(await bodies(here, ada)).toEqual([word]);
});

test('two people on one device never see or send what the other has written', async ({ browser, here, guests }) => {
  const [ada, device] = await enter(browser, here, guests, 'Ada');
  const bea = await here.account('Bea');
  const word = `Only mine, ${ada.account.username}`;
  await device.cutOff();
  await ada.say(word);
  await expect(ada.status).toHaveText(/1 waiting/);
  const leave = ada.page.getByRole('button', { name: 'Sign out', exact: true });
  await leave.click();
  await expect(ada.page.getByText('1 unsent change kept here until you sign in again.')).toBeVisible();
  await leave.click();
  await device.reconnect();

  const signIn = async (account: { email: string; password: string }) => {
    const form = ada.page.getByRole('form', { name: 'Sign in', exact: true });
    await form.getByLabel('Email', { exact: true }).fill(account.email);
    await form.getByLabel('Password', { exact: true }).fill(account.password);
    await form.getByLabel('Password', { exact: true }).press('Enter');
    await ada.live();
  };
  await signIn(bea);
  const panel = await ada.panel();
  await expect(panel).toContainText('Nothing waits');
  await ada.page.keyboard.press('Escape');
  await ada.say(`Hello from ${bea.username}`);
  await expect(ada.line(bea.username)).toHaveAttribute('data-standing', 'confirmed');
  await expect(ada.line(word)).toHaveCount(0);
  expect(await bodies(here, ada)).toEqual([]);

  await leave.click();
  await signIn(ada.account);
  await expect(ada.line(word)).toHaveCount(1);
  await expect(ada.line(word)).toHaveAttribute('data-standing', 'confirmed');
  expect(await bodies(here, ada)).toEqual([word]);
});

test('a browser that stores nothing says so, and asks before what is unsent is lost', async ({
  browser,
  here,
  guests,
}) => {
  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  const device = await Device.of(ada);
  await ada.page.addInitScript(() => {
    indexedDB.open = () => {
      throw new DOMException('not here', 'SecurityError');
    };
  });
  await ada.open();
  await ada.live();
  await ada.say(`Not kept, yet said, ${ada.account.username}`);
  await expect(ada.line('Not kept, yet said')).toHaveAttribute('data-standing', 'confirmed');
  await device.cutOff();
  await ada.say(`Would be lost, ${ada.account.username}`);
  await expect(ada.status).toHaveText(/1 waiting/);
  const panel = await ada.panel();
  await expect(panel).toContainText('Unsent changes last only as long as this tab.');
  await ada.page.keyboard.press('Escape');
  await ada.page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(ada.page.getByText('1 unsent change would be lost.')).toBeVisible();
  const question = ada.page.waitForEvent('dialog');
  await ada.page.close({ runBeforeUnload: true });
  const dialog = await question;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await device.reconnect();
  await ada.live(45_000);
  await expect(ada.line('Would be lost')).toHaveAttribute('data-standing', 'confirmed');
});
