// Whatever people type is shown as they typed it, and does nothing.

import { expect, test } from '../fixtures/test';

const NASTY = [
  '<img src=x onerror="window.hurt = true">',
  '<script>window.hurt = true</script><b>bold</b>',
  '&lt;i&gt; &amp; {{ 1 + 1 }} ${2 * 2} %s \\u0041 "quotes" \'single\'',
  'javascript:window.hurt=true//[link](javascript:alert(1))',
  'right to left: \u202Egnp.exe and \u2067isolated\u2069 مرحبا שלום',
  'z̸̢̛͎a̵͉̚l̶̙̈g̷͕̈́o̴͙͑ 👩‍👩‍👧‍👦 \u200B\u00AD 𝔞𝔟𝔠',
];

test('in the tavern and in private', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  for (const text of NASTY) {
    await ada.say(text);
    const body = bea.chat.locator('.message__body').last();
    await expect(body).toHaveText(text);
    await expect(body.locator('img, script, b, i, a, strong, em, code')).toHaveCount(0);
  }
  await bea.writeTo(ada.name);
  await ada.go('Messages');
  for (const text of NASTY) {
    await bea.say(text);
    await expect(bea.conversation(ada.name).locator('.message__body').last()).toHaveText(text);
    await expect(ada.conversations.filter({ hasText: bea.name })).toContainText(text);
  }
  for (const who of [ada, bea]) expect(await who.page.evaluate(() => (window as any).hurt)).toBeUndefined();
});

test('in events, names and words about oneself', async ({ people, here }) => {
  const [markup, , , , rightToLeft] = NASTY;
  const [ada, bea] = await people(['Ada', 'Bea'], { hash: '#/events' });
  await ada.go('Events');
  const title = `${markup} ${ada.account.username}`;
  await ada.announce({ title, description: rightToLeft, location: markup });
  const card = bea.event(title);
  await expect(card).toContainText(rightToLeft);
  await expect(card.getByRole('heading')).toHaveText(title);
  await expect(card.locator('img, script')).toHaveCount(0);

  const name = `\u202E${ada.account.username} <b>`;
  await here.as(ada.account).update(`users?id=eq.${ada.id}`, { display_name: name, bio: markup });
  await bea.go('Members');
  const row = await bea.find(`@${ada.account.username}`);
  await expect(row).toContainText(markup);
  // A name that turns the direction of writing does not turn what stands beside it.
  const shown = row.locator('bdi').first();
  await expect(shown).toHaveText(name);
  expect(await shown.evaluate((node) => getComputedStyle(node).unicodeBidi)).toContain('isolate');
  await expect(row.locator('img, script, b')).toHaveCount(0);
  expect(await bea.page.evaluate(() => (window as any).hurt)).toBeUndefined();
});
