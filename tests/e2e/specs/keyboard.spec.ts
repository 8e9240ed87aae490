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

test('a month of events is walked through by keyboard alone', async ({ person, here }) => {
  const ada = await person('Ada');
  const { page } = ada;
  const { keyboard } = page;
  const title = `Moonlight with ${ada.account.username}`;
  const [year, month] = [new Date().getFullYear(), new Date().getMonth()];
  const starts_at = new Date(Date.UTC(year, month + 1, 15, 18)).toISOString();
  await here.as(ada.account).insert('events', { title, starts_at });
  await press(page, ada.link('Events'));
  await press(page, page.getByRole('link', { name: 'Month', exact: true }));
  await expect(page).toHaveURL(/#\/events\/month$/);
  await somewhere(page, 'opening the month');
  const sheet = page.getByRole('table');
  const later = page.getByRole('button', { name: 'Later', exact: true });
  const name = await sheet.getAttribute('aria-label');
  await press(page, later);
  await expect(sheet).not.toHaveAccessibleName(name!);
  await expect(later).toBeFocused();
  await keyboard.press('Enter');
  await press(page, page.getByRole('button', { name: 'Earlier', exact: true }), 'Shift+Tab');
  await press(page, sheet.getByRole('link', { name: title }));
  await expect(ada.event(title)).toBeVisible();
  await somewhere(page, 'opening an event of the month');
  await page.goBack();
  await expect(sheet).toBeVisible();
  await somewhere(page, 'coming back to the month');
  await press(page, later);
  await press(page, page.getByRole('button', { name: 'Today', exact: true }), 'Shift+Tab');
  await expect(sheet).toHaveAccessibleName(name!);
  await somewhere(page, 'coming back to this month');
});
