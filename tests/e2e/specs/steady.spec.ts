// Nothing moves by itself: not when the data arrives, and not when others say or plan something.

import { type Page } from '@playwright/test';

import { Person } from '../fixtures/person';
import { expect, test } from '../fixtures/test';

/** Lets the page note what moves in it without its person's doing. */
async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const moved: string[] = [];
    Object.assign(window, { moved, shift: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as any[]) {
        if (entry.hadRecentInput) continue;
        (window as any).shift += entry.value;
        for (const { node, previousRect: from, currentRect: to } of entry.sources) {
          const name = node?.className ?? node?.nodeName;
          moved.push(`${entry.value.toFixed(4)} ${name} ${from.x},${from.y} ${from.width}x${from.height} → ${to.x},${to.y} ${to.width}x${to.height}`);
        }
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** What has moved; two frames pass first, so that nothing is left out. */
async function moved(page: Page): Promise<{ shift: number; moved: string[] }> {
  return page.evaluate(async () => {
    for (let frames = 0; frames < 2; frames += 1) await new Promise((drawn) => requestAnimationFrame(drawn));
    return { shift: (window as any).shift, moved: (window as any).moved };
  });
}

const inAWeek = () => new Date(Date.now() + 7 * 86_400_000).toISOString();

const SIZES = { phone: { width: 360, height: 740 }, wide: { width: 1280, height: 800 } };

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`a member opens the pages: ${size}`, async ({ browser, here, guests }) => {
    const bea = await here.account('Bea');
    const rest = here.as(bea);
    // The first of all members, who is on the screen.
    const first = await here.account('Aaa');
    const news: Record<string, (ada: string) => Promise<void>> = {
      tavern: async () => void (await rest.insert('tavern_messages', { body: `Meanwhile, ${size}` })),
      'events/month': async () => void (await rest.insert('events', { title: 'One more', starts_at: inAWeek() })),
      members: async () => void (await here.as(first).update(`users?id=eq.${first.id}`, { bio: `Has come, ${size}.` })),
      messages: async (ada) => void (await rest.insert('private_messages', { recipient_id: ada, body: 'And more.' })),
    };
    for (const [place, happens] of Object.entries(news)) {
      await test.step(place, async () => {
        const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'), { viewport });
        guests.push(ada);
        await watch(ada.page);
        await rest.insert('private_messages', { recipient_id: ada.id, body: 'Welcome.' });
        // The first visit to this device.
        await ada.page.addInitScript(() => localStorage.removeItem('tavern-greeted'));
        // Slow enough for the shape of what comes to stand there first.
        let arrive = () => {};
        const held = new Promise<void>((go) => (arrive = go));
        await ada.page.route('**/rpc/sync*', async (route) => {
          await held;
          await route.continue();
        });
        await ada.open(`#/${place}`);
        await expect(ada.page.locator('.skeleton').first()).toBeVisible();
        arrive();
        await ada.live();
        await expect(ada.page.locator('.skeleton')).toHaveCount(0);
        await happens(ada.id);
        if (place === 'members') await expect(ada.page.getByText(`Has come, ${size}.`)).toBeVisible();
        if (place === 'messages') await expect(ada.page.getByText('And more.').first()).toBeVisible();
        if (place === 'tavern') await expect(ada.line(`Meanwhile, ${size}`)).toBeVisible();
        if (place === 'events/month') await expect(ada.page.getByRole('link', { name: /One more/ }).first()).toBeVisible();
        const { shift, moved: what } = await moved(ada.page);
        console.log(`${size} ${place}: ${shift.toFixed(4)}`);
        expect.soft(shift, `${place}:\n${what.join('\n')}`).toBeLessThanOrEqual(0.02);
      });
    }
  });
}
