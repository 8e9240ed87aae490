// Ten thousand changes at once, from a real server over a real socket, in a page that shows them.
//
// The network holds them until the server has sent the last, so that only the page is at work when they
// arrive. Each result is a line `RESULT name number unit`; `cargo xtask bench` collects them.

import { EventEmitter, once } from 'node:events';

import { eavesdrop } from '../fixtures/eavesdropper';
import { faultyTest as test } from '../fixtures/network';
import { servePage } from '../fixtures/page-server';
import { Person } from '../fixtures/person';
import { DIST } from '../fixtures/tavern';
import { expect } from '../fixtures/test';
import { Chromium } from './browser';

const ROWS = 10_000;

/** Signs in, and tells the longest time between two frames: while nothing happens, then until the last line. */
function watch(session: string, last: string): void {
  localStorage.setItem('tavern-session', session);
  const tell = (words: object) => void fetch('/observed', { method: 'POST', body: JSON.stringify(words) });
  let longest = 0;
  let before = performance.now();
  const tick = (now: number) => {
    longest = Math.max(longest, now - before);
    before = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  const once = (seen: () => unknown, then: () => void) => {
    const look = setInterval(() => {
      if (!seen()) return;
      clearInterval(look);
      then();
    }, 200);
  };
  once(
    () => document.querySelector('.status')?.textContent?.includes('Live'),
    () => {
      longest = 0;
      setTimeout(() => {
        tell({ idle: longest });
        longest = 0;
        const shown = () => document.querySelector('[role=log]')?.lastElementChild?.textContent?.includes(last);
        once(shown, () => tell({ burst: longest }));
      }, 2_000);
    },
  );
}

const result = (name: string, number: number, unit: string) => console.log(`RESULT ${name} ${number} ${unit}`);

test('ten thousand changes at once', async ({ browser, here, guests, supabase, network }) => {
  test.setTimeout(300_000);
  const ear = await Person.enter(browser, here, 'Ear', await here.account('Ear'));
  guests.push(ear);
  await eavesdrop(ear, [{ event: 'INSERT', schema: 'public', table: 'tavern_messages' }]);

  const ada = await here.account('Ada');
  const told = new EventEmitter();
  const config = { supabase_url: network.api, supabase_key: supabase.ready.publishable_key };
  const page = await servePage(DIST, config, {
    script: `(${watch})(${JSON.stringify(JSON.stringify(ada.session))}, 'Line ${ROWS - 1}')`,
    observed: (text) => Object.entries(JSON.parse(text)).forEach(([what, longest]) => told.emit(what, longest)),
  });
  const idle = once(told, 'idle');
  const burst = once(told, 'burst');
  const chromium = await Chromium.open(page.origin);
  result('socket-idle-longest', (await idle)[0], 'ms');

  await network.hold(true);
  const rows = Array.from({ length: ROWS }, (_, number) => ({ author_id: ada.id, body: `Line ${number}` }));
  await here.service.must('POST', '/rest/v1/tavern_messages', rows);
  const sent = () => ear.page.evaluate(() => (window as any).heard.length as number);
  await expect.poll(sent, { timeout: 60_000 }).toBeGreaterThanOrEqual(ROWS);
  await ear.page.close();

  const begin = performance.now();
  await network.hold(false);
  const [longest] = await burst;
  result('socket-burst/10000', performance.now() - begin, 'ms');
  result('socket-burst-longest/10000', longest, 'ms');
  await chromium.close();
  await page.close();
});
