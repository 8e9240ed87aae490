// How long a click takes until its effect is painted, on a slow machine, with ten thousand messages loaded.
//
// Each result is a line `RESULT name number unit`; `cargo xtask bench` collects them.

import type { Locator, Page } from '@playwright/test';

import type { Person } from '../fixtures/person';
import { expect, test } from '../fixtures/test';

const ROWS = 10_000;
const ROUNDS = 9;

/** In the page: takes the time of the next click until what it is to bring has been painted. */
function watch(): void {
  const drawn = new MessageChannel();
  let [selector, text, begin, event] = ['', '', 0, 0];
  let done: (milliseconds: number) => void = () => undefined;
  const shown = () => [...document.querySelectorAll(selector)].some((found) => found.textContent?.includes(text));
  const look = () => requestAnimationFrame(() => drawn.port2.postMessage(0));
  drawn.port1.onmessage = () => {
    if (!shown()) return look();
    const effect = performance.now() - begin;
    // What the browser tells of the click comes after its frame.
    setTimeout(() => done(Math.max(effect, event)), 100);
  };
  const clicked = ({ timeStamp }: Event) => {
    begin = timeStamp;
    look();
  };
  // From the hand to the screen, in steps of 8 ms; of what takes less than 16 ms, nothing is heard.
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) {
      if (/^(pointer|mouse)(down|up)$|^click$/.test(name)) event = Math.max(event, duration);
    }
  }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  /** Waits for a click; says whether there is nothing to wait for. */
  const arm = (what: [string, string]) => {
    [selector, text] = what;
    [begin, event] = [0, 0];
    const time = new Promise((resolve) => (done = resolve));
    Object.assign(globalThis, { time });
    addEventListener('click', clicked, { capture: true, once: true });
    return shown();
  };
  Object.assign(globalThis, { arm });
}

/** Clicks, and gives the milliseconds until something that matches `selector` and has `text` in it was painted. */
async function timed(page: Page, button: Locator, selector: string, text: string): Promise<number> {
  await button.hover();
  const { x, y, width, height } = (await button.boundingBox())!;
  const before = await page.evaluate((what) => (globalThis as any).arm(what) as boolean, [selector, text]);
  expect(before, `${selector} with “${text}” is there before the click`).toBe(false);
  // Nothing looks at the page while it answers, as Playwright's own click would.
  await page.mouse.click(x + width / 2, y + height / 2);
  return page.evaluate(() => (globalThis as any).time as Promise<number>);
}

/** What people click, each leaving things as they were. */
const CLICKS: Record<string, (ada: Person, round: number) => Promise<number>> = {
  async reactions(ada, round) {
    const one = ada.line(`Line ${ROWS - 2 - round}`);
    await one.hover();
    const react = one.getByRole('button', { name: 'React', exact: true });
    const time = await timed(ada.page, react, '.reactions .reaction', '🎉');
    await ada.page.keyboard.press('Escape');
    return time;
  },
  async send({ page, message }, round) {
    await message.fill(`Sent ${round}.`);
    return timed(page, page.getByRole('button', { name: 'Send', exact: true }), '[role=log] li', `Sent ${round}.`);
  },
  async leave(ada) {
    return timed(ada.page, ada.link('Events'), 'h1', 'Events');
  },
  async dialog(ada) {
    const time = await timed(ada.page, ada.page.getByRole('button', { name: 'New event', exact: true }), 'dialog[open]', '');
    await ada.page.keyboard.press('Escape');
    await expect(ada.dialog('New event')).toBeHidden();
    return time;
  },
  async return(ada) {
    return timed(ada.page, ada.link('Tavern'), '[role=log] li', `Line ${ROWS - 1}`);
  },
};

test('clicks with ten thousand messages loaded', async ({ person, here }) => {
  test.setTimeout(300_000);
  const ada = await person('Ada');
  const rows = Array.from({ length: ROWS }, (_, number) => ({ author_id: ada.id, body: `Line ${number}` }));
  await here.service.must('POST', '/rest/v1/tavern_messages', rows);
  await expect(ada.line(`Line ${ROWS - 1}`)).toHaveCount(1, { timeout: 120_000 });
  await ada.live(60_000);
  await ada.page.evaluate(watch);
  const devtools = await ada.context.newCDPSession(ada.page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });

  const all: Record<string, number[]> = {};
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, click] of Object.entries(CLICKS)) {
      const time = await click(ada, round);
      // What is done for the first time is compiled first: it counts among the longest alone.
      (all[name] ??= []).push(time);
    }
  }
  for (const [name, times] of Object.entries(all)) {
    const sorted = [...times].sort((a, b) => a - b);
    console.log(`RESULT click/${name} ${sorted[Math.floor(sorted.length / 2)]} ms`);
    console.log(`RESULT click-longest/${name} ${sorted.at(-1)} ms`);
    console.log(`  ${times.map(Math.round).join(' ')}`);
  }
});
