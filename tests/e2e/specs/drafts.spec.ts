// What is half written stays where it is: on another page, after a reload, and in the other tabs.

import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures/test';

const message = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
const editor = (page: Page) => page.getByRole('textbox', { name: 'Edit text', exact: true });

test('what is typed in one tab stands in the other, until it is sent from either', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const other = await ada.context.newPage();
  await other.goto(`${ada.tavern.origin}/#/tavern`);
  await expect(message(other)).toBeVisible();
  const words = `Half a thought of ${ada.account.username}`;
  await ada.message.pressSequentially(words);
  await expect(message(other)).toHaveValue(words);
  // As in a window that lies behind: its own field is the one that was used last there.
  await message(other).focus();
  await other.evaluate(() => (document.hasFocus = () => false));
  await ada.message.pressSequentially(', more');
  await expect(message(other)).toHaveValue(`${words}, more`);
  await ada.message.fill(words);
  await expect(message(other)).toHaveValue(words);
  await other.evaluate(() => Reflect.deleteProperty(document, 'hasFocus'));
  // Who is at work in a field keeps what they have.
  await message(other).focus();
  await ada.message.pressSequentially(' and');
  await other.keyboard.press('End');
  await other.keyboard.type(', whole');
  await ada.page.getByRole('main').focus();
  await other.keyboard.type('!');
  await expect(ada.message).toHaveValue(`${words}, whole!`);
  await other.keyboard.press('Enter');
  await expect(bea.line(`${words}, whole!`)).toBeVisible();
  await expect(ada.message).toHaveValue('');
});

test('a line that is being edited is found again, and can still be given up', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const word = `Typo ${ada.account.username}`;
  await ada.say(word);
  await expect(ada.line(word)).toHaveAttribute('data-standing', 'confirmed');
  await ada.message.press('ArrowUp');
  await editor(ada.page).fill(`${word}, mended`);
  await ada.go('Events');
  await expect(ada.page.getByRole('list', { name: 'Notices' }).getByRole('alert')).toHaveCount(0);
  await ada.go('Tavern');
  await expect(editor(ada.page)).toHaveValue(`${word}, mended`);
  ada.loads += 1;
  await ada.page.reload();
  await ada.live();
  await expect(editor(ada.page)).toHaveValue(`${word}, mended`);
  await expect(editor(ada.page), 'the page is opened, not the line').not.toBeFocused();

  await test.step('given up, it is as it was; a reload brings nothing back', async () => {
    await ada.page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await expect(editor(ada.page)).toHaveCount(0);
    ada.loads += 1;
    await ada.page.reload();
    await ada.live();
    await expect(ada.line(word)).toBeVisible();
    await expect(editor(ada.page)).toHaveCount(0);
  });

  await test.step('saved in one tab, it is settled in the other', async () => {
    await ada.message.press('ArrowUp');
    await editor(ada.page).fill(`${word}, mended`);
    const other = await ada.context.newPage();
    await other.goto(`${ada.tavern.origin}/#/tavern`);
    await expect(editor(other)).toHaveValue(`${word}, mended`);
    await editor(other).fill(`${word}, mended twice`);
    await ada.page.getByRole('main').focus();
    await editor(other).press('Enter');
    await expect(bea.line(`${word}, mended twice`)).toContainText('edited');
    await expect(ada.line(`${word}, mended twice`)).toBeVisible();
    await expect(editor(ada.page)).toHaveCount(0);
  });
});

test('a change of a message that goes away meanwhile is not lost with it', async ({ people, here }) => {
  const [ada] = await people(['Ada', 'Bea']);
  const word = ada.account.username;
  await ada.say(`Old words, ${word}`);
  await expect(ada.line(`Old words, ${word}`)).toHaveAttribute('data-standing', 'confirmed');
  await ada.line(`Old words, ${word}`).hover();
  await ada.line(`Old words, ${word}`).getByRole('button', { name: 'Edit', exact: true }).click();
  await editor(ada.page).fill(`Far better words, ${word}`);
  await ada.go('Events');
  await expect(editor(ada.page)).toHaveCount(0);
  await here.service.remove(`tavern_messages?author_id=eq.${ada.id}`);
  const notice = ada.page.getByRole('list', { name: 'Notices' }).getByRole('alert');
  await expect(notice).toContainText('no longer there');
  await expect(notice).toContainText(`Far better words, ${word}`);
  const again = async () => {
    const page = await ada.context.newPage();
    await page.goto(`${ada.tavern.origin}/#/tavern`);
    await expect(page.getByRole('button', { name: 'Live', exact: true })).toBeVisible();
    return page;
  };
  const second = await again();
  const there = second.getByRole('list', { name: 'Notices' }).getByRole('alert');
  await expect(there, 'kept until somebody has read it').toContainText(`Far better words, ${word}`);
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  await expect(there, 'dismissed here, it is dismissed there').toHaveCount(0);
  await second.close();
  const third = await again();
  await expect(third.getByRole('list', { name: 'Notices' }).getByRole('alert'), 'said once').toHaveCount(0);
});

test('an event that is half written is the same in all tabs, and none takes it from another', async ({ person }) => {
  const ada = await person('Ada', { hash: '#/events' });
  const other = await ada.context.newPage();
  await other.goto(`${ada.tavern.origin}/#/events`);
  const open = async (page: Page) => {
    await page.getByRole('button', { name: 'New event', exact: true }).click();
    return page.getByRole('dialog', { name: 'New event', exact: true });
  };
  const title = `Half an idea of ${ada.account.username}`;
  await expect(other.getByRole('button', { name: 'New event', exact: true })).toBeVisible();
  await (await open(ada.page)).getByLabel('Title', { exact: true }).fill(title);
  await ada.page.keyboard.press('Escape');
  const there = await open(other);
  await expect(there.getByLabel('Title', { exact: true })).toHaveValue(title);
  await there.getByLabel('Location', { exact: true }).fill('Attic');
  // As in a window that lies behind.
  await other.evaluate(() => (document.hasFocus = () => false));
  const here = await open(ada.page);
  await expect(here.getByLabel('Title', { exact: true })).toHaveValue(title);
  await expect(here.getByLabel('Location', { exact: true })).toHaveValue('Attic');
  await here.getByRole('button', { name: 'Discard', exact: true }).click();
  await here.getByRole('group', { name: /^Discard/ }).getByRole('button', { name: 'Discard' }).click();
  await expect(here).toBeHidden();
  await expect(there.getByLabel('Title', { exact: true })).toHaveValue('');
});
