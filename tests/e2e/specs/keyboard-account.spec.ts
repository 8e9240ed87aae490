// The account: a forgotten password, one's data, the end of it, without a mouse.

import { readFile } from 'node:fs/promises';

import { press, somewhere, tabTo } from '../fixtures/keyboard';
import { expect, test } from '../fixtures/test';

test('a forgotten password is set anew by keyboard alone', async ({ visitor, here }) => {
  const account = await here.account('Ada');
  const ada = await visitor('Ada');
  const { page } = ada;
  const { keyboard } = page;
  await press(page, page.getByRole('button', { name: 'Forgotten password?', exact: true }));
  await somewhere(page, 'saying that it is forgotten');
  const ask = page.getByRole('form', { name: 'Forgotten password', exact: true });
  await expect(ask.getByLabel('Email', { exact: true })).toBeFocused();
  await keyboard.type(account.email);
  await keyboard.press('Enter');
  await expect(ask.getByRole('status')).toContainText('a mail is on its way');
  await somewhere(page, 'asking for the link');
  await press(page, page.getByRole('link', { name: 'read them', exact: true }));
  const mail = page.getByRole('listitem').filter({ hasText: account.email }).first();
  await press(page, mail.getByRole('link', { name: 'Open the link' }));
  const form = page.getByRole('form', { name: 'New password', exact: true });
  await tabTo(page, form.getByLabel('New password', { exact: true }));
  await keyboard.type('remembered by hand');
  await keyboard.press('Enter');
  await expect(form.getByRole('status')).toContainText('Your new password is set.');
  await somewhere(page, 'setting the password');
  // Once to begin with, once by the link.
  ada.loads = 2;
});

test('one’s data are taken along and the account is erased by keyboard alone', async ({ person }) => {
  const ada = await person('Ada');
  const { page } = ada;
  const { keyboard } = page;
  await press(page, page.getByRole('link', { name: /^Settings of/ }));
  const take = page.getByRole('button', { name: 'Download my data', exact: true });
  await tabTo(page, take);
  const [download] = await Promise.all([page.waitForEvent('download'), keyboard.press('Enter')]);
  expect(JSON.parse(await readFile(await download.path(), 'utf8')).account.email).toBe(ada.account.email);
  await expect(take).toBeFocused();

  const erase = page.getByRole('button', { name: 'Erase my account', exact: true });
  const dialog = ada.dialog('Erase my account');
  await press(page, erase);
  await expect(dialog).toBeVisible();
  await somewhere(page, 'opening the question');
  await keyboard.press('Escape');
  await expect(erase).toBeFocused();
  await keyboard.press('Enter');
  const field = dialog.getByLabel('Your username');
  await tabTo(page, field);
  await keyboard.type('somebody');
  await keyboard.press('Enter');
  await expect(field).toHaveAccessibleDescription(/not your username/);
  await expect(field).toBeFocused();
  await keyboard.press('Control+A');
  await keyboard.type(ada.account.username);
  await press(page, dialog.getByRole('button', { name: 'Erase everything', exact: true }));
  await expect(page.getByText('Your account is erased.')).toBeVisible();
  await somewhere(page, 'erasing the account');
});
