// A laptop sleeps and wakes.

import type { Person } from '../fixtures/person';
import { faultyTest } from '../fixtures/network';
import { LocalSupabase } from '../fixtures/supabase';
import { expect } from '../fixtures/test';

const briefTest = faultyTest.extend({
  supabase: [
    async ({}, use) => {
      const supabase = await LocalSupabase.throwaway('--jwt-expiry', '6');
      await use(supabase);
      await supabase.close();
    },
    { timeout: 60_000 },
  ],
});

/**
 * Stops the page's code as a frozen tab and a closed lid do; the function returned lets it run again. A headless
 * browser does not obey an order to freeze, but its debugger does.
 */
async function sleep({ context, page }: Person): Promise<() => Promise<void>> {
  const devtools = await context.newCDPSession(page);
  await devtools.send('Debugger.enable');
  const asleep = new Promise((paused) => devtools.once('Debugger.paused', paused));
  await devtools.send('Debugger.pause');
  await asleep;
  return async () => {
    await devtools.send('Debugger.resume');
    await devtools.detach();
    await page.evaluate(() => document.dispatchEvent(new Event('resume')));
  };
}

briefTest('asleep until the token has ended, a page is live again by itself and has what was missed', async ({
  person,
  here,
  network,
}) => {
  briefTest.setTimeout(90_000);
  const ada = await person('Ada');
  const bea = await here.account('Bea');
  let renewals = 0;
  let attempts = 0;
  ada.page.on('request', (request) => {
    attempts += 1;
    if (request.url().includes('grant_type=refresh_token')) renewals += 1;
  });
  ada.page.on('websocket', () => (attempts += 1));
  await ada.say('Before the nap');
  await expect(ada.line('Before the nap')).toHaveAttribute('data-standing', 'confirmed');
  const session = await ada.page.evaluate(() => JSON.parse(localStorage.getItem('tavern-session')!));

  const wake = await sleep(ada);
  const before = { renewals, attempts };
  await network.refuse(true);
  await network.cut();
  await here.service.insert('tavern_messages', { author_id: bea.id, body: 'While you slept' });
  await expect.poll(() => Date.now() / 1000, { timeout: 20_000 }).toBeGreaterThan(session.expires_at + 1);
  expect({ renewals, attempts }, 'nobody does anything in their sleep').toEqual(before);
  await network.heal();
  await wake();

  await ada.live(30_000);
  await expect(ada.line('While you slept')).toHaveCount(1);
  expect(renewals).toBeGreaterThan(before.renewals);
  await ada.say('After the nap');
  await expect(ada.line('After the nap')).toHaveAttribute('data-standing', 'confirmed');
  const bodies = (await here.service.rows('tavern_messages?order=created_at,id')).map(({ id, body }) => `${id} ${body}`);
  expect(await ada.lines()).toEqual(bodies);
});

faultyTest('asleep while its connection dies without a word, a page has what was missed soon after waking', async ({
  people,
  network,
}) => {
  faultyTest.setTimeout(90_000);
  const [ada, bea] = await people(['Ada', 'Bea']);
  const wake = await sleep(ada);
  await network.halfOpen();
  await expect(bea.status).not.toHaveText('Live', { timeout: 12_000 });
  await network.heal();
  await bea.live(45_000);
  await bea.say('Still asleep?');
  await expect(bea.line('Still asleep?')).toHaveAttribute('data-standing', 'confirmed');
  await wake();
  await expect(ada.line('Still asleep?')).toHaveCount(1);
  await ada.live(30_000);
});
