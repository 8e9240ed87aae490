// What is done with a line of the tavern, without a mouse.

import { press, somewhere, tabTo } from '../fixtures/keyboard';
import { expect, test } from '../fixtures/test';

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
