// The queue can be seen and settled; a refusal stands where it was typed.

import { Device } from '../fixtures/device';
import { Person } from '../fixtures/person';
import { picture } from '../fixtures/picture';
import { expect, test } from '../fixtures/test';

const inAWeek = () => new Date(Date.now() + 7 * 86_400_000).toISOString();

test('the panel names what waits, and gives it up only after a question', async ({ browser, here, guests }) => {
  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  const device = await Device.of(ada);
  await ada.open();
  await ada.live();
  await (await ada.panel()).getByText('Nothing waits in this tab').waitFor();
  await ada.page.keyboard.press('Escape');
  await expect(ada.dialog('Connection')).toHaveCount(0);
  await expect(ada.page.locator('.status').getByRole('button')).toBeFocused();

  await device.cutOff();
  const [kept, dropped] = [`Kept by ${ada.account.username}`, `Dropped by ${ada.account.username}`];
  await ada.say(kept);
  await ada.say(dropped);
  await ada.go('Events');
  await ada.answer('Quiz night', 'Going').click();
  const panel = await ada.panel();
  const waiting = panel.getByRole('list', { name: 'Unsent changes' }).getByRole('listitem');
  await expect(waiting).toHaveCount(3);
  await expect(waiting.nth(0)).toContainText('Message in the tavern');
  await expect(waiting.nth(0)).toContainText(kept);
  await expect(waiting.nth(2)).toContainText('Your answer to Quiz night: going');
  await expect(waiting.nth(2)).toContainText('Waiting');
  await picture(ada, 'queue-panel');
  const drop = waiting.filter({ hasText: dropped });
  await drop.getByRole('button', { name: 'Discard', exact: true }).click();
  const question = drop.getByRole('group', { name: 'Discard what you wrote?' });
  await question.getByRole('button', { name: 'Discard', exact: true }).click();
  await expect(waiting).toHaveCount(2);
  await ada.page.keyboard.press('Escape');
  await device.reconnect();
  await ada.live(45_000);
  await ada.go('Tavern');
  await expect(ada.line(kept)).toHaveAttribute('data-standing', 'confirmed');
  await expect(ada.line(dropped)).toHaveCount(0);
  const rows = await here.service.rows(`tavern_messages?author_id=eq.${ada.id}&select=body`);
  expect(rows).toEqual([{ body: kept }]);
});

test('a cancelled event says no at its answer, and yes to a retry when it is held after all', async ({ people, here }) => {
  const [ada, bea] = await people(['Ada', 'Bea'], { hash: '#/events' });
  const title = `One chair of ${bea.account.username}`;
  const event = await here.as(bea.account).insert('events', { title, capacity: 1, starts_at: inAWeek() });
  await expect(ada.event(title)).toBeVisible();
  // Bea calls it off before Ada's page can know.
  await ada.page.route(
    '**/rest/v1/rsvps*',
    async (route) => {
      await here.as(bea.account).update(`events?id=eq.${event.id}`, { cancelled: true });
      await route.continue();
    },
    { times: 1 },
  );
  await ada.answer(title, 'Going').click();
  const no = ada.event(title).getByRole('alert');
  await expect(no).toContainText('The event was cancelled meanwhile.');
  await expect(ada.status).toHaveText('Live · 1 needs you');
  await ada.event(title).scrollIntoViewIfNeeded();
  await picture(ada, 'refused-at-event', ['dark']);

  await here.as(bea.account).update(`events?id=eq.${event.id}`, { cancelled: false });
  await expect(ada.answer(title, 'Going')).toHaveAttribute('aria-pressed', 'false');
  await no.getByRole('button', { name: 'Retry', exact: true }).click();
  await expect(no).toHaveCount(0);
  await expect(ada.attendees(title).filter({ hasText: ada.name })).toHaveCount(1);
  await expect(ada.status).toHaveText('Live');
});

test('a refused change of one’s profile stands at the profile, and survives a reload', async ({ person }) => {
  const ada = await person('Ada', { hash: '#/members' });
  const refusal = { code: '42501', message: 'permission denied', details: null, hint: null };
  await ada.page.route('**/rest/v1/users*', (route) => route.fulfill({ status: 403, json: refusal }));
  await ada.member(ada.name).getByRole('button', { name: 'Edit profile' }).click();
  await ada.dialog('Edit profile').getByLabel('About you').fill('Plays the fiddle.');
  await ada.dialog('Edit profile').getByRole('button', { name: 'Save', exact: true }).click();
  const no = ada.member(ada.name).getByRole('alert');
  await expect(no).toContainText('You are not allowed to do that.');
  await expect(no).toContainText('Plays the fiddle.');
  ada.loads = 2;
  await ada.page.reload();
  await expect(no).toContainText('Plays the fiddle.');
  await ada.page.unroute('**/rest/v1/users*');
  await no.getByRole('button', { name: 'Retry', exact: true }).click();
  await expect(no).toHaveCount(0);
  await expect(ada.member(ada.name)).toContainText('Plays the fiddle.');
  await ada.live();
});

test('the panel lists what waits in other tabs, until it is sent there', async ({ person, here }) => {
  const ada = await person('Ada');
  const other = await ada.context.newPage();
  await other.goto(`${here.origin}/#/tavern`);
  const panel = await ada.panel();
  await expect(panel.getByText('Nothing waits in this tab')).toBeVisible();
  // The other tab alone cannot send.
  await other.route('**/rest/v1/tavern_messages*', (route) => route.abort('connectionfailed'));
  const words = [`One of ${ada.account.username}`, `Two of ${ada.account.username}`];
  for (const line of words) {
    await other.getByRole('textbox', { name: 'Message', exact: true }).fill(line);
    await other.getByRole('button', { name: 'Send', exact: true }).click();
  }
  await expect(panel.getByText('2 more wait in other tabs, where they are sent or settled.')).toBeVisible();
  const theirs = panel.getByRole('list', { name: 'Unsent changes of other tabs', exact: true }).getByRole('listitem');
  await expect(theirs).toHaveText(words.map((line) => new RegExp(`Message in the tavern.*${line}.*(Waiting|Sending)`)));
  await other.unroute('**/rest/v1/tavern_messages*');
  await expect(panel.getByText('in other tabs')).toBeHidden({ timeout: 30_000 });
  await expect(ada.line(words[1])).toHaveAttribute('data-standing', 'confirmed');
});
