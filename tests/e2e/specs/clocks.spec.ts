// Clocks of the place and of the reader; nights on which clocks are changed; the event in one's own calendar.

import { readFile } from 'node:fs/promises';

import ICAL from 'ical.js';

import { expect, test } from '../fixtures/test';

test('an event is planned in the time of its place and read in one’s own', async ({ person }) => {
  const ada = await person('Ada', { hash: '#/events', timezoneId: 'America/New_York', locale: 'en-GB' });
  const ben = await person('Ben', { hash: '#/events', timezoneId: 'Europe/Berlin', locale: 'en-GB' });
  const title = `Tea of ${ada.account.username}`;
  const year = new Date().getFullYear() + 1;
  const shown = (times: string) => new RegExp(`\\w{3},? 15 Jan ${year},? ${times}`);
  await ada.page.getByRole('button', { name: 'New event', exact: true }).click();
  const dialog = ada.dialog('New event');
  await dialog.getByLabel('Title', { exact: true }).fill(title);
  await dialog.getByLabel('Starts', { exact: true }).fill(`${year}-01-15T19:00`);
  await dialog.getByLabel('Ends', { exact: true }).fill(`${year}-01-15T22:00`);
  await expect(dialog.getByLabel('Time zone', { exact: true })).toHaveValue('America/New_York');
  await dialog.getByLabel('Time zone', { exact: true }).selectOption('Asia/Tokyo');
  await expect(dialog.getByText(/For you it starts .*, 05:00\./)).toBeVisible();
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(ada.event(title)).toContainText(shown('05:00 to 08:00 your time'));
  await expect(ben.event(title)).toContainText(shown('11:00 to 14:00 your time'));
  await expect(ben.event(title)).toContainText(shown('19:00 to 22:00 in Tokyo'));

  // The host comes back to the clock of the place.
  await ada.event(title).getByRole('button', { name: 'Edit', exact: true }).click();
  const edit = ada.dialog('Edit event');
  await expect(edit.getByLabel('Starts', { exact: true })).toHaveValue(`${year}-01-15T19:00`);
  await edit.getByLabel('Time zone', { exact: true }).selectOption('Europe/Berlin');
  await edit.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(ben.event(title)).toContainText(shown('19:00 to 22:00'));
  await expect(ben.event(title)).not.toContainText('your time');
});

test('both clocks are told where they part before an event is over', async ({ person, here }) => {
  const ada = await person('Ada', { hash: '#/events', timezoneId: 'Europe/Berlin', locale: 'en-GB' });
  // Johannesburg has Berlin’s time until clocks are put back in Berlin.
  const title = `Through the night of ${ada.account.username}`;
  const times = { starts_at: '2027-10-29T18:00:00+00:00', ends_at: '2027-11-01T18:00:00+00:00' };
  await here.as(ada.account).insert('events', { title, ...times, time_zone: 'Africa/Johannesburg' });
  await expect(ada.event(title)).toContainText(/1 Nov.*19:00 your time/);
  await expect(ada.event(title)).toContainText(/1 Nov.*20:00 in Johannesburg/);
});

test('a time that clocks skip is refused with another, one that comes twice is asked about', async ({ person, here }) => {
  const ada = await person('Ada', { hash: '#/events', timezoneId: 'Europe/Berlin', locale: 'en-GB' });
  const title = `All night, ${ada.account.username}`;
  await ada.page.getByRole('button', { name: 'New event', exact: true }).click();
  const dialog = ada.dialog('New event');
  const starts = dialog.getByLabel('Starts', { exact: true });
  const save = dialog.getByRole('button', { name: 'Save', exact: true });
  await dialog.getByLabel('Title', { exact: true }).fill(title);
  await starts.fill('2027-03-28T02:30');
  await save.click();
  await expect(dialog.getByText('Clocks there skip 02:30 on that day; take 03:30 instead.')).toBeVisible();
  await expect(starts).toBeFocused();

  await starts.fill('2027-10-31T02:30');
  const second = dialog.getByRole('checkbox', { name: /show the start twice: the second time is meant/ });
  await expect(second).not.toBeChecked();
  await second.check();
  await save.click();
  await expect(dialog).toBeHidden();
  await expect(ada.event(title)).toHaveAttribute('data-standing', 'confirmed');
  const saved = () => here.service.rows(`events?title=eq.${encodeURIComponent(title)}&select=starts_at,time_zone`);
  expect(await saved()).toEqual([{ starts_at: '2027-10-31T01:30:00+00:00', time_zone: 'Europe/Berlin' }]);

  // Opened again, the second is still the one; unchecked, it is the first.
  await ada.event(title).getByRole('button', { name: 'Edit', exact: true }).click();
  const edit = ada.dialog('Edit event');
  await expect(edit.getByRole('checkbox')).toBeChecked();
  await edit.getByRole('checkbox').uncheck();
  await edit.getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(async () => (await saved())[0].starts_at).toBe('2027-10-31T00:30:00+00:00');
});

test('a date is changed part by part, and half of one is not taken for none', async ({ person, here }) => {
  const ada = await person('Ada', { hash: '#/events', timezoneId: 'Europe/Berlin', locale: 'en-US' });
  const title = `Long weekend of ${ada.account.username}`;
  await ada.page.getByRole('button', { name: 'New event', exact: true }).click();
  const dialog = ada.dialog('New event');
  const [starts, ends] = ['Starts', 'Ends'].map((name) => dialog.getByLabel(name, { exact: true }));
  const save = dialog.getByRole('button', { name: 'Save', exact: true });
  await dialog.getByLabel('Title', { exact: true }).fill(title);
  await starts.fill('2027-01-31T20:00');
  await starts.focus();
  // There is no 31st of February: on the way to another day, the field holds no date.
  await ada.page.keyboard.type('02');
  await expect(starts).toHaveValue('');
  await ada.page.keyboard.type('28');
  await expect(starts).toHaveValue('2027-02-28T20:00');

  await ends.focus();
  await ada.page.keyboard.type('03012027');
  await save.click();
  await expect(dialog.getByText('Say the day and the time, or clear the field: the end may stay open.')).toBeVisible();
  await expect(ends).toBeFocused();
  // Closed and opened again, there is nothing half finished any more.
  await ada.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await ada.page.getByRole('button', { name: 'New event', exact: true }).click();
  await expect(dialog.getByLabel('Title', { exact: true })).toHaveValue(title);
  await expect(ends).toHaveValue('');
  await expect(dialog.getByText('clear the field: the end may stay open')).toHaveCount(0);
  await ends.focus();
  // A year may have more digits than four.
  await ada.page.keyboard.type('03012027');
  await ada.page.keyboard.press('ArrowRight');
  await ada.page.keyboard.type('0930P');
  await expect(ends).toHaveValue('2027-03-01T21:30');
  await save.click();
  await expect(dialog).toBeHidden();
  const saved = () => here.service.rows(`events?title=eq.${encodeURIComponent(title)}&select=starts_at,ends_at`);
  await expect.poll(saved).toEqual([{ starts_at: '2027-02-28T19:00:00+00:00', ends_at: '2027-03-01T20:30:00+00:00' }]);
});

test('the calendar file says the same to another program', async ({ person, here }) => {
  const ada = await person('Ada', { timezoneId: 'Europe/Berlin' });
  const written = {
    title: 'Wine, cheese; and \\bread\\ 🍞',
    description: `Two lines:\nthe second is long. ${'Größe, Maß; '.repeat(20)}`.trim(),
    location: 'Kitchen, back door',
    starts_at: '2027-03-28T00:30:00+00:00',
    ends_at: '2027-03-28T02:15:00+00:00',
    time_zone: 'Europe/Berlin',
  };
  const { id } = await here.as(ada.account).insert('events', written);
  await ada.page.goto(`${here.origin}/#/events/${id}`);
  const add = ada.page.getByRole('link', { name: 'Add to calendar', exact: true });
  const [download] = await Promise.all([ada.page.waitForEvent('download'), add.click()]);
  expect(download.suggestedFilename()).toBe('event.ics');
  const text = await readFile(await download.path(), 'utf8');
  for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  const read = new ICAL.Event(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent('vevent')!);
  expect(read.uid).toBe(`${id}@tavern`);
  expect([read.summary, read.description, read.location]).toEqual([
    written.title,
    written.description,
    written.location,
  ]);
  expect(read.startDate.toJSDate()).toEqual(new Date(written.starts_at));
  expect(read.endDate.toJSDate(), 'in a night on which the clock is changed').toEqual(new Date(written.ends_at));
  expect(read.component.getFirstPropertyValue('status')).toBe('CONFIRMED');
  expect(read.component.getFirstPropertyValue('url')).toContain(`#/events/${id}`);
});

test('the calendar file has the clock of the place', async ({ person, here }) => {
  const ada = await person('Ada', { timezoneId: 'Europe/Berlin' });
  const times = { starts_at: '2027-07-05T13:15:00+00:00', ends_at: '2027-07-05T15:00:00+00:00' };
  const where = { time_zone: 'Asia/Kathmandu', location: 'Kathmandu' };
  const { id } = await here.as(ada.account).insert('events', { title: 'Momos', ...times, ...where });
  await ada.page.goto(`${here.origin}/#/events/${id}`);
  const add = ada.page.getByRole('link', { name: 'Add to calendar', exact: true });
  const [download] = await Promise.all([ada.page.waitForEvent('download'), add.click()]);
  const calendar = new ICAL.Component(ICAL.parse(await readFile(await download.path(), 'utf8')));
  const zone = new ICAL.Timezone(calendar.getFirstSubcomponent('vtimezone')!);
  expect(zone.tzid).toBe(where.time_zone);
  const { startDate, endDate } = new ICAL.Event(calendar.getFirstSubcomponent('vevent')!);
  expect(startDate.zone.tzid).toBe(where.time_zone);
  expect([startDate.toString(), endDate.toString()]).toEqual(['2027-07-05T19:00:00', '2027-07-05T20:45:00']);
  const instant = (time: typeof startDate) => new Date(time.toUnixTime() * 1000);
  expect([instant(startDate), instant(endDate)]).toEqual([new Date(times.starts_at), new Date(times.ends_at)]);
});

test('a link to an event leads there through signing in, and through registering', async ({ person, visitor, here }) => {
  const ada = await person('Ada');
  const title = `Open door of ${ada.account.username}`;
  const starts_at = new Date(Date.now() + 3 * 86_400_000).toISOString();
  const { id } = await here.as(ada.account).insert('events', { title, starts_at });
  await ada.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await ada.page.goto(`${here.origin}/#/events/${id}`);
  await ada.page.getByRole('button', { name: 'Copy link', exact: true }).click();
  await expect(ada.page.getByRole('button', { name: 'Copied', exact: true })).toBeVisible();
  const link = await ada.page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(`${here.origin}/#/events/${id}`);

  const ben = await visitor('Ben');
  const account = await here.account('Ben');
  await ben.page.goto(link);
  await ben.page.reload();
  ben.loads = 2;
  const signIn = ben.page.getByRole('form', { name: 'Sign in', exact: true });
  await signIn.getByLabel('Email', { exact: true }).fill(account.email);
  await signIn.getByLabel('Password', { exact: true }).fill(account.password);
  await signIn.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(ben.event(title)).toBeVisible();
  await expect(ben.page).toHaveTitle(`${title} · The tavern`);

  const cleo = await visitor('Cleo');
  await cleo.page.goto(link);
  const register = cleo.page.getByRole('form', { name: 'Register', exact: true });
  const name = `cleo_${id.slice(0, 6)}`;
  await register.getByLabel('Username', { exact: true }).fill(name);
  await register.getByLabel('Email', { exact: true }).fill(`${name}@example.com`);
  await register.getByLabel('Password', { exact: true }).fill(`words of ${name}`);
  await register.getByLabel('Password', { exact: true }).press('Enter');
  await expect(cleo.event(title)).toBeVisible();
  await expect(cleo.page).toHaveURL(link);
});
