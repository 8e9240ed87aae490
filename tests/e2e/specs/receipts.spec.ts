// What waits to be read, exactly; and who learns what was read.

import { expect, test } from '../fixtures/test';

test('what is unread is counted exactly, however much came after it', async ({ person, here }) => {
  const [bea, carl] = [await here.account('Bea'), await here.account('Carl')];
  const account = await here.account('Ada');
  await here.as(bea).insert('private_messages', { recipient_id: account.id, body: 'Long ago' });
  // More than a first load takes, of another conversation.
  const many = Array.from({ length: 520 }, (_, n) => ({ recipient_id: account.id, body: `Line ${n}` }));
  await here.as(carl).must('POST', '/rest/v1/private_messages', many);
  const ada = await person('Ada', { account, hash: '#/messages' });
  const row = (name: string) => ada.conversations.filter({ hasText: name });
  await expect(row(carl.name)).toContainText('520');
  await expect(row(bea.name)).toContainText('1 unread');
  await expect(ada.page).toHaveTitle(/^\(521\)/);
  await row(bea.name).getByRole('link').click();
  await expect(ada.line('Long ago')).toBeVisible();
  await expect(ada.page).toHaveTitle(/^\(520\)/);
  await row(carl.name).getByRole('link').click();
  await expect(ada.page).not.toHaveTitle(/^\(/);
  // Read is read, on every device: the conversation that is out of the scope now is there all the same.
  const phone = await person('Ada', { account, hash: '#/messages' });
  await expect(phone.conversations).toHaveCount(2);
  await expect(phone.page).not.toHaveTitle(/^\(/);
  await expect(phone.conversations.first()).toContainText('Line 519');
});

test('read marks are shared only where both want it', async ({ people, here }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  await ada.writeTo(bea.name);
  await ada.say('One');
  await bea.writeTo(ada.name);
  await expect(ada.line('One')).toContainText('read');

  await bea.rest.update(`settings?user_id=eq.${bea.id}`, { read_receipts: false });
  await ada.say('Two');
  await expect(bea.line('Two')).toBeVisible();
  await bea.say('Three');
  await expect(ada.line('Three')).toBeVisible();
  // Ada reads it at once, and Bea does not see that either.
  await expect.poll(async () => (await ada.rest.rows(`conversations?owner_id=eq.${ada.id}`))[0].read_until).not.toBeNull();
  await expect(ada.line('Two')).not.toContainText('read');
  await expect(bea.line('Three')).not.toContainText('read');
  expect(await ada.rest.rows(`conversations?owner_id=eq.${bea.id}`)).toEqual([]);
  expect(await bea.rest.rows(`conversations?owner_id=eq.${ada.id}`)).toEqual([]);

  await bea.rest.update(`settings?user_id=eq.${bea.id}`, { read_receipts: true });
  await expect(ada.line('Two')).toContainText('read');
  await expect(bea.line('Three')).toContainText('read');
});

test('what comes while one leaves a conversation is not read', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  await bea.writeTo(ada.name);
  await bea.say('Are you there?');
  await ada.writeTo(bea.name);
  await expect(ada.page).not.toHaveTitle(/^\(/);
  // No frame is drawn for what is asked for: the page that was left still stands there.
  await ada.page.evaluate(async () => {
    const real = { setTimeout, clearTimeout, requestAnimationFrame, cancelAnimationFrame };
    const held = new Map<number, () => void>();
    let last = 0;
    const hold = (act: () => void) => (held.set(--last, act), last);
    const drop = (give_up: (id: number) => void) => (id: number) => void (held.delete(id) || give_up.call(window, id));
    Object.assign(window, {
      requestAnimationFrame: (frame: FrameRequestCallback) => hold(() => frame(performance.now())),
      cancelAnimationFrame: drop(real.cancelAnimationFrame),
      setTimeout: hold,
      clearTimeout: drop(real.clearTimeout),
      draw: () => [...held.keys()].forEach((id) => held.get(id)?.()),
    });
    const gone = new Promise((resolve) => window.addEventListener('hashchange', resolve, { once: true }));
    location.hash = '#/events';
    await gone;
    await new Promise((resolve) => real.setTimeout.call(window, resolve, 0));
    Object.assign(window, { setTimeout: real.setTimeout, requestAnimationFrame: real.requestAnimationFrame });
  });
  await bea.say('Gone already?');
  await expect(ada.page).toHaveTitle(/^\(1\) Bea/);
  await ada.page.evaluate(() => (window as unknown as { draw(): void }).draw());
  await expect(ada.page).toHaveTitle(/^\(1\) Events/);
});
