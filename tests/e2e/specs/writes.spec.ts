// What becomes of a write whose way is not smooth.

import { expect, test } from '../fixtures/test';

test('an answer that is lost on the way does not say a line twice', async ({ people, here }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  let lost = 0;
  await ada.page.route(
    '**/rest/v1/tavern_messages*',
    async (route) => {
      // The server has done it, and nobody here will know.
      await route.fetch();
      lost += 1;
      await route.abort('connectionreset');
    },
    { times: 1 },
  );
  const word = `Only once, ${ada.account.username}`;
  await ada.say(word);
  await expect(bea.line(word)).toHaveCount(1);
  await expect(ada.line(word)).toHaveAttribute('data-standing', 'confirmed', { timeout: 30_000 });
  await ada.say(`And then, ${ada.account.username}`);
  await expect(bea.line(`And then, ${ada.account.username}`)).toHaveCount(1);
  expect(lost).toBe(1);
  await expect(ada.line(word)).toHaveCount(1);
  await expect(bea.line(word)).toHaveCount(1);
  expect(await here.service.rows(`tavern_messages?author_id=eq.${ada.id}`)).toHaveLength(2);
});

test('a refused line says why, and can be sent again or given up', async ({ people, here }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const refusal = { code: '42501', message: 'new row violates row-level security policy', details: null, hint: null };
  await ada.page.route('**/rest/v1/tavern_messages*', (route) => route.fulfill({ status: 403, json: refusal }));
  const [kept, dropped] = [`Stubborn ${ada.account.username}`, `Given up ${ada.account.username}`];
  for (const word of [kept, dropped]) {
    await ada.say(word);
    await expect(ada.line(word)).toHaveAttribute('data-standing', 'failed');
    await expect(ada.line(word).getByRole('alert')).toContainText('You are not allowed to do that.');
  }
  await ada.line(dropped).getByRole('button', { name: 'Discard', exact: true }).click();
  const question = ada.line(dropped).getByRole('group', { name: 'Discard what you wrote?' });
  await question.getByRole('button', { name: 'Discard', exact: true }).click();
  await expect(ada.line(dropped)).toHaveCount(0);
  await ada.page.unroute('**/rest/v1/tavern_messages*');
  await ada.line(kept).getByRole('button', { name: 'Retry', exact: true }).click();
  await expect(ada.line(kept)).toHaveAttribute('data-standing', 'confirmed');
  await expect(bea.line(kept)).toHaveCount(1);
  await expect(bea.line(dropped)).toHaveCount(0);
  expect(await here.service.rows(`tavern_messages?author_id=eq.${ada.id}`)).toHaveLength(1);
});

test('a line shows at once, and keeps its place when the server has it', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  let answer = () => {};
  const mayAnswer = new Promise<void>((go) => (answer = go));
  await ada.page.route('**/rest/v1/tavern_messages*', async (route) => {
    await mayAnswer;
    await route.continue();
  });
  const word = ada.account.username;
  for (const line of ['one', 'two', 'three']) await ada.say(`${line} of ${word}`);
  await expect(ada.line(word)).toHaveText([/one of/, /two of/, /three of/]);
  const standing = (who: typeof ada) =>
    who.line(word).evaluateAll((found) => found.map((line) => line.getAttribute('data-standing')));
  expect(await standing(ada)).toEqual(['pending', 'pending', 'pending']);
  await expect(bea.line(word)).toHaveCount(0);
  answer();
  await expect.poll(() => standing(ada)).toEqual(['confirmed', 'confirmed', 'confirmed']);
  await expect(ada.line(word)).toHaveText([/one of/, /two of/, /three of/]);
  await expect(bea.line(word)).toHaveText([/one of/, /two of/, /three of/]);
});
