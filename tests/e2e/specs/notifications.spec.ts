// Being told of a message while one looks elsewhere: once, whatever is open.

import type { Page } from '@playwright/test';

import { Device } from '../fixtures/device';
import { Person } from '../fixtures/person';
import { expect, test } from '../fixtures/test';

/** Counts the notifications of all tabs, and says whether a tab is looked at. */
function watch(page: Page): Promise<void> {
  return page.addInitScript(() => {
    class Shown {
      static permission = 'granted';
      onclick?: () => void;
      constructor(title: string, { body, tag }: { body: string; tag: string }) {
        const shown = JSON.parse(localStorage.getItem('shown') ?? '[]');
        localStorage.setItem('shown', JSON.stringify([...shown, { title, body, tag }]));
        (window as any).last = this;
      }
      close() {}
    }
    Object.defineProperty(window, 'Notification', { value: Shown });
    Object.defineProperty(document, 'visibilityState', { get: () => (window as any).away ? 'hidden' : 'visible' });
  });
}

const look = (page: Page, away: boolean) =>
  page.evaluate((away) => {
    (window as any).away = away;
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, away);
const shown = (page: Page) => page.evaluate(() => JSON.parse(localStorage.getItem('shown') ?? '[]'));

test('one notification for a message, whatever tabs are open, and none while one looks', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea'], { hash: '#/settings' });
  const tabs = [ada.page, await ada.context.newPage()];
  for (const tab of tabs) {
    await watch(tab);
    await tab.goto(`${ada.tavern.origin}/?tab#/settings`);
    await expect(tab.getByRole('status', { name: 'Connection' })).toHaveText('Live', { timeout: 20_000 });
  }
  ada.loads = 2;
  const write = (body: string) => bea.rest.insert('private_messages', { recipient_id: ada.id, body });
  const icon = () => ada.page.locator('link[rel~=icon]').getAttribute('href');
  const plain = await icon();

  await ada.page.getByRole('checkbox', { name: 'Notify me' }).check();
  await write('While one looks');
  await expect(ada.page).toHaveTitle(/^\(1\)/);
  await expect(tabs[1]).toHaveTitle(/^\(1\)/);
  expect(await icon()).toBe('icon-unread.svg');

  for (const tab of tabs) await look(tab, true);
  await write('While one is away');
  await expect.poll(() => shown(ada.page)).toHaveLength(1);
  await write('And once more');
  await expect.poll(() => shown(ada.page)).toHaveLength(2);
  const told = await shown(ada.page);
  expect(told.map((note: { body: string }) => note.body)).toEqual(['While one is away', 'And once more']);
  expect(told[0].title).toBe(bea.name);

  // A click leads to the conversation, which is read then.
  for (const tab of tabs) {
    await tab.evaluate(() => (window as any).last?.onclick?.());
  }
  await look(ada.page, false);
  await look(tabs[1], false);
  await expect.poll(() => Promise.all(tabs.map((tab) => tab.title()))).not.toContainEqual(expect.stringMatching(/^\(/));
  expect(await icon()).toBe(plain);
  expect(await shown(ada.page)).toHaveLength(2);

  for (const tab of tabs) {
    await tab.evaluate(() => (location.hash = '#/settings'));
    await expect(tab.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
  }
  await write('To be read by whoever signs in next');
  await expect.poll(icon).toBe('icon-unread.svg');
  await ada.page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(ada.page).toHaveTitle('Welcome · The tavern');
  expect(await icon()).toBe(plain);
});

test('a notification says who of two writes whose names look alike', async ({ browser, here, guests, people }) => {
  const [bea, twin] = await people(['Bea', 'Twin'], { hash: '#/settings' });
  // Letters as wide as those of Chinese, which no list of letters that look alike names.
  const wide = (name: string) => name.replace(/[a-z]/gi, (it) => String.fromCodePoint(it.codePointAt(0)! + 0xfee0));
  await twin.rest.update(`users?id=eq.${twin.id}`, { display_name: wide(bea.name) });
  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  await watch(ada.page);
  await ada.open('#/settings');
  await ada.live();
  await ada.page.getByRole('checkbox', { name: 'Notify me' }).check();
  await look(ada.page, true);
  await twin.rest.insert('private_messages', { recipient_id: ada.id, body: 'It is me, Bea' });
  await expect.poll(() => shown(ada.page)).toHaveLength(1);
  expect((await shown(ada.page))[0].title).toBe(`${wide(bea.name)} @${twin.account.username}`);
});

test('what has come during a long sleep is told in one sentence', async ({ browser, here, guests, people }) => {
  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  const device = await Device.of(ada);
  await watch(ada.page);
  await ada.open('#/settings');
  await ada.live();
  await ada.page.getByRole('checkbox', { name: 'Notify me' }).check();
  const [bea, cem] = await people(['Bea', 'Cem']);
  await look(ada.page, true);
  await device.cutOff();
  await expect(ada.status).toHaveText('Offline');
  for (const who of [bea, cem, bea, cem, bea]) {
    await who.rest.insert('private_messages', { recipient_id: ada.id, body: 'While one sleeps' });
  }
  await device.reconnect();
  await expect(ada.page).toHaveTitle(/^\(5\)/, { timeout: 30_000 });
  await expect.poll(() => shown(ada.page)).toHaveLength(1);
  const [{ title, body }] = await shown(ada.page);
  expect(title).toBe('5 new messages');
  expect(body).toBe(`From ${bea.name} and ${cem.name}`);
  await ada.page.evaluate(() => (window as any).last.onclick());
  await expect(ada.conversations).toHaveCount(2);
  expect(await shown(ada.page)).toHaveLength(1);
});

test('whoever is called by name in the tavern is told, and of nothing else that is said there', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea'], { hash: '#/settings' });
  await watch(ada.page);
  await ada.page.goto(`${ada.tavern.origin}/?tab#/settings`);
  ada.loads = 2;
  await ada.live();
  await ada.page.getByRole('checkbox', { name: 'Notify me' }).check();
  const say = (body: string) => bea.rest.insert('tavern_messages', { body });
  await say(`Before, @${ada.account.username}`);
  // What comes after it is seen: it has come.
  await bea.rest.insert('private_messages', { recipient_id: ada.id, body: 'Are you here?' });
  await expect(ada.page).toHaveTitle(/^\(1\)/);
  await look(ada.page, true);
  await say('Is somebody there?');
  await say(`Are **you** there, @${ada.account.username}?`);
  await expect.poll(() => shown(ada.page)).toHaveLength(1);
  await say(`And you, @${bea.account.username}?`);
  await say(`Bring bread, @${ada.account.username}.`);
  await expect.poll(() => shown(ada.page)).toHaveLength(2);
  expect((await shown(ada.page)).map(({ title, body }: { title: string; body: string }) => `${title}: ${body}`)).toEqual([
    `${bea.name} in the tavern: Are you there, @${ada.account.username}?`,
    `${bea.name} in the tavern: Bring bread, @${ada.account.username}.`,
  ]);
  await ada.page.evaluate(() => (window as any).last.onclick());
  await expect(ada.page.getByRole('heading', { name: 'Tavern', level: 1 })).toBeVisible();
});
