// The network fails while two people write; afterwards both pages show what the database has.

import type { Person } from '../fixtures/person';
import { faultyTest as test, lastingFaultyTest } from '../fixtures/network';
import { expect } from '../fixtures/test';
import type { Tavern } from '../fixtures/tavern';

test.setTimeout(120_000);

/** Waits until both are live and show the rows of the database, in which every word is stored once. */
async function settled(here: Tavern, people: Person[], words: string[]): Promise<void> {
  for (const who of people) await who.live(60_000);
  for (const who of people) {
    await expect(async () => {
      const rows = await here.service.rows('tavern_messages?order=created_at,id');
      expect(await who.lines()).toEqual(rows.map(({ id, body }) => `${id} ${body}`));
    }, `${who.name} sees what the database has`).toPass({ timeout: 30_000 });
    await expect(who.chat.locator('[data-standing]:not([data-standing=confirmed])')).toHaveCount(0);
  }
  const bodies = (await here.service.rows('tavern_messages')).map(({ body }) => body);
  for (const word of words) expect(bodies.filter((body) => body === word), word).toHaveLength(1);
}

/** Both say a line each, several times over. */
async function bothSay(people: Person[], what: string, times: number): Promise<string[]> {
  const words: string[] = [];
  for (let time = 1; time <= times; time++) {
    for (const who of people) {
      const word = `${what} ${time}, says ${who.name}`;
      await who.say(word);
      words.push(word);
    }
  }
  return words;
}

test('connections are cut while both write', async ({ people, here, network }) => {
  const guests = await people(['Ada', 'Bea']);
  const words: string[] = [];
  for (const round of ['First', 'Second', 'Third']) {
    words.push(...(await bothSay(guests, round, 2)));
    await network.cut();
  }
  await settled(here, guests, words);
});

test('a silent network is noticed, lines wait, and both go on when it speaks again', async ({ people, here, network }) => {
  const guests = await people(['Ada', 'Bea']);
  await network.halfOpen();
  const words = await bothSay(guests, 'Into the silence', 2);
  for (const who of guests) await expect(who.status).not.toHaveText('Live', { timeout: 12_000 });
  for (const [at, word] of words.entries()) {
    await expect(guests[at % 2].line(word)).toHaveAttribute('data-standing', 'pending');
  }
  await network.heal();
  await settled(here, guests, words);
});

test('a slow network shows one’s own lines at once, and the others’ in time', async ({ people, here, network }) => {
  const guests = await people(['Ada', 'Bea']);
  await network.delay(400);
  const words = await bothSay(guests, 'Slowly', 3);
  await expect(guests[0].line(words.at(-2)!)).toHaveAttribute('data-standing', 'pending');
  for (const word of words) for (const who of guests) await expect(who.line(word)).toHaveCount(1);
  for (const who of guests) await expect(who.status).toHaveText('Live');
  await network.heal();
  await settled(here, guests, words);
});

test('frames are lost while both write', async ({ people, here, network }) => {
  const guests = await people(['Ada', 'Bea']);
  await network.dropEvery(3);
  const words = await bothSay(guests, 'Half heard', 4);
  for (const word of words) {
    await expect.poll(async () => here.service.rows(`tavern_messages?body=eq.${word}`)).toHaveLength(1);
  }
  await network.heal();
  await network.cut();
  await settled(here, guests, words);
});

test('the answer to an edit is lost: it is made once, and nobody is told of a conflict', async ({
  people,
  here,
  network,
}) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  await ada.say('Mended in vain');
  await expect(bea.line('Mended in vain')).toHaveCount(1);
  await network.loseAnswer('PATCH');
  const line = ada.line('Mended in vain');
  await line.hover();
  await line.getByRole('button', { name: 'Edit', exact: true }).click();
  await ada.page.getByRole('log').getByRole('textbox').fill('Mended for good');
  await ada.page.keyboard.press('Enter');
  await expect(ada.line('Mended for good')).toHaveAttribute('data-standing', 'confirmed', { timeout: 30_000 });
  await expect(bea.line('Mended for good')).toHaveCount(1);
  await expect(ada.page.getByText(/conflict|somebody else|changed meanwhile/i)).toHaveCount(0);
  await settled(here, [ada, bea], ['Mended for good']);
});

lastingFaultyTest('the server is killed in the middle of ten lines: all are stored once and shown once', async ({
  people,
  here,
  network,
}) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  // So slow that ten lines cannot be through before the third is seen to be.
  await network.delay(150);
  const words = Array.from({ length: 10 }, (_, at) => `Line ${at + 1} of ten`);
  for (const word of words) await ada.say(word);
  await expect(ada.line(words[2])).toHaveAttribute('data-standing', 'confirmed');
  await here.supabase.kill();
  await network.heal();
  await expect(ada.line(words[9])).toHaveAttribute('data-standing', 'pending');
  await expect(ada.status).toHaveText(/waiting/);
  await here.supabase.start();
  await settled(here, [ada, bea], words);
  for (const word of words) {
    for (const who of [ada, bea]) await expect(who.page.getByText(word, { exact: true })).toHaveCount(1);
  }
});

test('PostgreSQL is killed while both write: the server starts it again, and both go on', async ({ people, here }) => {
  const guests = await people(['Ada', 'Bea']);
  const words = await bothSay(guests, 'Before', 2);
  await here.supabase.killDatabase();
  words.push(...(await bothSay(guests, 'After', 2)));
  await settled(here, guests, words);
  expect(here.supabase.output).toContain('PostgreSQL runs again');
});
