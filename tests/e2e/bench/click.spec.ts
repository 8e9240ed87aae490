// How long a click takes until its effect is painted, on a slow machine, with ten thousand messages loaded.
//
// Each result is a line `RESULT name number unit`; `cargo xtask bench` collects them.

import type { Locator, Page } from '@playwright/test';

import type { Person } from '../fixtures/person';
import { expect, test } from '../fixtures/test';

const ROWS = 10_000;
const ROUNDS = 9;

/** What a click brings: something that matches the selector and has the text in it. */
type Effect = [selector: string, text: string];

/** In the page: takes the time of the next click until each of what it is to bring has been painted. */
function watch(): void {
  const drawn = new MessageChannel();
  let [begin, event] = [0, 0];
  let awaited: Effect[] = [];
  let times: number[] = [];
  let done: (milliseconds: number[]) => void = () => undefined;
  // To look takes time of the page's own: what is new stands at the end.
  const shown = ([selector, text]: Effect) =>
    [...document.querySelectorAll(selector)].slice(-4).some((found) => found.textContent?.includes(text));
  const look = () => requestAnimationFrame(() => drawn.port2.postMessage(0));
  drawn.port1.onmessage = () => {
    const now = performance.now() - begin;
    while (times.length < awaited.length && shown(awaited[times.length])) times.push(now);
    if (times.length < awaited.length) return look();
    // What the browser tells of the click comes after its frame.
    setTimeout(() => done([Math.max(times[0], event), ...times.slice(1)]), 100);
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
  /** Waits for a click; says what of it is there already. */
  const arm = (effects: Effect[]) => {
    [awaited, times] = [effects, []];
    [begin, event] = [0, 0];
    const time = new Promise((resolve) => (done = resolve));
    Object.assign(globalThis, { time });
    addEventListener('click', clicked, { capture: true, once: true });
    return effects.filter(shown);
  };
  Object.assign(globalThis, { arm });
}

/** Clicks, and gives the milliseconds until each of the effects was painted, in their order. */
async function timed(page: Page, button: Locator, ...effects: Effect[]): Promise<number[]> {
  await button.hover();
  const { x, y, width, height } = (await button.boundingBox())!;
  const before = await page.evaluate((what) => (globalThis as any).arm(what) as Effect[], effects);
  expect(before, 'is there before the click').toEqual([]);
  // Nothing looks at the page while it answers, as Playwright's own click would.
  await page.mouse.click(x + width / 2, y + height / 2);
  return page.evaluate(() => (globalThis as any).time as Promise<number[]>);
}

const here = (place: string): Effect => ['.nav__link[aria-current]', place];

/** What people click, each leaving things as they were. The second time is that of the whole page. */
const CLICKS: Record<string, (ada: Person, round: number) => Promise<number[]>> = {
  async reactions(ada, round) {
    const one = ada.line(`Line ${ROWS - 2 - round}`);
    await one.hover();
    const react = one.getByRole('button', { name: 'React', exact: true });
    const time = await timed(ada.page, react, ['.reactions .reaction', '🎉']);
    await ada.page.keyboard.press('Escape');
    return time;
  },
  async send({ page, message }, round) {
    await message.fill(`Sent ${round}.`);
    return timed(page, page.getByRole('button', { name: 'Send', exact: true }), ['[role=log] li', `Sent ${round}.`]);
  },
  async leave(ada) {
    return timed(ada.page, ada.link('Events'), here('Events'), ['h1', 'Events']);
  },
  async dialog(ada) {
    const button = ada.page.getByRole('button', { name: 'New event', exact: true });
    const time = await timed(ada.page, button, ['dialog[open]', '']);
    await ada.page.keyboard.press('Escape');
    await expect(ada.dialog('New event')).toBeHidden();
    return time;
  },
  async return(ada, round) {
    return timed(ada.page, ada.link('Tavern'), here('Tavern'), ['[role=log] li', `Sent ${round}.`]);
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
      const [effect, whole] = await click(ada, round);
      // What is done for the first time is compiled first: it counts among the longest alone.
      (all[name] ??= []).push(effect);
      if (whole !== undefined) (all[`${name}-whole`] ??= []).push(whole);
    }
  }
  for (const [name, times] of Object.entries(all)) {
    const sorted = [...times].sort((a, b) => a - b);
    console.log(`RESULT click/${name} ${sorted[Math.floor(sorted.length / 2)]} ms`);
    console.log(`RESULT click-longest/${name} ${sorted.at(-1)} ms`);
    console.log(`  ${times.map(Math.round).join(' ')}`);
  }
});
