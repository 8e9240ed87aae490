// An evening without a mouse.

import type { Locator, Page } from '@playwright/test';

import { expect, test } from '../fixtures/test';

/** Presses Tab until `wanted` has the focus, as somebody without a mouse has to. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await expect(wanted).toBeVisible();
  for (let pressed = 0; pressed < 120; pressed += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      const visible = await wanted.evaluate((element) => element.matches(':focus-visible'));
      expect(visible, 'the focus is shown').toBe(true);
      return;
    }
    await page.keyboard.press('Tab');
  }
  await expect(wanted, 'reached with the Tab key').toBeFocused();
}

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
  });

  await test.step('say that one comes', async () => {
    await tabTo(page, ada.answer(title, 'Going'));
    await keyboard.press('Space');
    await expect(ada.answer(title, 'Going')).toHaveAttribute('aria-pressed', 'true');
    await expect(ada.attendees(title).filter({ hasText: account.name })).toHaveCount(1);
  });

  await test.step('sign out', async () => {
    await tabTo(page, page.getByRole('button', { name: 'Sign out', exact: true }));
    await keyboard.press('Enter');
    await expect(page.getByRole('form', { name: 'Sign in', exact: true })).toBeVisible();
  });
});
