// Keeping somebody away: no words either way, and nobody is seen.

import { expect, test } from '../fixtures/test';

test('who is blocked and who blocks cannot write to each other, nor see each other here', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const hereFor = (who: typeof ada) => who.page.getByRole('region', { name: 'Here now', exact: true });
  await bea.writeTo(ada.name);
  await bea.say('You owe me a beer');
  await ada.writeTo(bea.name);
  await expect(ada.line('You owe me')).toBeVisible();
  await expect(hereFor(bea).getByRole('link', { name: ada.name })).toHaveCount(1);

  await ada.page.getByRole('button', { name: 'Block', exact: true }).click();
  await ada.page.getByRole('group', { name: /^Block\?/ }).getByRole('button', { name: 'Block' }).click();
  await expect(ada.page.getByText('Neither of you can write')).toBeVisible();
  await expect(ada.page.getByRole('button', { name: 'Unblock', exact: true })).toBeFocused();
  await expect(ada.message).toHaveCount(0);
  await expect(hereFor(ada).getByRole('link', { name: bea.name })).toHaveCount(0);
  await expect(hereFor(bea).getByRole('link', { name: ada.name })).toHaveCount(0);

  await bea.say('And another one');
  await expect(bea.line('And another one')).toContainText('This message cannot be delivered.');
  const [sent] = await Promise.all([ada.rest.rows(`private_messages?sender_id=eq.${bea.id}`)]);
  expect(sent.map((row) => row.body)).toEqual(['You owe me a beer']);
  const back = await ada.rest.call('POST', '/rest/v1/private_messages', { recipient_id: bea.id, body: 'No' });
  expect(back.status).toBe(403);
  // Nothing tells her who blocks her.
  expect(await bea.rest.rows('blocks')).toEqual([]);

  // The server hears of it later than the page shows it.
  let arrive = () => {};
  const held = new Promise<void>((go) => (arrive = go));
  await ada.page.route('**/rest/v1/blocks*', async (route) => {
    await held;
    await route.continue();
  });
  await ada.page.getByRole('button', { name: 'Unblock', exact: true }).click();
  await expect(ada.page.getByRole('button', { name: 'Block', exact: true })).toBeFocused();
  arrive();
  await expect(hereFor(bea).getByRole('link', { name: ada.name })).toHaveCount(1);
  await bea.line('And another one').getByRole('button', { name: 'Retry' }).click();
  await expect(ada.line('And another one')).toBeVisible();
});
