// The check of the system that this one follows: what one does, the other sees, in two separate browsers.

import { credentials } from '../fixtures/tavern';
import { expect, test } from '../fixtures/test';

test('seven steps from registration to a private word, and nobody reloads', async ({ visitor, person, here }) => {
  const bea = await person('Bea');
  await bea.go('Members');
  const ada = await visitor('Ada');

  const { username, email, password } = credentials('Ada');
  await test.step('Ada registers, and Bea sees her among the members', async () => {
    const form = ada.page.getByRole('form', { name: 'Register', exact: true });
    await form.getByLabel('Username', { exact: true }).fill(username);
    await form.getByLabel('Email', { exact: true }).fill(email);
    await form.getByLabel('Password', { exact: true }).fill(password);
    await form.getByRole('button', { name: 'Register', exact: true }).click();
    await ada.live();
    await expect(await bea.find(username)).toBeVisible();
    const [row] = await here.service.rows(`users?username=eq.${username}`);
    const session = await here.anonymous.signIn(email, password);
    ada.account = { id: row.id, username, name: row.display_name, email, password, session };
  });

  const title = `Tasting ${username}`;
  await test.step('Ada announces an event, and Bea sees it', async () => {
    await bea.go('Events');
    await ada.go('Events');
    await ada.announce({ title, location: 'Cellar', description: 'Six glasses.', capacity: 4 });
    await expect(bea.event(title)).toBeVisible();
    await expect(bea.event(title)).toContainText('Cellar');
    await expect(bea.event(title)).toContainText('4 seats left');
  });

  await test.step('Bea says that she comes, and Ada sees it', async () => {
    await bea.answer(title, 'Going').click();
    await expect(bea.answer(title, 'Going')).toHaveAttribute('aria-pressed', 'true');
    await expect(ada.attendees(title).filter({ hasText: bea.name })).toBeVisible();
    await expect(ada.event(title)).toContainText('3 seats left');
  });

  await test.step('Ada says something to all, and Bea reads it', async () => {
    await bea.go('Tavern');
    await ada.go('Tavern');
    await ada.say(`Good evening from ${username}`);
    await expect(bea.line(`Good evening from ${username}`)).toBeVisible();
  });

  await test.step('Bea answers, and Ada reads it', async () => {
    await bea.say(`Good evening, ${username}`);
    await expect(ada.line(`Good evening, ${username}`)).toBeVisible();
  });

  await test.step('Ada writes to Bea alone, and Bea sees that something is unread, and reads it', async () => {
    await ada.writeTo(bea.name);
    await ada.say('Just between us: the cellar key is under the mat.');
    await bea.go('Messages');
    const entry = bea.conversations.filter({ hasText: ada.name });
    await expect(entry).toContainText('1');
    await expect(entry).toContainText('unread');
    await entry.getByRole('link').click();
    await expect(bea.conversation(ada.name)).toContainText('the cellar key is under the mat.');
    await expect(entry).not.toContainText('unread');
  });

  await test.step('Bea writes back, and Ada reads it', async () => {
    await bea.say('I will be quiet as a mouse.');
    await expect(ada.conversation(bea.name)).toContainText('I will be quiet as a mouse.');
  });
});
