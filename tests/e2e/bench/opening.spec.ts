// How soon the released page can be used by somebody who was never here, and beside it, in turn, the same form in a
// page by the book (`bench/peer`).
//
// Each result is a line `RESULT name number unit`; `cargo xtask bench` collects them. There is no Supabase behind it:
// nobody asks anything of it before signing in. No copy of the page is kept by a worker, in neither.

import { resolve } from 'node:path';

import { type Browser, chromium, expect, test } from '@playwright/test';

import { CHROMIUM, FLAGS } from '../fixtures/chromium';
import { DIST } from '../fixtures/tavern';
import { Compressed, Stranger } from './compressed';
import { type Seen, visit } from './visit';

const PEER = process.env.TAVERN_PEER ?? resolve(import.meta.dirname, '../../../.local/peer');
/** The name under which the pages know their Supabase. */
const PROJECT = 'http://supabase.test';
const ROUNDS = 9;

const CONDITIONS = {
  full: undefined,
  slow: {
    cpu: { rate: 4 },
    network: { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 },
  },
};
const UNITS = { typable: 'ms', usable: 'ms', running: 'ms', largest: 'ms', shift: 'of the window', bytes: 'bytes' };

type Measured = Seen & { bytes: number };

test('the page opens, beside its peer', async () => {
  test.setTimeout(600_000);
  const stranger = await Stranger.open();
  const config = { supabase_url: PROJECT, supabase_key: 'sb_publishable_bench' };
  const pages = { ours: await Compressed.serve(DIST, config), peer: await Compressed.serve(PEER, config) };
  const resolved = `--host-resolver-rules=MAP supabase.test:80 ${new URL(stranger.origin).host}`;
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, resolved] });

  for (const condition of ['full', 'slow'] as const) {
    const all: Record<keyof typeof pages, Measured[]> = { ours: [], peer: [] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const whose of ['ours', 'peer'] as const) {
        const measured = await open(browser, pages[whose], stranger, condition);
        // The first is the browser's own warming up.
        if (round > 0) all[whose].push(measured);
      }
    }
    for (const [whose, measured] of Object.entries(all)) {
      for (const [what, unit] of Object.entries(UNITS)) {
        const sorted = measured.map((one) => one[what as keyof Measured]).sort((a, b) => a - b);
        console.log(`RESULT opening/${whose}/${condition}/${what} ${sorted[(ROUNDS - 1) / 2]} ${unit}`);
        console.log(`  from ${sorted[0]} to ${sorted.at(-1)}`);
      }
    }
  }

  await browser.close();
  pages.ours.close();
  pages.peer.close();
  stranger.close();
});

/** Opens the page in a browser context that has never seen it, and signs in. */
async function open(
  browser: Browser,
  served: Compressed,
  stranger: Stranger,
  condition: keyof typeof CONDITIONS,
): Promise<Measured> {
  const context = await browser.newContext({ serviceWorkers: 'block', viewport: { width: 1024, height: 800 } });
  const page = await context.newPage();
  const slow = CONDITIONS[condition];
  if (slow) {
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', slow.network);
    await devtools.send('Emulation.setCPUThrottlingRate', slow.cpu);
  }
  const words: [string, string] = ['ada@example.com', 'words of ada'];
  await page.addInitScript(visit, words);
  served.sent = 0;
  const sent = stranger.next();
  await page.goto(served.origin, { waitUntil: 'commit' });
  expect(await sent, 'what was typed leaves the page').toMatchObject({ email: words[0], password: words[1] });
  const seen = () => page.evaluate<Seen>('seen');
  const all = async () => Math.min((await seen()).usable, (await seen()).running);
  await expect.poll(all, { timeout: 30_000 }).toBeGreaterThan(0);
  const measured = { ...(await seen()), bytes: served.sent };
  await context.close();
  return measured;
}
