// People, settings and the windows over a page, without a mouse.

import { press, somewhere, tabTo } from '../fixtures/keyboard';
import { expect, test } from '../fixtures/test';

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
