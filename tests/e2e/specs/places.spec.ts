// Back and forward: the page and the place on it where one was.

import { expect, test } from '../fixtures/test';

test('a new page begins at its top, and going back finds the place again', async ({ person }) => {
  const ada = await person('Ada');
  const day = 864e5;
  const events = Array.from({ length: 30 }, (_, at) => ({
    id: crypto.randomUUID(),
    host_id: ada.id,
    title: `Evening ${at} of ${ada.account.username}`,
    starts_at: new Date(Date.now() + (at + 1) * day),
  }));
  await ada.rest.must('POST', '/rest/v1/events', events);
  await ada.go('Events');
  const card = ada.page.getByRole('link', { name: events[25].title });
  await card.scrollIntoViewIfNeeded();
  const top = () => ada.page.locator('main').evaluate((main) => Math.round(main.scrollTop));
  const before = await top();
  expect(before).toBeGreaterThan(500);
  await ada.go('Members');
  await expect.poll(top).toBe(0);
  await ada.page.goBack();
  await expect.poll(top).toBe(before);
  await expect(card).toBeInViewport();
  await ada.page.goForward();
  await expect.poll(top).toBe(0);
});

test('the bars of the browser have the colour of the theme that was chosen', async ({ person }) => {
  const ada = await person('Ada', { hash: '#/settings', colorScheme: 'light' });
  const shown = () =>
    ada.page.evaluate(() => {
      const metas = [...document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')];
      return metas.filter((meta) => matchMedia(meta.media).matches).map((meta) => meta.content);
    });
  const [light] = await shown();
  await ada.page.getByRole('radio', { name: 'Dark', exact: true }).check();
  await expect.poll(shown).not.toEqual([light]);
  expect(await shown()).toHaveLength(1);
  await ada.page.getByRole('radio', { name: 'As the system', exact: true }).check();
  await expect.poll(shown).toEqual([light]);
});
