// On a phone: a narrow screen, a finger, and nothing that shows only under a mouse.

import { expect, test } from '../fixtures/test';

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

test('a whole evening with one finger', async ({ person }) => {
  const bea = await person('Bea');
  const ada = await person('Ada', PHONE);
  const word = ada.account.username;
  const button = (name: string) => ({ name, exact: true });

  await test.step('say, mend, take back', async () => {
    await ada.message.tap();
    await ada.page.keyboard.type(`From the tram, ${word}`);
    await ada.page.getByRole('button', button('Send')).tap();
    await expect(bea.line(word)).toHaveCount(1);
    const line = ada.line(word);
    await line.tap();
    await line.getByRole('button', button('Edit')).tap();
    await ada.chat.getByRole('textbox').fill(`From the bus, ${word}`);
    await ada.chat.getByRole('button', button('Save')).tap();
    await expect(bea.line(word)).toContainText('From the bus');
    await line.tap();
    await line.getByRole('button', button('Delete')).tap();
    await line.getByRole('group').getByRole('button', button('Delete')).tap();
    await expect(bea.line(word)).toHaveCount(0);
  });

  const title = `Stop of ${word}`;
  await test.step('announce an event and answer', async () => {
    await ada.link('Events').tap();
    await ada.announce({ title, capacity: 2 });
    await ada.answer(title, 'Going').tap();
    await expect(ada.answer(title, 'Going')).toHaveAttribute('aria-pressed', 'true');
    await bea.go('Events');
    await expect(bea.attendees(title).filter({ hasText: ada.name })).toHaveCount(1);
  });

  await test.step('write in private, and go back to the list', async () => {
    await ada.link('Members').tap();
    // Of many members only those near the screen exist, and the phone's screen is small.
    await (await ada.find(bea.name)).getByRole('link', button(`Message ${bea.name}`)).tap();
    await ada.message.fill('Psst, from the bus');
    await ada.page.getByRole('button', button('Send')).tap();
    await expect(ada.line('Psst')).toBeInViewport();
    await bea.go('Messages');
    await expect(bea.conversations.filter({ hasText: ada.name })).toContainText('Psst');
    await ada.page.getByRole('main').getByRole('link', { name: 'All messages' }).tap();
    await expect(ada.conversations.filter({ hasText: bea.name })).toBeInViewport();
  });

  // The screen was never wider than the phone, and what one has to hit is not too small for a finger.
  const { scrollWidth, innerWidth } = await ada.page.evaluate(() => ({
    scrollWidth: document.scrollingElement!.scrollWidth,
    innerWidth: window.innerWidth,
  }));
  expect([scrollWidth, innerWidth]).toEqual([360, 360]);
  await ada.go('Events');
  const sizes = await ada.page.getByRole('button').evaluateAll((buttons) =>
    buttons
      .map((button) => ({ name: button.textContent, box: button.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
      .map(({ name, box }) => `${name} ${box.width}x${box.height}`),
  );
  expect(sizes).toEqual([]);
});

test('two of the same name can be told apart', async ({ person, here }) => {
  const twins = [await here.account('Tim'), await here.account('Tim')];
  const name = `Tim the ${twins[0].username.split('_').pop()}`;
  for (const twin of twins) await here.as(twin).update(`users?id=eq.${twin.id}`, { display_name: name });
  const ada = await person('Ada', { ...PHONE, hash: '#/members' });
  await ada.find(name);
  await expect(ada.members).toHaveCount(2);
  for (const { username } of twins) await expect(ada.members.getByText(`@${username}`)).toBeInViewport({ ratio: 1 });
  await ada.page.getByRole('button', { name: 'Go to', exact: true }).tap();
  await ada.page.keyboard.type(twins[1].username);
  await expect(ada.dialog('Go to').getByRole('option').first()).toContainText(`@${twins[1].username}`);
});
