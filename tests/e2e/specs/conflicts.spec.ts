// Two change the same: who comes second sees both sides and decides. Two change different things: both stay.

import type { Page } from '@playwright/test';

import type { Person } from '../fixtures/person';
import { picture } from '../fixtures/picture';
import { expect, type LetIn, test } from '../fixtures/test';
import type { Tavern } from '../fixtures/tavern';

/** One person at two devices, and an event that they have announced. */
async function twice(here: Tavern, person: LetIn): Promise<{ desk: Person; phone: Person; event: any }> {
  const account = await here.account('Ada');
  const event = await here.as(account).insert('events', {
    title: `Supper of ${account.username}`,
    location: 'Kitchen',
    description: 'Bring bread.\nAnd something to drink.',
    starts_at: new Date(Date.now() + 7 * 86_400_000).toISOString(),
  });
  const desk = await person('Ada at the desk', { account, hash: '#/events' });
  const phone = await person('Ada with the phone', { account, hash: '#/events' });
  await expect(desk.event(event.title)).toBeVisible();
  await expect(phone.event(event.title)).toBeVisible();
  return { desk, phone, event };
}

async function edit(who: Person, title: string) {
  await who.event(title).getByRole('button', { name: 'Edit', exact: true }).click();
  return who.dialog('Edit event');
}

/** Holds the next change of `table` on its way until the returned function is called. */
async function hold(page: Page, table: string): Promise<() => void> {
  let release = () => {};
  const held = new Promise<void>((go) => (release = go));
  await page.route(
    `**/rest/v1/${table}*`,
    async (route) => {
      await held;
      await route.continue();
    },
    { times: 1 },
  );
  return () => release();
}

const current = (here: Tavern, event: any) => here.service.rows(`events?id=eq.${event.id}`).then(([row]) => row);

test('theirs first: a form that was open meanwhile is told, and saving asks; mine is chosen', async ({
  person,
  here,
}) => {
  const { desk, phone, event } = await twice(here, person);
  const form = await edit(phone, event.title);
  await form.getByLabel('Location', { exact: true }).fill('Attic');
  await here.service.update(`events?id=eq.${event.id}`, { location: 'Garden' });
  await expect(desk.event(event.title)).toContainText('Garden');
  await expect(form.getByText('Changed elsewhere meanwhile.')).toBeVisible();
  await form.getByRole('button', { name: 'Save', exact: true }).click();

  const dialog = phone.dialog('Two versions');
  const place = dialog.getByRole('group', { name: 'Location' });
  await expect(place).toContainText('Kitchen');
  await expect(place).toContainText('Attic');
  await expect(place).toContainText('Garden');
  await expect(phone.event(event.title)).toContainText('Garden');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  for (const who of [desk, phone]) await expect(who.event(event.title)).toContainText('Attic');
  await expect(phone.status).toHaveText('Live');
  expect((await current(here, event)).location).toBe('Attic');
});

test('times are decided on by the clocks of the place', async ({ person, here }) => {
  const { phone, event } = await twice(here, person);
  const at = (time: string) => `${new Date().getFullYear() + 1}-01-15T${time}`;
  await here.service.update(`events?id=eq.${event.id}`, { time_zone: 'Asia/Tokyo', starts_at: at('10:00Z') });
  await expect(phone.event(event.title)).toContainText('19:00 in Tokyo');
  const form = await edit(phone, event.title);
  await form.getByLabel('Starts', { exact: true }).fill(at('20:00'));
  await here.service.update(`events?id=eq.${event.id}`, { starts_at: at('12:00Z') });
  await expect(form.getByText('Changed elsewhere meanwhile.')).toBeVisible();
  await form.getByRole('button', { name: 'Save', exact: true }).click();
  const starts = phone.dialog('Two versions').getByRole('group', { name: 'Starts' });
  await expect(starts.getByRole('radio', { name: /^Mine.* 20:00 .*in Tokyo$/ })).toBeVisible();
  await expect(starts.getByRole('radio', { name: /^As it is now.* 21:00 .*in Tokyo$/ })).toBeVisible();
  await starts.getByRole('radio', { name: 'Something else' }).check();
  const edited = starts.getByLabel('Starts, edited');
  await expect(edited).toHaveValue(at('20:00'));
  await expect(edited).toHaveAccessibleDescription('In the time of Tokyo.');
  await edited.fill(at('20:30'));
  await phone.dialog('Two versions').getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(async () => (await current(here, event)).starts_at).toBe(at('11:30:00+00:00'));
});

test('mine first, but slower: the save that arrives second asks; theirs is chosen, later', async ({ person, here }) => {
  const { desk, phone, event } = await twice(here, person);
  const release = await hold(phone.page, 'events');
  const form = await edit(phone, event.title);
  await form.getByLabel('Location', { exact: true }).fill('Attic');
  await form.getByLabel('Title', { exact: true }).fill(`Late ${event.title}`);
  await form.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(phone.event(`Late ${event.title}`)).toContainText('Attic');
  const other = await edit(desk, event.title);
  await other.getByLabel('Location', { exact: true }).fill('Garden');
  await other.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(desk.event(event.title)).toContainText('Garden');
  await expect.poll(() => current(here, event).then(({ location }) => location)).toBe('Garden');
  release();

  const dialog = phone.dialog('Two versions');
  await expect(dialog.getByRole('group', { name: 'Location' })).toContainText('Garden');
  await picture(phone, 'conflict');
  await dialog.getByRole('button', { name: 'Later', exact: true }).click();
  await expect(phone.status).toHaveText('Live · 1 needs you');
  const no = phone.event(event.title).getByRole('alert');
  await expect(no).toContainText('changed elsewhere');
  await expect(no).toContainText('Attic');
  await picture(phone, 'conflict-later', ['dark']);
  await no.getByRole('button', { name: 'Settle…' }).click();
  await dialog.getByRole('radio', { name: /^As it is now/ }).check();
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  // Theirs where both changed the same, mine where only I did.
  for (const who of [desk, phone]) await expect(who.event(`Late ${event.title}`)).toContainText('Garden');
  await expect(phone.status).toHaveText('Live');
});

test('a conflict is settled with a third text, from the panel, after a reload', async ({ person, here }) => {
  const { phone, event } = await twice(here, person);
  const form = await edit(phone, event.title);
  await form.getByLabel('Description', { exact: true }).fill('Bring bread.\nAnd cheese.');
  await here.service.update(`events?id=eq.${event.id}`, { description: 'Bring bread.\nAnd wine.' });
  await expect(form.getByText('Changed elsewhere meanwhile.')).toBeVisible();
  await form.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(phone.dialog('Two versions')).toBeVisible();
  phone.loads = 2;
  await phone.page.reload();
  await expect(phone.status).toHaveText('Live · 1 needs you', { timeout: 20_000 });
  const panel = await phone.panel();
  await panel.getByRole('button', { name: 'Settle…' }).click();
  const dialog = phone.dialog('Two versions');
  await dialog.getByRole('radio', { name: 'Something else' }).check();
  const field = dialog.getByRole('textbox', { name: 'Description, edited' });
  await expect(field).toHaveValue('Bring bread.\nAnd cheese.');
  await field.fill('Bring bread.\nAnd wine and cheese.');
  await picture(phone, 'conflict-edited');
  // What was typed is still there after a look at something else.
  await phone.page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await phone.event(event.title).getByRole('alert').getByRole('button', { name: 'Settle…' }).click();
  await expect(field).toHaveValue('Bring bread.\nAnd wine and cheese.');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(phone.event(event.title)).toContainText('And wine and cheese.');
  await expect(phone.status).toHaveText('Live');
  expect((await current(here, event)).description).toBe('Bring bread.\nAnd wine and cheese.');
});

test('different fields merge without a word', async ({ person, here }) => {
  const { desk, phone, event } = await twice(here, person);
  const [one, two] = [await edit(desk, event.title), await edit(phone, event.title)];
  await one.getByLabel('Location', { exact: true }).fill('Garden');
  await two.getByLabel('Capacity', { exact: true }).fill('7');
  await one.getByRole('button', { name: 'Save', exact: true }).click();
  await two.getByRole('button', { name: 'Save', exact: true }).click();
  for (const who of [desk, phone]) {
    await expect(who.event(event.title)).toContainText('Garden');
    await expect(who.event(event.title)).toContainText('7 seats left');
    await expect(who.status).toHaveText('Live');
    await expect(who.dialog('Two versions')).toHaveCount(0);
  }
});

test('profiles and messages conflict likewise', async ({ person, here }) => {
  const account = await here.account('Ada');
  const phone = await person('Ada', { account, hash: '#/members' });
  const dialog = phone.dialog('Two versions');

  await test.step('profile', async () => {
    await phone.member(account.name).getByRole('button', { name: 'Edit profile' }).click();
    const form = phone.dialog('Edit profile');
    await form.getByLabel('About you').fill('Plays the fiddle.');
    await here.service.update(`users?id=eq.${account.id}`, { bio: 'Plays the drum.' });
    await expect(form.getByText('Changed elsewhere meanwhile.')).toBeVisible();
    await form.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(dialog.getByRole('group', { name: 'About you' })).toContainText('Plays the drum.');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(phone.member(account.name)).toContainText('Plays the fiddle.');
  });

  await test.step('message', async () => {
    await phone.go('Tavern');
    const word = account.username;
    await phone.say(`Good evning, ${word}`);
    await expect(phone.line(word)).toHaveAttribute('data-standing', 'confirmed');
    await phone.line(word).hover();
    await phone.line(word).getByRole('button', { name: 'Edit', exact: true }).click();
    const editor = phone.chat.getByRole('textbox');
    await editor.fill(`Good evening, ${word}`);
    await here.service.update(`tavern_messages?author_id=eq.${account.id}`, { body: `Good night, ${word}` });
    await expect(phone.chat.getByText('Changed elsewhere meanwhile.')).toBeVisible();
    await editor.press('Enter');
    await expect(dialog.getByRole('group', { name: 'Text' })).toContainText('Good night');
    await dialog.getByRole('radio', { name: /^As it is now/ }).check();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(dialog).toHaveCount(0);
    await expect(phone.line(word)).toContainText('Good night');
    await expect(phone.status).toHaveText('Live');
  });
});

test('what is deleted while it is edited says so and gives the text back', async ({ person, here }) => {
  const { phone, event } = await twice(here, person);
  await phone.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: here.origin });
  const clipboard = () => phone.page.evaluate(() => navigator.clipboard.readText());

  await test.step('an event', async () => {
    const form = await edit(phone, event.title);
    await form.getByLabel('Description', { exact: true }).fill('A long text, typed with care.');
    await here.service.remove(`events?id=eq.${event.id}`);
    await expect(form.getByText('This event was deleted meanwhile.')).toBeVisible();
    await expect(form.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
    await form.getByRole('button', { name: 'Copy text' }).click();
    await expect(form.getByRole('button', { name: 'Copied' })).toBeVisible();
    expect(await clipboard()).toContain('A long text, typed with care.');
    await phone.page.keyboard.press('Escape');
    await form.getByRole('button', { name: 'Drop', exact: true }).click();
    await expect(form).toHaveCount(0);
  });

  await test.step('a message', async () => {
    await phone.go('Tavern');
    await phone.say(`Soon gone, ${phone.account.username}`);
    await expect(phone.line('Soon gone')).toHaveAttribute('data-standing', 'confirmed');
    await phone.line('Soon gone').hover();
    await phone.line('Soon gone').getByRole('button', { name: 'Edit', exact: true }).click();
    await phone.chat.getByRole('textbox').fill('Improved a lot');
    await here.service.remove(`tavern_messages?author_id=eq.${phone.id}`);
    const notice = phone.page.getByRole('list', { name: 'Notices' }).getByRole('alert');
    await expect(notice).toContainText('Improved a lot');
    await notice.getByRole('button', { name: 'Copy text' }).click();
    await expect.poll(clipboard).toBe('Improved a lot');
    await notice.getByRole('button', { name: 'Dismiss' }).click();
    await expect(notice).toHaveCount(0);
  });
});

test('Escape does not drop what was typed', async ({ person, here }) => {
  const { phone, event } = await twice(here, person);
  const form = await edit(phone, event.title);
  await phone.page.keyboard.press('Escape');
  await expect(form).toHaveCount(0);
  await edit(phone, event.title);
  await form.getByLabel('Location', { exact: true }).fill('Attic');
  await phone.page.keyboard.press('Escape');
  await phone.page.keyboard.press('Escape');
  await expect(form.getByLabel('Location', { exact: true })).toHaveValue('Attic');
  await picture(phone, 'escape', ['dark']);
  await form.getByRole('button', { name: 'Go on', exact: true }).click();
  await form.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(phone.event(event.title)).toContainText('Attic');
});
