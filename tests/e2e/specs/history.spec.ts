// What was said long ago comes when it is asked for, a page at a time, and stays as true as the rest.

import { faultyTest as test } from '../fixtures/network';
import { Person } from '../fixtures/person';
import { expect } from '../fixtures/test';

const LINES = 420;

const line = (number: number) => `Once ${String(number).padStart(3, '0')}`;

/** Asks for earlier lines until there are none. */
async function loadAll(person: Person): Promise<number> {
  const earlier = person.page.getByRole('button', { name: 'Show earlier' });
  const loading = person.page.getByRole('button', { name: 'Loading earlier' });
  let pages = 0;
  await expect(async () => {
    if (await earlier.isVisible()) {
      await earlier.click({ timeout: 1_000 });
      pages += 1;
    }
    await expect(earlier.or(loading)).toHaveCount(0, { timeout: 300 });
  }).toPass({ timeout: 30_000 });
  return pages;
}

/** Goes from the first line to the last; says what stands in all of them, as it is seen on the way. */
async function readAll(person: Person): Promise<string[]> {
  return person.chat.evaluate(async (log) => {
    const drawn = () => [...log.querySelectorAll('.message')];
    const settled = async () => {
      for (let same = 0, last = ''; same < 3; ) {
        await new Promise((frame) => requestAnimationFrame(frame));
        const now = drawn().map(({ id }) => id).join();
        same = now === last ? same + 1 : 0;
        last = now;
      }
    };
    const found = new Map<string, string>();
    log.scrollTop = -log.scrollHeight;
    for (;;) {
      await settled();
      for (const line of drawn()) found.set(line.id, line.querySelector('.message__body')!.textContent ?? '');
      if (log.scrollTop === 0) return [...found.values()];
      // A screen before and after this one is drawn as well.
      log.scrollTop += 2 * log.clientHeight;
    }
  });
}

/** The texts of the story among them. */
const once = (lines: string[]) => lines.filter((line) => line.startsWith('Once'));

test('old lines come by the page, once each, and change and go like others', async ({
  browser,
  here,
  guests,
  network,
}) => {
  const bea = await here.account('Bea');
  const begin = Date.now() - 40 * 86_400_000;
  const rows = Array.from({ length: LINES }, (_, number) => ({
    author_id: bea.id,
    body: line(number),
    created_at: new Date(begin + number * 60_000).toISOString(),
  }));
  await here.service.must('POST', '/rest/v1/tavern_messages', rows);
  const [oldest] = await here.service.rows(`tavern_messages?author_id=eq.${bea.id}&body=eq.${line(0)}`);
  await here.as(bea).must('POST', '/rest/v1/reactions', { message_id: oldest.id, user_id: bea.id, emoji: '🎉' });

  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  await ada.open();
  await ada.live();
  await expect(ada.line(line(LINES - 1))).toBeVisible();
  await expect(ada.line(line(0))).toHaveCount(0);

  const pages = await loadAll(ada);
  expect(pages, 'lines that nobody asked for were not loaded').toBeGreaterThan(2);
  await expect.poll(() => readAll(ada).then(once)).toEqual(rows.map(({ body }) => body));
  await ada.chat.evaluate((log) => (log.scrollTop = -log.scrollHeight));
  await expect(ada.line(line(0)).getByRole('button', { name: `🎉 1 by ${bea.name}` })).toBeVisible();

  await test.step('while connected', async () => {
    const old = `author_id=eq.${bea.id}&body=eq.`;
    await here.as(bea).update(`tavern_messages?${old}${line(3)}`, { body: 'Once, mended' });
    await here.as(bea).remove(`tavern_messages?${old}${line(4)}`);
    await expect(ada.line('Once, mended')).toBeVisible();
    await expect(ada.line(line(3))).toHaveCount(0);
    await expect(ada.line(line(4))).toHaveCount(0);
  });

  await test.step('while away', async () => {
    await network.refuse(true);
    await network.cut();
    await expect(ada.status).not.toHaveText('Live');
    const old = `author_id=eq.${bea.id}&body=eq.`;
    await here.as(bea).update(`tavern_messages?${old}${line(5)}`, { body: 'Once, mended later' });
    await here.as(bea).remove(`tavern_messages?${old}${line(6)}`);
    await network.heal();
    await ada.live(40_000);
    await expect(ada.line('Once, mended later')).toHaveCount(1);
    await expect(ada.line(line(5))).toHaveCount(0);
    await expect(ada.line(line(6))).toHaveCount(0);
    expect(once(await readAll(ada))).toHaveLength(LINES - 2);
  });
});

test('what was said very long ago is reached in few requests, and one may stop on the way', async ({
  browser,
  here,
  guests,
}) => {
  const bea = await here.account('Bea');
  const begin = Date.now() - 60 * 86_400_000;
  const rows = Array.from({ length: 1_300 }, (_, number) => ({
    author_id: bea.id,
    body: number === 20 ? 'Where we hid the good rum' : `Long ago ${number}`,
    created_at: new Date(begin + number * 60_000).toISOString(),
  }));
  await here.service.must('POST', '/rest/v1/tavern_messages', rows);
  // More of them than the server gives in one answer.
  const old = await here.service.rows(`tavern_messages?author_id=eq.${bea.id}&order=created_at&limit=100`);
  const faces = ['🎉', '👍', '❤️', '😂', '😮', '😢', '🙏', '🔥', '👀', '✅', '🍺'];
  const reactions = old.flatMap(({ id }) => faces.map((emoji) => ({ message_id: id, user_id: bea.id, emoji })));
  await here.service.must('POST', '/rest/v1/reactions', reactions);

  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  await ada.open();
  await ada.live();
  const { page } = ada;
  const asked: string[] = [];
  let let_go = () => {};
  await page.route(/rest\/v1\/tavern_messages\?.*limit=/, async (route) => {
    asked.push(route.request().url());
    if (asked.length === 2) await new Promise<void>((resolve) => (let_go = resolve));
    await route.continue();
  });
  const look = async () => {
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByRole('searchbox').fill('good rum');
    await page.getByRole('list', { name: 'Found' }).getByRole('button').click();
  };

  await look();
  const stop = page.getByRole('button', { name: 'Stop', exact: true });
  await expect(page.getByText('Looking further back')).toBeVisible();
  await expect.poll(() => asked.length).toBe(2);
  await stop.click();
  await expect(page.getByText('Stopped before')).toBeVisible();
  await expect(stop).toHaveCount(0);
  await expect(ada.chat).toBeFocused();
  let_go();
  await expect(page.getByRole('button', { name: 'Show earlier', includeHidden: true })).toHaveCount(1);
  expect(asked, 'nothing is asked for by who has stopped').toHaveLength(2);

  await look();
  const found = ada.line('Where we hid the good rum');
  await expect(found).toBeInViewport();
  await expect(found).toBeFocused();
  expect(asked.length, 'pages grow').toBeLessThan(8);
  await expect(found.getByRole('button', { name: / 1 by / })).toHaveCount(faces.length);
});
