// What a screen reader is told of a message: once, in the log, whatever becomes of it after.

import { heard, listen } from '../fixtures/ear';
import { expect, test } from '../fixtures/test';

test('a new message is announced once, to who reads it and to who wrote it', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const word = `The soup is ready, ${ada.account.username}`;
  await listen(ada, word);
  await listen(bea, word);
  await ada.say(word);
  await expect(ada.line(word)).toHaveAttribute('data-standing', 'confirmed');
  await expect(bea.line(word)).toBeVisible();
  // What comes after it tells it not again.
  await bea.line(word).hover();
  await bea.line(word).getByRole('button', { name: 'React', exact: true }).click();
  await bea.line(word).getByRole('button', { name: 'React with 🎉' }).click();
  await expect(ada.line(word).getByRole('button', { name: /^🎉 1/ })).toBeVisible();
  await bea.say('Coming');
  await expect(ada.line('Coming').last()).toHaveAttribute('data-standing', 'confirmed');
  expect(await heard(ada)).toEqual(['log']);
  expect(await heard(bea)).toEqual(['log']);
});

test('in private as well', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const word = `Between us, ${ada.account.username}`;
  await ada.writeTo(bea.name);
  await bea.writeTo(ada.name);
  await listen(bea, word);
  await ada.say(word);
  await expect(bea.line(word)).toBeVisible();
  await expect(ada.line(word)).toContainText(/read/);
  expect(await heard(bea)).toEqual(['log']);
});
