// Ways to look at events: what is to come, a month, what is over, a search; one beside the others; on paper.

import type { Page } from '@playwright/test';

import { picture } from '../fixtures/picture';
import { expect, test } from '../fixtures/test';

const DAY = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString();

test('a search finds while one types, and follows what others announce', async ({ people, here }) => {
  const [ada, ben] = await people(['Ada', 'Ben'], { hash: '#/events' });
  const word = `zither${ada.account.username.slice(-6)}`;
  const announce = (title: string, location = '') =>
    here.as(ben.account).insert('events', { title, location, starts_at: inDays(4) });
  await announce(`Evening of the ${word}`);
  await announce(`Something else ${word.slice(-6)}`);
  await expect(ada.event(`Something else ${word.slice(-6)}`)).toBeVisible();
  const search = ada.page.getByRole('searchbox', { name: 'Search events', exact: true });
  await search.fill(word.toUpperCase());
  await expect(ada.page.getByRole('article')).toHaveCount(1);
  await expect(ada.page.getByText('1 event to come found')).toBeVisible();
  await announce('Lesson', `Room of the ${word}`);
  await expect(ada.page.getByRole('article')).toHaveCount(2);
  await search.fill(`${word} ${ben.name} lesson`);
  await expect(ada.page.getByRole('article')).toHaveCount(1);
  await search.fill(`${word} nothing`);
  await expect(ada.page.getByText('No event to come has these words.')).toBeVisible();
});

test('the month shows what is on by its days, live', async ({ people, here }) => {
  const [ada, ben] = await people(['Ada', 'Ben'], { hash: '#/events' });
  await ada.page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Month' }).click();
  await expect(ada.page).toHaveTitle('Events by month · The tavern');
  const today = ada.page.locator('td[aria-current=date]');
  await expect(today).toHaveCount(1);
  const title = `Now ${ben.account.username}`;
  await here.as(ben.account).insert('events', { title, starts_at: inDays(0), ends_at: inDays(1 / 24) });
  await expect(today.getByRole('link', { name: title })).toBeVisible();
  const name = ada.page.getByRole('heading', { name: /^\w+ 20\d\d$/, level: 2 });
  const month = await name.innerText();
  await ada.page.getByRole('button', { name: 'Later', exact: true }).click();
  await expect(name).not.toHaveText(month);
  await expect(ada.page.getByRole('table', { name: await name.innerText() })).toBeVisible();
  await expect(today).toHaveCount(0);
  await ada.page.getByRole('button', { name: 'Today', exact: true }).click();
  await expect(name).toHaveText(month);
  await picture(ada, 'events-month');
  await today.getByRole('link', { name: title }).click();
  await expect(ada.event(title)).toBeVisible();
});

test('events of long ago are found under Past, by search and by link, as they were', async ({ people, here }) => {
  const [ada, ben] = await people(['Ada', 'Ben'], { hash: '#/events/past' });
  const word = ada.account.username.slice(-6);
  const [yesterday, old, older] = await Promise.all(
    [-1, -100, -400].map((days) =>
      here.as(ada.account).insert('events', {
        title: `${-days} days ago, ${word}`,
        starts_at: inDays(days - 0.1),
        ends_at: inDays(days),
        capacity: 3,
      }),
    ),
  );
  // As it was then: an event that is over takes no answers of its guests.
  await here.service.insert('rsvps', { event_id: old.id, user_id: ben.id, status: 'going' });
  await expect(ben.event(yesterday.title)).toBeVisible();
  await expect(ben.event(yesterday.title).getByRole('group', { name: 'Your answer' })).toHaveCount(0);
  await expect(ben.event(old.title)).toHaveCount(0);
  await ben.page.getByRole('searchbox', { name: 'Search events', exact: true }).fill(word);
  await ben.page.getByRole('button', { name: 'Search older events', exact: true }).click();
  await expect(ben.event(old.title)).toBeVisible();
  await expect(ben.event(older.title).locator('time').first()).toContainText(older.starts_at.slice(0, 4));
  await expect(ben.page.getByText('There is nothing older with these words.')).toBeVisible();
  await expect(ben.attendees(old.title)).toContainText([ben.name]);
  await expect(ben.event(old.title).getByRole('group', { name: 'Your answer' })).toHaveCount(0);
  await expect(ben.page.getByRole('article')).toHaveCount(3);

  const api = '**/rest/v1/events?*';
  await ada.page.route(api, (route) => route.abort());
  await ada.page.goto(`${here.origin}/#/events/${old.id}`);
  await expect(ada.page.getByText('could not be fetched now.')).toBeVisible();
  await ada.page.unroute(api);
  await ada.page.getByRole('button', { name: 'Try again', exact: true }).click();
  await expect(ada.event(old.title)).toContainText('2 seats left of 3');
  await expect(ada.page).toHaveTitle(`${old.title} · The tavern`);
  await expect(ada.page.locator('#main'), 'where the button was').toBeFocused();
  await ada.page.goto(`${here.origin}/#/events/${crypto.randomUUID()}`);
  await expect(ada.page.getByText('There is no such event.')).toBeVisible();
});

test('a month is found again: by the way back from an event of it, by a link to it, and after a reload', async ({ person, here }) => {
  const ada = await person('Ada', { hash: '#/events/month', viewport: { width: 360, height: 400 } });
  const { page } = ada;
  const [year, month] = [new Date().getFullYear(), new Date().getMonth()];
  const title = `Far off ${ada.account.username}`;
  const starts_at = new Date(Date.UTC(year, month + 2, 27, 18)).toISOString();
  await here.as(ada.account).insert('events', { title, starts_at });
  const name = page.getByRole('heading', { name: /^\w+ 20\d\d$/, level: 2 });
  const later = page.getByRole('button', { name: 'Later', exact: true });
  const today = await name.innerText();
  const length = await page.evaluate(() => history.length);
  await later.click({ clickCount: 2 });
  const link = page.getByRole('table').getByRole('link', { name: title });
  await expect(link).toHaveCount(1);
  await expect(later).toBeFocused();
  const far = await name.innerText();
  expect(far).not.toBe(today);
  const address = page.url();
  expect(address).toContain(new Date(Date.UTC(year, month + 2, 27)).toISOString().slice(0, 7));
  await link.click();
  await expect(ada.event(title)).toBeVisible();
  expect(await page.evaluate(() => history.length), 'to look through months is one step').toBe(length + 1);

  await page.goBack();
  await expect(name).toHaveText(far);
  await expect(link).toBeInViewport();
  await page.goForward();
  await page.getByRole('link', { name: 'Events by month', exact: true }).click();
  await expect(name).toHaveText(far);

  ada.loads += 1;
  await page.reload();
  await ada.live();
  await expect(name).toHaveText(far);
  await page.getByRole('button', { name: 'Today', exact: true }).click();
  await expect(name).toHaveText(today);
  await expect(page).toHaveURL(/#\/events\/month$/);
  await page.evaluate((to) => (location.hash = to), new URL(address).hash);
  await expect(name).toHaveText(far);
  await page.getByRole('link', { name: 'Month', exact: true }).click();
  await expect(name).toHaveText(today);
});

test('a month of long ago is asked for, and one of which there is nothing to see says so', async ({ people, here }) => {
  const [ada, ben] = await people(['Ada', 'Ben'], { hash: '#/events/month' });
  const title = `Autumn ${ben.account.username}`;
  const year = new Date().getFullYear() - 1;
  await here.as(ben.account).insert('events', { title, starts_at: `${year}-10-20T18:00:00Z`, ends_at: `${year}-10-20T22:00:00Z` });
  const name = ada.page.getByRole('heading', { name: /^\w+ 20\d\d$/, level: 2 });
  const earlier = ada.page.getByRole('button', { name: 'Earlier', exact: true });
  await ada.page.getByRole('searchbox', { name: 'Search events', exact: true }).fill(ben.account.username);
  await expect(ada.page.getByText('No event of this month has these words.')).toBeVisible();
  const months = new Date().getMonth() + 3;
  for (let month = 1; month < months; month += 1) await earlier.click();
  // The answer for the month before may be under way still.
  await ada.page.route('**/rest/v1/events?*', (route) => route.abort());
  await earlier.click();
  await expect(name).toHaveText(`October ${year}`);
  await expect(ada.page.getByText('What was on could not be fetched.')).toBeVisible();
  await ada.page.unroute('**/rest/v1/events?*');
  await ada.page.getByRole('button', { name: 'Try again', exact: true }).click();
  await expect(ada.page.getByRole('cell').getByRole('link', { name: title })).toBeVisible();
  await ada.page.getByRole('searchbox', { name: 'Search events', exact: true }).fill('');
  await expect(ada.page.getByRole('cell').getByRole('link', { name: title })).toBeVisible();
  await picture(ada, 'events-month-of-old');
  await expect(ada.page.getByText('Nothing was on')).toHaveCount(0);
  await ada.page.getByRole('button', { name: 'Later', exact: true }).click({ clickCount: months + 30 });
  await expect(ada.page.getByText('Nothing is planned in this month.')).toBeVisible();
});

test('an event half written is there again until it is saved or discarded', async ({ people, here }) => {
  const [ada, ben] = await people(['Ada', 'Ben'], { hash: '#/events' });
  const title = `Draft of ${ada.account.username}`;
  const open = async (page: Page, name: string) => {
    await page.getByRole('button', { name, exact: true }).first().click();
    return page.getByRole('dialog');
  };
  await (await open(ada.page, 'New event')).getByLabel('Title', { exact: true }).fill(title);
  await ada.page.evaluate(() => (location.hash = '#/members'));
  await expect(ada.page.getByRole('heading', { name: 'Members', level: 1 })).toBeVisible();
  await ada.page.goBack();
  const again = await open(ada.page, 'New event');
  await expect(again.getByLabel('Title', { exact: true })).toHaveValue(title);
  await expect(again.getByText('As you left it, not saved yet.')).toBeVisible();
  await again.getByRole('button', { name: 'Discard', exact: true }).click();
  await again.getByRole('group', { name: /^Discard/ }).getByRole('button', { name: 'Discard' }).click();
  await expect(again).toBeHidden();
  await ada.announce({ title, location: 'Kitchen' });
  ada.loads += 1;
  await ada.page.reload();
  await ada.live();
  await expect((await open(ada.page, 'New event')).getByLabel('Title', { exact: true })).toHaveValue('');
  await ada.page.keyboard.press('Escape');

  await test.step('and changes of one that is announced, on top of what was seen then', async () => {
    const edit = async () => {
      await ada.event(title).getByRole('button', { name: 'Edit', exact: true }).click();
      return ada.dialog('Edit event');
    };
    await (await edit()).getByLabel('Location', { exact: true }).fill('Attic');
    await ada.page.evaluate(() => (location.hash = '#/members'));
    await ada.go('Events');
    const form = await edit();
    await expect(form.getByLabel('Location', { exact: true })).toHaveValue('Attic');
    await form.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(ben.event(title)).toContainText('Attic');
    await (await edit()).getByLabel('Location', { exact: true }).fill('Garden');
    await ada.page.keyboard.press('Escape');
    await ada.page.getByRole('button', { name: 'Drop', exact: true }).click();
    await expect((await edit()).getByLabel('Location', { exact: true })).toHaveValue('Attic');
  });

  await test.step('nothing is kept of one that is gone', async () => {
    const [{ id }] = await here.service.rows(`events?title=eq.${encodeURIComponent(title)}`);
    const kept = () => ada.page.evaluate((id) => Object.keys(localStorage).filter((key) => key.includes(id)).length, id);
    await ada.dialog('Edit event').getByLabel('Location', { exact: true }).fill('Cellar');
    await ada.page.evaluate(() => (location.hash = '#/members'));
    await expect.poll(kept).toBe(1);
    await here.as(ada.account).remove(`events?id=eq.${id}`);
    await ada.go('Events');
    await expect.poll(kept).toBe(0);
  });
});

test('the focus goes on beside what goes away', async ({ people, here }) => {
  const [ada] = await people(['Ada'], { hash: '#/events' });
  const [one, other] = [`One of ${ada.account.username}`, `Other of ${ada.account.username}`];
  await here.as(ada.account).insert('events', { title: one, starts_at: inDays(2) });
  await here.as(ada.account).insert('events', { title: other, starts_at: inDays(2.01) });
  const button = (name: string) => ada.event(one).getByRole('button', { name, exact: true });
  await button('Cancel event').click();
  await ada.event(one).getByRole('group', { name: /^Cancel/ }).getByRole('button', { name: 'Cancel event' }).click();
  await expect(button('Hold it after all')).toBeFocused();
  await ada.page.keyboard.press('Enter');
  await expect(button('Cancel event')).toBeFocused();
  await ada.remove(ada.event(one));
  await expect(ada.event(one)).toHaveCount(0);
  await expect(ada.event(other).getByRole('link', { name: other })).toBeFocused();
});

test('one event stands beside the others where there is room, and alone on paper', async ({ people, here }) => {
  const [ada, ben] = await people(['Ada', 'Ben'], { hash: '#/events' });
  const [one, other] = [`First of ${ada.account.username}`, `Second of ${ada.account.username}`];
  for (const title of [one, other]) {
    await here.as(ada.account).insert('events', {
      title,
      description: 'We shape loaves at six and eat them at eight.\nBring a cloth.',
      location: 'Kitchen',
      capacity: 1,
      guest_limit: 2,
      starts_at: inDays(6),
      ends_at: inDays(6.1),
      time_zone: 'Asia/Tokyo',
    });
  }
  await ada.answer(one, 'Going').click();
  await ben.answer(one, 'Join waitlist').click();
  await ben.event(one).getByRole('link', { name: one }).click();
  await expect(ben.event(one).getByText('You are on the waitlist (1st).')).toBeVisible();
  await picture(ben, 'event-waiting');
  await ben.page.setViewportSize({ width: 1280, height: 800 });
  const side = ben.page.getByRole('navigation', { name: 'Events to come', exact: true });
  await expect(side.getByRole('link', { name: one })).toHaveAttribute('aria-current', 'page');
  await side.getByRole('link', { name: other }).click();
  await expect(ben.event(other)).toBeVisible();
  await expect(ben.event(one)).toHaveCount(0);
  await ben.page.goBack();
  await expect(ben.event(one)).toBeVisible();
  await ben.page.setViewportSize({ width: 360, height: 740 });
  await expect(side).toBeHidden();
  await expect(ben.page.getByRole('link', { name: 'All events', exact: true })).toBeVisible();

  await ben.page.emulateMedia({ media: 'print' });
  await expect(ben.event(one)).toBeVisible();
  await expect(ben.event(one).getByText('Bring a cloth.')).toBeVisible();
  for (const name of ['Add to calendar', 'All events']) {
    await expect(ben.page.getByRole('link', { name, exact: true })).toBeHidden();
  }
  await expect(ben.page.getByRole('navigation')).toHaveCount(0);
  await expect(ben.answer(one, 'Waitlist')).toBeHidden();
});
