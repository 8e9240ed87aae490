// What axe-core finds on each page, in each state and theme: nothing.

import { flawless } from '../fixtures/axe';
import { Device } from '../fixtures/device';
import { Person } from '../fixtures/person';
import { LocalSupabase } from '../fixtures/supabase';
import { Tavern, credentials } from '../fixtures/tavern';
import { expect, test } from '../fixtures/test';

test('nothing on the way in, at what is wrong there, and at the welcome', async ({ visitor }) => {
  const ada = await visitor('Ada');
  const { page } = ada;
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await flawless(page, 'the way in');
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  await expect(page.getByRole('textbox', { name: 'Username', exact: true })).toHaveAttribute('aria-invalid', 'true');
  const signIn = page.getByRole('form', { name: 'Sign in', exact: true });
  await signIn.getByLabel('Email', { exact: true }).fill('nobody@example.com');
  await signIn.getByLabel('Password', { exact: true }).fill('these words');
  await signIn.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(signIn.getByRole('alert')).toContainText(/wrong/i);
  await flawless(page, 'what is wrong on the way in');

  const form = page.getByRole('form', { name: 'Register', exact: true });
  const { username, email, password } = credentials('Ada');
  await form.getByLabel('Username', { exact: true }).fill(username);
  await form.getByLabel('Email', { exact: true }).fill(email);
  await form.getByLabel('Password', { exact: true }).fill(password);
  await form.getByRole('button', { name: 'Register', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Welcome', exact: true })).toBeVisible();
  await flawless(page, 'welcome');
});

test('nothing in the tavern', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  await ada.say(`**Evening** @${bea.account.username}: \`bread\`, https://example.org\n\n- one\n\n> two`);
  const line = bea.line('Evening').filter({ hasText: 'bread' });
  await line.hover();
  await line.getByRole('button', { name: 'React', exact: true }).click();
  await line.getByRole('button', { name: 'React with 🎉' }).click();
  await line.getByRole('button', { name: 'Reply', exact: true }).click();
  await bea.say('Keep me a slice');
  const slice = ada.line('Keep me a slice');
  await slice.hover();
  await slice.getByRole('button', { name: 'Reply', exact: true }).click();
  await flawless(ada.page, 'tavern');
  await ada.message.press('Escape');

  const own = ada.line('one').filter({ hasText: 'two' }).first();
  await own.hover();
  await own.getByRole('button', { name: 'Edit', exact: true }).click();
  await flawless(ada.page, 'editing a line');
  await ada.page.keyboard.press('Escape');
  await own.hover();
  await own.getByRole('button', { name: 'Delete', exact: true }).click();
  await flawless(ada.page, 'deleting a line');

  await ada.page.getByRole('button', { name: 'Search', exact: true }).click();
  await ada.page.getByRole('searchbox').fill('bread');
  await expect(ada.page.getByRole('list', { name: 'Found' })).toBeVisible();
  await flawless(ada.page, 'search');
  await ada.page.getByRole('searchbox').fill('nobody said this ever');
  await expect(ada.page.getByRole('list', { name: 'Found' }).getByRole('listitem')).toHaveCount(0);
  await flawless(ada.page, 'search without a hit');
});

test('nothing in any view of events', async ({ person }) => {
  const ada = await person('Ada', { hash: '#/events' });
  const title = `Quiz ${ada.account.username}`;
  await ada.announce({ title, capacity: 3, guests: 2, location: 'The long table', description: 'Six rounds.' });
  await ada.answer(title, 'Going').click();
  await flawless(ada.page, 'events');
  await ada.page.getByRole('searchbox').fill('no such evening');
  await expect(ada.event(title)).toHaveCount(0);
  await flawless(ada.page, 'no event found');
  await ada.page.getByRole('searchbox').fill('');
  await ada.page.getByRole('link', { name: 'Month', exact: true }).click();
  await expect(ada.page.getByRole('table')).toBeVisible();
  await flawless(ada.page, 'month');
  await ada.page.getByRole('link', { name: 'Past', exact: true }).click();
  await flawless(ada.page, 'past');
  await ada.page.getByRole('link', { name: 'Agenda', exact: true }).click();
  await ada.event(title).getByRole('link', { name: title }).click();
  await expect(ada.page.getByRole('link', { name: 'All events', exact: true })).toBeVisible();
  await flawless(ada.page, 'one event');
  await ada.page.getByRole('link', { name: 'All events', exact: true }).click();
  await ada.page.getByRole('button', { name: 'New event', exact: true }).click();
  const dialog = ada.dialog('New event');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog.getByLabel('Title', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await flawless(ada.page, 'an event that lacks something');
});

test('nothing on the pages of people', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea'], { hash: '#/messages' });
  await flawless(ada.page, 'no message yet');
  await ada.page.getByRole('button', { name: 'New message', exact: true }).click();
  await expect(ada.dialog('New message')).toBeVisible();
  await flawless(ada.page, 'new message');
  await ada.page.keyboard.press('Escape');
  await ada.go('Members');
  await flawless(ada.page, 'members');
  await ada.member(ada.name).or(await ada.find(ada.name)).getByRole('button', { name: 'Edit profile' }).click();
  const form = ada.dialog('Edit profile');
  await form.getByLabel('Links').fill('javascript:alert(1)');
  await form.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(form.getByLabel('Links')).toHaveAttribute('aria-invalid', 'true');
  await flawless(ada.page, 'a profile that lacks something');
  await form.getByRole('button', { name: 'Cancel', exact: true }).click();
  await ada.find('nobody is called so');
  await flawless(ada.page, 'no member found');
  await (await ada.find(bea.name)).getByRole('link', { name: bea.name, exact: true }).click();
  await expect(ada.page.getByRole('heading', { level: 1, name: bea.name })).toBeVisible();
  await flawless(ada.page, 'member');

  await bea.writeTo(ada.name);
  await flawless(bea.page, 'a conversation that begins');
  await bea.say('A word in private');
  await ada.go('Messages');
  await expect(ada.conversations.filter({ hasText: bea.name })).toContainText('A word in private');
  await flawless(ada.page, 'messages');
  await ada.conversations.filter({ hasText: bea.name }).getByRole('link').click();
  await expect(ada.conversation(bea.name)).toContainText('A word in private');
  await flawless(ada.page, 'conversation');
  await ada.page.getByRole('link', { name: /^Settings of/ }).click();
  await expect(ada.page.getByRole('heading', { name: 'Erase your account' })).toBeVisible();
  await flawless(ada.page, 'settings');
  await ada.page.getByRole('button', { name: 'Erase my account' }).click();
  await ada.dialog('Erase my account').getByRole('button', { name: 'Erase everything' }).click();
  await flawless(ada.page, 'erasing');
});

test('nothing in what opens over a page, and nothing without a network', async ({ browser, here, guests }) => {
  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  const device = await Device.of(ada);
  await ada.open('#/nowhere');
  await ada.live();
  const { page } = ada;
  await flawless(page, 'nowhere');
  await page.keyboard.press('Control+k');
  await expect(ada.dialog('Go to').getByRole('option').first()).toBeVisible();
  await flawless(page, 'palette');
  await page.keyboard.type('nobody and nothing');
  await expect(ada.dialog('Go to').getByRole('option')).toHaveCount(0);
  await flawless(page, 'palette without a goal');
  await page.keyboard.press('Escape');
  await page.getByRole('main').focus();
  await page.keyboard.press('?');
  await expect(ada.dialog('Keys')).toBeVisible();
  await flawless(page, 'keys');
  await page.keyboard.press('Escape');

  const panel = await ada.panel();
  await flawless(page, 'connection');
  await panel.getByRole('button', { name: 'Check the connection', exact: true }).click();
  await expect(panel.getByRole('button', { name: 'Copy report', exact: true })).toBeVisible({ timeout: 30_000 });
  await flawless(page, 'doctor');
  await page.keyboard.press('Escape');
  await ada.go('Tavern');
  await device.cutOff();
  await expect(ada.status).toHaveText('Offline');
  await ada.say('From the cellar');
  await expect(ada.status).toHaveText('Offline · 1 waiting');
  await flawless(page, 'offline');
  await ada.panel();
  await flawless(page, 'what waits');
  await page.keyboard.press('Escape');
  await device.reconnect();
  await ada.live(30_000);
});

test('nothing where nobody has said or planned anything', async ({ browser, guests }) => {
  const here = await Tavern.open(await LocalSupabase.throwaway());
  try {
    for (const table of ['tavern_messages', 'events']) await here.service.remove(`${table}?id=not.is.null`);
    const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
    guests.push(ada);
    await ada.open();
    await ada.live();
    await expect(ada.page.getByText('Say hello.')).toBeVisible();
    await flawless(ada.page, 'empty tavern');
    await ada.go('Events');
    await expect(ada.page.getByText('Plan the first evening.')).toBeVisible();
    await flawless(ada.page, 'no events');
  } finally {
    await here.close();
  }
});
