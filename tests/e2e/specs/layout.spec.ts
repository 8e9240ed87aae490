// Every page at three widths in light and dark: a picture of each to look at, and nothing that sticks out.

import { LocalSupabase } from '../fixtures/supabase';
import { Tavern } from '../fixtures/tavern';
import { picture } from '../fixtures/picture';
import { expect, test as base } from '../fixtures/test';

/** The evening of the seed, in a database in which nothing else has happened. */
const test = base.extend({
  here: [
    async ({}, use) => {
      const tavern = await Tavern.open(await LocalSupabase.throwaway());
      await use(tavern);
      await tavern.close();
    },
    { timeout: 60_000 },
  ],
});

test('pictures of every page', async ({ person, visitor, here }) => {
  test.setTimeout(120_000);
  const stranger = await visitor('Stranger');
  await expect(stranger.page.getByRole('form', { name: 'Register', exact: true })).toBeVisible();
  await picture(stranger, 'welcome');

  const tom = await here.seeded('tom');
  const mara = await person('mara', { account: await here.seeded('mara') });
  const others = await person('ines', { account: await here.seeded('ines') });
  await others.say('I bring the maps.');
  await expect(mara.line('I bring the maps.')).toBeVisible();
  await picture(mara, 'tavern');
  await mara.go('Events');
  await expect(mara.event('Quiz night')).toBeVisible();
  await picture(mara, 'events');
  await mara.page.getByRole('link', { name: 'Month', exact: true }).click();
  await expect(mara.page.getByRole('table')).toBeVisible();
  await picture(mara, 'month');
  await mara.page.getByRole('link', { name: 'Past', exact: true }).click();
  await expect(mara.page.getByRole('heading', { name: 'Events', level: 1 })).toBeVisible();
  await picture(mara, 'past');
  await mara.page.getByRole('link', { name: 'Agenda', exact: true }).click();
  await mara.event('Bread and butter').getByRole('link', { name: 'Bread and butter' }).click();
  await expect(mara.event('Bread and butter')).toBeVisible();
  await expect(mara.event('Quiz night')).toHaveCount(0);
  await picture(mara, 'event');
  await mara.go('Events');
  await mara.page.getByRole('button', { name: 'New event', exact: true }).click();
  await expect(mara.dialog('New event')).toBeVisible();
  await mara.dialog('New event').getByRole('button', { name: 'Save', exact: true }).click();
  await picture(mara, 'new-event');
  await mara.page.keyboard.press('Escape');
  await mara.go('Members');
  await expect(mara.members.first()).toBeVisible();
  await picture(mara, 'members');
  await (await mara.find(tom.name)).getByRole('link', { name: tom.name, exact: true }).click();
  await expect(mara.page.getByText('Bakes on Thursdays.')).toBeVisible();
  await picture(mara, 'member');
  await mara.page.getByRole('link', { name: /^Settings of/ }).click();
  await expect(mara.page.getByRole('heading', { name: 'Erase your account' })).toBeVisible();
  await picture(mara, 'settings');
  await mara.go('Messages');
  await expect(mara.conversations).toHaveCount(1);
  await picture(mara, 'messages');
  await mara.page.getByRole('button', { name: 'New message', exact: true }).click();
  await expect(mara.dialog('New message')).toBeVisible();
  await picture(mara, 'new-message');
  await mara.page.keyboard.press('Escape');
  await mara.conversations.getByRole('link').click();
  await expect(mara.conversation(tom.name)).toBeVisible();
  await picture(mara, 'conversation');
  const panel = await mara.panel();
  await panel.getByRole('button', { name: 'Check the connection', exact: true }).click();
  await expect(panel.getByRole('button', { name: 'Copy report', exact: true })).toBeVisible({ timeout: 30_000 });
  await picture(mara, 'connection');
});

test('words without end and names without spaces break', async ({ person, here }) => {
  const long = 'Donaudampfschifffahrtsgesellschaft'.repeat(6);
  const account = await here.account('Ada');
  const rest = here.as(account);
  await rest.update(`users?id=eq.${account.id}`, { display_name: long.slice(0, 60), bio: long.repeat(2) });
  account.name = long.slice(0, 60);
  await rest.insert('tavern_messages', { body: `${long} https://example.com/${long}` });
  await rest.insert('tavern_messages', { body: `${'all the same, '.repeat(100)}\n\n\n${'W'.repeat(300)}` });
  const event = await rest.insert('events', {
    title: long.slice(0, 120),
    location: long.slice(0, 200),
    description: `${long}\n${long}`,
    starts_at: new Date(Date.now() + 86_400_000).toISOString(),
    capacity: 100000,
  });
  await rest.insert('rsvps', { event_id: event.id, status: 'going' });
  const bea = await person('Bea');
  await rest.insert('private_messages', { recipient_id: bea.id, body: long });
  await expect(bea.line(long).first()).toBeVisible();
  await picture(bea, 'long-tavern', ['dark']);
  await bea.go('Events');
  await expect(bea.event(event.title)).toBeVisible();
  await picture(bea, 'long-events', ['dark']);
  await bea.go('Members');
  await expect(await bea.find(account.name)).toBeVisible();
  await picture(bea, 'long-members', ['dark']);
  await bea.go('Messages');
  await bea.conversations.getByRole('link').click();
  await expect(bea.conversation(account.name)).toBeVisible();
  await picture(bea, 'long-conversation', ['dark']);
});

test('the preview of a conversation ends where its row does, or before the count of what is unread', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea'], { hash: '#/messages' });
  await bea.rest.insert('private_messages', { recipient_id: ada.id, body: 'Long words of an evening. '.repeat(20) });
  const row = ada.conversations.filter({ hasText: bea.name });
  const end = (part: string) => row.locator(part).evaluate((it) => Math.round(it.getBoundingClientRect().right));
  const start = (part: string) => row.locator(part).evaluate((it) => Math.round(it.getBoundingClientRect().left));
  await expect(row.locator('.badge')).toBeVisible();
  expect(await end('.conversation-link__preview')).toBeLessThan(await start('.badge'));
  await picture(ada, 'conversations-unread');
  await row.getByRole('link').click();
  await expect(ada.conversation(bea.name)).toBeVisible();
  await ada.go('Messages');
  await expect(row.locator('.badge')).toHaveCount(0);
  expect(await end('.conversation-link__preview')).toBe(await end('.when'));
  await picture(ada, 'conversations');
});
