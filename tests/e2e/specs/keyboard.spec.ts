// An evening without a mouse.

import { press, somewhere, tabTo } from '../fixtures/keyboard';
import { expect, test } from '../fixtures/test';

test('signing in, talking, planning and answering by keyboard alone', async ({ visitor, here }) => {
  const ada = await visitor('Ada');
  const account = await here.account('Ada');
  ada.account = account;
  const { page } = ada;
  const { keyboard } = page;

  await test.step('sign in', async () => {
    const form = page.getByRole('form', { name: 'Sign in', exact: true });
    await tabTo(page, form.getByLabel('Email', { exact: true }));
    await keyboard.type(account.email);
    await keyboard.press('Tab');
    await keyboard.type(account.password);
    await keyboard.press('Enter');
    await ada.live();
    await somewhere(page, 'signing in');
  });

  await test.step('write a line; Shift and Enter breaks it', async () => {
    await tabTo(page, ada.message);
    await keyboard.type(`First of ${account.username}`);
    await keyboard.press('Shift+Enter');
    await keyboard.type('and second');
    await expect(ada.line(account.username)).toHaveCount(0);
    await keyboard.press('Enter');
    await expect(ada.line(`First of ${account.username}`)).toHaveAttribute('data-standing', 'confirmed');
    await expect(ada.message).toHaveValue('');
    await expect(ada.message).toBeFocused();
    const [row] = await here.service.rows(`tavern_messages?author_id=eq.${account.id}`);
    expect(row.body).toBe(`First of ${account.username}\nand second`);
    const shown = await ada.line(account.username).innerText();
    expect(shown).toContain(`First of ${account.username}\nand second`);
    // Nothing is not said.
    await keyboard.press('Enter');
    await keyboard.type('   ');
    await keyboard.press('Enter');
    await expect(ada.line(account.name)).toHaveCount(1);
    await keyboard.press('Control+A');
    await keyboard.press('Delete');
  });

  const title = `Cards with ${account.username}`;
  await test.step('open New event, leave it, open it again, fill it, save', async () => {
    await tabTo(page, ada.link('Events'));
    await keyboard.press('Enter');
    const opener = page.getByRole('button', { name: 'New event', exact: true });
    await tabTo(page, opener);
    await keyboard.press('Enter');
    const dialog = ada.dialog('New event');
    await expect(dialog).toBeVisible();
    await keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(opener).toBeFocused();
    await keyboard.press('Enter');
    await tabTo(page, dialog.getByLabel('Title', { exact: true }));
    // Nothing is saved without a title and a start; the first field that lacks something gets the focus.
    await keyboard.press('Enter');
    await expect(dialog.getByLabel('Title', { exact: true })).toBeFocused();
    await expect(dialog.getByLabel('Title', { exact: true })).toHaveAttribute('aria-invalid', 'true');
    await keyboard.type(title);
    await tabTo(page, dialog.getByLabel('Starts', { exact: true }));
    // The same whether the day or the month comes first.
    await keyboard.type('1010');
    await keyboard.type('2030');
    await keyboard.press('ArrowRight');
    await keyboard.type('0730');
    await keyboard.type('A');
    await expect(dialog.getByLabel('Starts', { exact: true })).toHaveValue('2030-10-10T07:30');
    await tabTo(page, dialog.getByRole('button', { name: 'Save', exact: true }));
    await keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    await expect(ada.event(title)).toHaveAttribute('data-standing', 'confirmed');
    const [row] = await here.service.rows(`events?host_id=eq.${account.id}`);
    // Summer time in Berlin.
    expect(new Date(row.starts_at).toISOString()).toBe('2030-10-10T05:30:00.000Z');
    expect(row.time_zone).toBe('Europe/Berlin');
    await somewhere(page, 'announcing an event');
  });

  await test.step('say that one comes', async () => {
    await tabTo(page, ada.answer(title, 'Going'));
    await keyboard.press('Space');
    await expect(ada.answer(title, 'Going')).toHaveAttribute('aria-pressed', 'true');
    await expect(ada.attendees(title).filter({ hasText: account.name })).toHaveCount(1);
    await somewhere(page, 'answering');
  });

  await test.step('call the event off, after thinking twice', async () => {
    const card = ada.event(title);
    const cancel = card.getByRole('button', { name: 'Cancel event', exact: true });
    await press(page, cancel);
    await keyboard.press('Escape');
    await expect(cancel).toBeFocused();
    await keyboard.press('Enter');
    const sure = card.getByRole('group', { name: /^Cancel this event/ });
    await press(page, sure.getByRole('button', { name: 'Cancel event', exact: true }), 'Shift+Tab');
    await expect(card).toContainText('It does not take place.');
    await somewhere(page, 'calling an event off');
    await press(page, card.getByRole('button', { name: 'Delete', exact: true }));
    await press(page, card.getByRole('group').getByRole('button', { name: 'Delete', exact: true }), 'Shift+Tab');
    await expect(card).toHaveCount(0);
    await somewhere(page, 'deleting an event');
  });

  await test.step('sign out', async () => {
    await tabTo(page, page.getByRole('button', { name: 'Sign out', exact: true }));
    await keyboard.press('Enter');
    await expect(page.getByRole('form', { name: 'Sign in', exact: true })).toBeVisible();
    await somewhere(page, 'signing out');
  });
});

test('what can be done with a line, by keyboard alone', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const { page } = ada;
  const { keyboard } = page;
  const word = `Toast ${bea.account.username}`;
  await bea.say(word);
  const said = ada.line(word).first();
  await tabTo(page, ada.message);

  await test.step('react, and take it back', async () => {
    await press(page, said.getByRole('button', { name: 'React', exact: true }), 'Shift+Tab');
    await press(page, said.getByRole('button', { name: 'React with 🎉' }));
    const reaction = said.getByRole('button', { name: /^🎉 1 by/ });
    await expect(reaction).toBeVisible();
    await somewhere(page, 'reacting');
    await press(page, reaction);
    await expect(reaction).toHaveCount(0);
    await somewhere(page, 'taking a reaction back');
  });

  await test.step('reply', async () => {
    await tabTo(page, ada.message);
    await press(page, said.getByRole('button', { name: 'Reply', exact: true }), 'Shift+Tab');
    await expect(ada.message).toBeFocused();
    await keyboard.type(`With butter ${ada.account.username}`);
    await keyboard.press('Enter');
    await expect(bea.line('With butter')).toContainText(word);
    await somewhere(page, 'replying');
  });

  // While it is edited, its text is nowhere but in the field.
  const id = await ada.line(`With butter ${ada.account.username}`).last().getAttribute('id');
  const own = page.locator(`[id="${id}"]`);
  await test.step('edit, once by its button and once by the key that goes up', async () => {
    await press(page, own.getByRole('button', { name: 'Edit', exact: true }), 'Shift+Tab');
    await expect(own.getByRole('textbox', { name: 'Edit text' })).toBeFocused();
    await keyboard.press('End');
    await keyboard.type(', and salt');
    await keyboard.press('Enter');
    await expect(bea.line('and salt')).toContainText('edited');
    await somewhere(page, 'editing');
    await tabTo(page, ada.message);
    await keyboard.press('ArrowUp');
    await keyboard.press('Escape');
    await somewhere(page, 'leaving the editor');
  });

  await test.step('mention', async () => {
    await tabTo(page, ada.message);
    await keyboard.type(`@${bea.account.username}`);
    await expect(page.getByRole('listbox', { name: 'Members' })).toBeVisible();
    await keyboard.press('Enter');
    await keyboard.type('look');
    await keyboard.press('Enter');
    await expect(bea.line(`@${bea.account.username} look`)).toHaveAttribute('data-calls-me', 'true');
    await somewhere(page, 'mentioning');
  });

  await test.step('search, and go to what was found', async () => {
    await press(page, page.getByRole('button', { name: 'Search', exact: true }), 'Shift+Tab');
    await expect(page.getByRole('searchbox')).toBeFocused();
    await keyboard.type(`toast ${bea.account.username}`);
    const hit = page.getByRole('list', { name: 'Found' }).getByRole('button').first();
    await press(page, hit);
    await expect(said).toBeFocused();
    await somewhere(page, 'going to what was found');
  });

  await test.step('take a line back', async () => {
    await tabTo(page, ada.message);
    await press(page, own.getByRole('button', { name: 'Delete', exact: true }), 'Shift+Tab');
    await press(page, own.getByRole('group').getByRole('button', { name: 'Delete', exact: true }), 'Shift+Tab');
    await expect(bea.line('and salt')).toHaveCount(0);
    await somewhere(page, 'taking a line back');
  });
});

test('people, settings and what opens over a page, by keyboard alone', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea'], { colorScheme: 'light' });
  const { page } = ada;
  const { keyboard } = page;

  await test.step('find a member, and write in private', async () => {
    await press(page, ada.link('Members'));
    await somewhere(page, 'opening a page');
    await tabTo(page, page.getByRole('searchbox', { name: 'Find a member', exact: true }));
    await keyboard.type(bea.account.username);
    await press(page, page.getByRole('link', { name: `Message ${bea.name}`, exact: true }));
    await tabTo(page, ada.message);
    await keyboard.type('Psst');
    await keyboard.press('Enter');
    await expect(bea.page.getByRole('navigation')).toContainText('1 unread');
    await somewhere(page, 'writing in private');
  });

  await test.step('block and unblock', async () => {
    await press(page, page.getByRole('button', { name: 'Block', exact: true }), 'Shift+Tab');
    await press(page, page.getByRole('group', { name: /^Block/ }).getByRole('button', { name: 'Block', exact: true }), 'Shift+Tab');
    const unblock = page.getByRole('button', { name: 'Unblock', exact: true });
    await expect(unblock).toBeVisible();
    await somewhere(page, 'blocking');
    await press(page, unblock);
    await expect(ada.message).toBeVisible();
    await somewhere(page, 'unblocking');
  });

  await test.step('change profile and theme', async () => {
    await press(page, page.getByRole('link', { name: /^Settings of/ }));
    await press(page, page.getByRole('button', { name: 'Edit profile', exact: true }));
    const dialog = ada.dialog('Edit profile');
    await tabTo(page, dialog.getByLabel('Pronouns'));
    await keyboard.type('she/her');
    await press(page, dialog.getByRole('button', { name: 'Save', exact: true }));
    await expect(dialog).toBeHidden();
    await expect.poll(async () => (await ada.rest.rows(`users?id=eq.${ada.id}`))[0].pronouns).toBe('she/her');
    await somewhere(page, 'saving the profile');
    await tabTo(page, page.getByRole('radio', { name: 'As the system' }));
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    await expect.poll(scheme).toBe('dark');
    await somewhere(page, 'choosing a theme');
  });

  await test.step('look at the connection', async () => {
    const opener = page.locator('.status').getByRole('button').first();
    await press(page, opener);
    await expect(ada.dialog('Connection')).toBeVisible();
    await somewhere(page, 'opening the connection');
    await keyboard.press('Escape');
    await expect(opener).toBeFocused();
  });

  await test.step('go anywhere, and look at the keys', async () => {
    await keyboard.press('Control+k');
    await keyboard.type('keys');
    await keyboard.press('Enter');
    await expect(ada.dialog('Keys')).toBeVisible();
    await somewhere(page, 'opening the keys');
    await keyboard.press('Escape');
    await somewhere(page, 'closing the keys');
    await keyboard.press('Control+k');
    await keyboard.type('events');
    await keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Events', level: 1 })).toBeVisible();
    await somewhere(page, 'going elsewhere');
  });
});
