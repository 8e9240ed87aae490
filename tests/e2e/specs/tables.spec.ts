// INSERT, UPDATE and DELETE of each table, seen by the other person without a reload.

import { credentials } from '../fixtures/tavern';
import { expect, test } from '../fixtures/test';

test('users: somebody joins, changes name and words, and leaves', async ({ person, here }) => {
  const bea = await person('Bea');
  await bea.go('Members');
  const ada = await person('Ada', { hash: '#/members' });

  await test.step('insert', async () => {
    await expect(await bea.find(ada.name)).toContainText(`@${ada.account.username}`);
  });

  await test.step('update', async () => {
    await ada.member(ada.name).getByRole('button', { name: /Edit/ }).click();
    const profile = ada.page.getByRole('dialog');
    const newName = `Adelheid ${ada.account.username}`;
    await profile.getByLabel('Display name').fill(newName);
    await profile.getByLabel('About you').fill('Brews the cider.');
    await profile.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(await bea.find(newName)).toContainText('Brews the cider.');
    await expect(bea.member(newName)).toHaveCount(1);
  });

  await test.step('delete', async () => {
    const carl = await here.account('Carl');
    await expect(await bea.find(carl.name)).toBeVisible();
    await here.service.must('DELETE', `/auth/v1/admin/users/${carl.id}`);
    await expect(bea.member(carl.name)).toHaveCount(0);
  });
});

test('events: one is announced, moved, and called off', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea'], { hash: '#/events' });
  const title = `Supper of ${ada.account.username}`;

  await test.step('insert', async () => {
    await ada.announce({ title, location: 'Kitchen' });
    await expect(bea.event(title)).toContainText('Kitchen');
    await expect(bea.event(title).getByRole('button', { name: 'Edit', exact: true })).toHaveCount(0);
  });

  await test.step('update', async () => {
    await ada.event(title).getByRole('button', { name: 'Edit', exact: true }).click();
    const dialog = ada.page.getByRole('dialog');
    await expect(dialog.getByLabel('Location', { exact: true })).toHaveValue('Kitchen');
    await dialog.getByLabel('Title', { exact: true }).fill(`Late ${title}`);
    await dialog.getByLabel('Location', { exact: true }).fill('Garden');
    await dialog.getByLabel('Capacity', { exact: true }).fill('3');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(bea.event(`Late ${title}`)).toContainText('Garden');
    await expect(bea.event(`Late ${title}`)).toContainText('3 seats left');
    await expect(bea.event(title)).toHaveCount(0);
  });

  await test.step('delete', async () => {
    await ada.remove(ada.event(`Late ${title}`));
    await expect(bea.event(`Late ${title}`)).toHaveCount(0);
    await expect(ada.event(`Late ${title}`)).toHaveCount(0);
  });
});

test('rsvps: somebody comes, hesitates, and takes the answer back', async ({ people, here }) => {
  const [ada, bea] = await people(['Ada', 'Bea'], { hash: '#/events' });
  const title = `Dance of ${bea.account.username}`;
  await bea.announce({ title, capacity: 2 });
  await expect(ada.event(title)).toBeVisible();
  const seen = bea.attendees(title).filter({ hasText: ada.name });

  await test.step('insert', async () => {
    await ada.answer(title, 'Going').click();
    await expect(seen).toHaveCount(1);
    await expect(bea.event(title)).toContainText('1 seat left');
  });

  await test.step('update', async () => {
    await ada.answer(title, 'Maybe').click();
    await expect(seen).toContainText('maybe');
    await expect(bea.event(title)).toContainText('2 seats left');
    await expect(ada.answer(title, 'Maybe')).toHaveAttribute('aria-pressed', 'true');
    await expect(ada.answer(title, 'Going')).toHaveAttribute('aria-pressed', 'false');
    await ada.answer(title, 'Not going').click();
    await expect(seen).toHaveCount(0);
    await ada.answer(title, 'Going').click();
    await expect(seen).toHaveCount(1);
  });

  await test.step('delete', async () => {
    await ada.answer(title, 'Going').click();
    await expect(seen).toHaveCount(0);
    await expect(bea.event(title)).toContainText('2 seats left');
    await expect(ada.answer(title, 'Going')).toHaveAttribute('aria-pressed', 'false');
    await expect.poll(() => here.service.rows(`rsvps?user_id=eq.${ada.id}`)).toEqual([]);
  });
});

test('tavern messages: a line is said, mended, and taken back', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const word = ada.account.username;

  await test.step('insert', async () => {
    await ada.say(`The soup is redy, says ${word}`);
    await expect(bea.line(`redy, says ${word}`)).toContainText(ada.name);
    await expect(bea.line(word).getByRole('button', { name: 'Edit', exact: true })).toHaveCount(0);
  });

  await test.step('update', async () => {
    await ada.line(word).hover();
    await ada.line(word).getByRole('button', { name: 'Edit', exact: true }).click();
    const editor = ada.chat.getByRole('textbox');
    await expect(editor).toBeFocused();
    await editor.fill(`The soup is ready, says ${word}`);
    await editor.press('Enter');
    await expect(bea.line(word)).toContainText('ready, says');
    await expect(bea.line(word)).toContainText('edited');
    await expect(bea.line(word)).toHaveCount(1);
  });

  await test.step('delete', async () => {
    await ada.remove(ada.line(word));
    await expect(bea.line(word)).toHaveCount(0);
    await expect(ada.line(word)).toHaveCount(0);
  });
});

test('private messages: a word is sent, read, and taken back', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  await ada.writeTo(bea.name);

  await test.step('insert', async () => {
    await ada.say('Bring the blue lantern.');
    await bea.go('Messages');
    await expect(bea.conversations.filter({ hasText: ada.name })).toContainText('Bring the blue lantern.');
    await expect(ada.line('blue lantern')).not.toContainText('read');
  });

  await test.step('update', async () => {
    await bea.writeTo(ada.name);
    await expect(bea.line('blue lantern')).toBeVisible();
    await expect(ada.line('blue lantern')).toContainText('read');
  });

  await test.step('delete', async () => {
    await ada.remove(ada.line('blue lantern'));
    await expect(bea.line('blue lantern')).toHaveCount(0);
    await expect(ada.line('blue lantern')).toHaveCount(0);
  });
});

test('what goes with a member goes everywhere', async ({ person, here }) => {
  const bea = await person('Bea', { hash: '#/events' });
  const carl = await here.account('Carl');
  const { username } = credentials('gone');
  const event = await here.as(carl).insert('events', {
    title: `Farewell ${username}`,
    starts_at: new Date(Date.now() + 86_400_000).toISOString(),
  });
  await here.as(carl).insert('tavern_messages', { body: `I am off, ${username}` });
  await here.as(carl).insert('private_messages', { recipient_id: bea.id, body: `Farewell, ${username}` });
  await here.as(carl).insert('rsvps', { event_id: event.id, status: 'going' });
  await expect(bea.attendees(event.title).filter({ hasText: carl.name })).toBeVisible();

  await here.service.must('DELETE', `/auth/v1/admin/users/${carl.id}`);
  await expect(bea.event(event.title)).toHaveCount(0);
  await bea.go('Tavern');
  await expect(bea.chat).toBeVisible();
  await expect(bea.line(username)).toHaveCount(0);
  await bea.go('Messages');
  await expect(bea.conversations.filter({ hasText: username })).toHaveCount(0);
  await bea.go('Members');
  await expect(bea.member(bea.name)).toBeVisible();
  await expect(await bea.find(carl.name)).toHaveCount(0);
});
