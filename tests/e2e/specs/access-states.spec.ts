// What axe-core finds when something is wrong, refused, in conflict or out of reach; and the way on without a mouse.

import { flawless } from '../fixtures/axe';
import { Device } from '../fixtures/device';
import { press, somewhere, tabTo } from '../fixtures/keyboard';
import { Person } from '../fixtures/person';
import { expect, test } from '../fixtures/test';

const inAWeek = () => new Date(Date.now() + 7 * 86_400_000).toISOString();

test('nothing where nobody can sign in', async ({ browser, here, guests, visitor }) => {
  const { page } = await visitor('Ada');
  await page.getByText('Trouble connecting?', { exact: true }).click();
  await page.getByRole('button', { name: 'Check the connection', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Copy report', exact: true })).toBeVisible({ timeout: 30_000 });
  await flawless(page, 'trouble connecting');
  const broken = await Person.enter(browser, here, 'Bea');
  guests.push(broken);
  await broken.page.route('**/config.json', (route) => route.fulfill({ body: '{}' }));
  await broken.open();
  await expect(broken.page.getByRole('alert')).toContainText('config.json');
  await flawless(broken.page, 'broken');
});

test('nothing where nothing can be loaded, and where one leaves with something unsent', async ({ browser, here, guests }) => {
  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  const device = await Device.of(ada);
  await device.cutOff();
  await device.onlyPage();
  await ada.open('#/members');
  await expect(ada.status).toHaveText(/^Reconnecting/);
  await expect(ada.page.locator('.skeleton')).toContainText('It tries again by itself.');
  await flawless(ada.page, 'not loaded');
  await device.reconnect();
  await ada.page.getByRole('button', { name: 'Try now', exact: true }).first().click();
  await ada.live(30_000);
  await ada.go('Tavern');
  await device.cutOff();
  await ada.say('Too late for today');
  await ada.page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(ada.page.getByRole('button', { name: 'Stay', exact: true })).toBeVisible();
  await flawless(ada.page, 'leaving with something unsent');
  await ada.page.getByRole('button', { name: 'Stay', exact: true }).click();
  await device.reconnect();
  await ada.live(30_000);
});

test('nothing at what was refused and what clashes, and both are settled by keyboard alone', async ({ person, here }) => {
  const ada = await person('Ada');
  const { page } = ada;
  const refusal = { code: '42501', message: 'permission denied', details: null, hint: null };
  await page.route('**/rest/v1/tavern_messages*', (route) => route.fulfill({ status: 403, json: refusal }));
  await ada.say('Not to be heard');
  const line = ada.line('Not to be heard');
  await expect(line.getByRole('alert')).toContainText('You are not allowed to do that.');
  await flawless(page, 'a refused line');
  await ada.panel();
  await flawless(page, 'the panel with what was refused');
  await page.keyboard.press('Escape');
  await page.unroute('**/rest/v1/tavern_messages*');
  await press(page, line.getByRole('button', { name: 'Retry', exact: true }));
  await expect(line).toHaveAttribute('data-standing', 'confirmed');
  await somewhere(page, 'a retry');

  await press(page, ada.link('Members'));
  const own = await ada.find(ada.name);
  await press(page, own.getByRole('button', { name: 'Edit profile' }));
  const form = ada.dialog('Edit profile');
  await tabTo(page, form.getByLabel('About you'));
  await page.keyboard.type('Plays the fiddle.');
  await here.service.update(`users?id=eq.${ada.id}`, { bio: 'Plays the drum.' });
  await expect(form.getByText('Changed elsewhere meanwhile.')).toBeVisible();
  await flawless(page, 'a form that is out of date');
  await press(page, form.getByRole('button', { name: 'Save', exact: true }));
  const versions = ada.dialog('Two versions');
  await expect(versions.getByRole('group', { name: 'About you' })).toContainText('Plays the drum.');
  await flawless(page, 'two versions');
  await tabTo(page, versions.getByRole('radio').first());
  await page.keyboard.press('ArrowDown');
  await press(page, versions.getByRole('button', { name: 'Save', exact: true }));
  await expect(versions).toHaveCount(0);
  await somewhere(page, 'settling a conflict');
  await ada.live();
});

test('nothing at events that are full, called off or over, and with somebody who is blocked', async ({ people, here }) => {
  const [ada, bea] = await people(['Ada', 'Bea'], { hash: '#/events' });
  const host = here.as(bea.account);
  const titles = ['Full', 'Called off'].map((word) => `${word} of ${bea.account.username}`);
  const [full, off] = await Promise.all(
    titles.map((title) => host.insert('events', { title, capacity: 1, starts_at: inAWeek(), time_zone: 'Asia/Tokyo' })),
  );
  await host.insert('rsvps', { event_id: full.id, status: 'going' });
  await host.update(`events?id=eq.${off.id}`, { cancelled: true });
  await ada.answer(titles[0], 'Join waitlist').click();
  await expect(ada.waitlist(titles[0])).toHaveCount(1);
  await expect(ada.event(titles[1])).toContainText('Cancelled');
  await flawless(ada.page, 'full and called off');

  await ada.writeTo(bea.name);
  await ada.page.getByRole('button', { name: 'Block', exact: true }).click();
  const sure = ada.page.getByRole('group', { name: /^Block/ });
  await flawless(ada.page, 'blocking');
  await sure.getByRole('button', { name: 'Block', exact: true }).click();
  await expect(ada.page.getByText('You block this member.')).toBeVisible();
  await flawless(ada.page, 'blocked');
  await ada.page.getByRole('link', { name: /^Settings of/ }).click();
  await expect(ada.page.getByRole('region', { name: 'Blocked people' })).toContainText(bea.name);
  await flawless(ada.page, 'blocked people');
  await ada.page.getByRole('link', { name: 'Set a new password' }).click();
  await expect(ada.page.getByRole('form', { name: 'New password' })).toBeVisible();
  await flawless(ada.page, 'new password');
});
