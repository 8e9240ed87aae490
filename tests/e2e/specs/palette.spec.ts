// Anywhere by a few letters, the keys by one, and a welcome at the first visit.

import { credentials } from '../fixtures/tavern';
import { expect, test } from '../fixtures/test';

test('A few letters lead to a person, an event, a page and an action', async ({ people }) => {
  const [ada, bert] = await people(['Ada', 'Bert']);
  const { keyboard } = ada.page;
  const palette = ada.dialog('Go to');
  const field = palette.getByRole('combobox');

  await keyboard.press('Control+k');
  await expect(field).toBeFocused();
  await keyboard.type(bert.name.toLowerCase());
  await expect(palette.getByRole('option', { selected: true })).toContainText(bert.name);
  await keyboard.press('Enter');
  await expect(palette).toBeHidden();
  await expect(ada.conversation(bert.name)).toBeVisible();
  await expect(ada.page.getByRole('main')).toBeFocused();

  await keyboard.press('Control+k');
  await keyboard.type('quiz');
  await keyboard.press('Enter');
  await expect(ada.event('Quiz night')).toBeVisible();
  await expect(ada.page).toHaveURL(/#\/events\//);

  await keyboard.press('Control+k');
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await expect(palette.getByRole('option', { selected: true })).toContainText('Members');
  await keyboard.press('Enter');
  await expect(ada.page.getByRole('heading', { name: 'Members', level: 1 })).toBeVisible();

  await keyboard.press('Control+k');
  await keyboard.type('check');
  await keyboard.press('Enter');
  await expect(ada.dialog('Connection')).toBeVisible();
  await expect(palette).toBeHidden();
  await keyboard.press('Escape');
  await expect(ada.dialog('Connection')).toBeHidden();

  await keyboard.press('Control+k');
  await keyboard.type('nobody at all');
  await expect(palette.getByRole('status')).toHaveText('Nobody and nothing is called so.');
  await keyboard.press('Escape');
  await expect(palette).toBeHidden();
});

test('What one can do is done from anywhere, by keyboard or by finger', async ({ person }) => {
  const ada = await person('Ada', { hash: '#/members', hasTouch: true, viewport: { width: 360, height: 740 } });
  const { page } = ada;
  const palette = ada.dialog('Go to');
  const go = async (letters: string) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(letters);
    await page.keyboard.press('Enter');
    await expect(palette).toBeHidden();
  };

  await page.getByRole('button', { name: 'Go to', exact: true }).tap();
  await palette.getByRole('option', { name: 'New event' }).tap();
  await expect(ada.dialog('New event').getByLabel('Title', { exact: true })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(ada.dialog('New event')).toBeHidden();

  await go('new mess');
  await expect(ada.dialog('New message')).toBeVisible();
  await expect(page).toHaveURL(/#\/messages$/);
  await page.keyboard.press('Escape');

  await go('dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await go('as the system');
  await expect(page.locator('html')).not.toHaveAttribute('data-theme');

  await go('search');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.getByRole('searchbox').fill('bread');
  await page.getByRole('main').focus();
  await go('search');
  await expect(page.getByRole('searchbox'), 'open already').toBeFocused();
  await expect(page.getByRole('searchbox')).toHaveValue('bread');

  const download = page.waitForEvent('download');
  await go('export');
  expect((await download).suggestedFilename()).toBe('tavern.json');
  await expect(page.getByRole('button', { name: 'Download my data', exact: true })).toBeFocused();

  await go('sign out');
  await expect(page.getByRole('form', { name: 'Sign in', exact: true })).toBeVisible();
});

test('The question mark lists the keys, but not while one writes', async ({ person }) => {
  const ada = await person('Ada');
  await ada.message.fill('Really');
  await ada.message.press('?');
  await expect(ada.message).toHaveValue('Really?');
  await expect(ada.dialog('Keys')).toBeHidden();
  await ada.page.getByRole('main').focus();
  await ada.page.keyboard.press('?');
  await expect(ada.dialog('Keys')).toContainText('Ctrl K');
  await ada.page.keyboard.press('Escape');
  await expect(ada.dialog('Keys')).toBeHidden();
});

test('Whoever comes for the first time is welcomed once', async ({ visitor }) => {
  const ada = await visitor('Ada');
  const form = ada.page.getByRole('form', { name: 'Register', exact: true });
  const { username, email, password } = credentials('Ada');
  await form.getByLabel('Username', { exact: true }).fill(username);
  await form.getByLabel('Email', { exact: true }).fill(email);
  await form.getByLabel('Password', { exact: true }).fill(password);
  await form.getByRole('button', { name: 'Register', exact: true }).click();
  const welcome = ada.page.getByRole('region', { name: 'Welcome', exact: true });
  await expect(welcome).toContainText(username);
  await welcome.getByRole('button', { name: 'Got it', exact: true }).click();
  await expect(welcome).toBeHidden();
  ada.loads += 1;
  await ada.page.reload();
  await ada.live();
  await expect(welcome).toBeHidden();
});
