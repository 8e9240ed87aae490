// A full event: the line, guests, and what becomes of it when seats free or the event is cancelled.

import { expect, test } from '../fixtures/test';

const DAY = 86_400_000;

test('three people, one seat: who waits is told the place, and gets the seat without a further word', async ({
  people,
  here,
}) => {
  const [ada, ben, cleo] = await people(['Ada', 'Ben', 'Cleo'], { hash: '#/events' });
  const title = `One chair of ${ada.account.username}`;
  await here.as(ada.account).insert('events', {
    title,
    capacity: 1,
    starts_at: new Date(Date.now() + 5 * DAY).toISOString(),
  });
  await ada.answer(title, 'Going').click();
  await expect(ben.event(title)).toContainText('Full, no seats left');

  await ben.answer(title, 'Join waitlist').click();
  await expect(ben.event(title).getByText('You are on the waitlist (1st).')).toBeVisible();
  await expect(cleo.waitlist(title)).toContainText([ben.name]);
  await cleo.answer(title, 'Join waitlist').click();
  await expect(cleo.event(title).getByText('You are on the waitlist (2nd).')).toBeVisible();
  await expect(ada.waitlist(title)).toContainText([ben.name, cleo.name]);
  await expect(ben.event(title).getByRole('alert')).toHaveCount(0);

  await ada.answer(title, 'Not going').click();
  await expect(ben.answer(title, 'Going')).toHaveAttribute('aria-pressed', 'true');
  await expect(ben.event(title).getByRole('status')).toHaveText('A seat became free: you are going.');
  await expect(cleo.event(title).getByText('You are on the waitlist (1st).')).toBeVisible();

  // The host finds another chair.
  await ada.event(title).getByRole('button', { name: 'Edit', exact: true }).click();
  await ada.dialog('Edit event').getByLabel('Capacity', { exact: true }).fill('2');
  await ada.dialog('Edit event').getByRole('button', { name: 'Save', exact: true }).click();
  await expect(cleo.answer(title, 'Going')).toHaveAttribute('aria-pressed', 'true');
  await expect(ada.attendees(title)).toContainText([ben.name, cleo.name]);
});

test('guests take seats: fewer of them, and the next in line has one', async ({ people }) => {
  const [ada, ben] = await people(['Ada', 'Ben'], { hash: '#/events' });
  const title = `Table of ${ada.account.username}`;
  await ada.announce({ title, capacity: 3, guests: 2 });
  await ada.answer(title, 'Going').click();
  const more = ada.event(title).getByRole('button', { name: 'One guest more', exact: true });
  await more.click();
  await more.click();
  await expect(ada.event(title)).toContainText('You and 2 guests');
  await expect(more).toHaveAttribute('aria-disabled', 'true');
  await expect(ben.event(title)).toContainText('Full, no seats left');
  await expect(ben.attendees(title)).toContainText([`${ada.name}+2`]);

  await ben.answer(title, 'Join waitlist').click();
  await expect(ben.event(title).getByText('You are on the waitlist (1st).')).toBeVisible();
  await ada.event(title).getByRole('button', { name: 'One guest fewer', exact: true }).click();
  await expect(ben.answer(title, 'Going')).toHaveAttribute('aria-pressed', 'true');

  // One seat too many: told at once, and nothing is lost.
  await more.click();
  await expect(ada.event(title).getByRole('alert')).toContainText('you keep your own');
  await expect(ada.event(title)).toContainText('You and 1 guest');
});

test('a cancelled event stays to be seen and takes no answers', async ({ people }) => {
  const [ada, ben] = await people(['Ada', 'Ben'], { hash: '#/events' });
  const title = `Rained off, ${ada.account.username}`;
  await ada.announce({ title });
  await ben.answer(title, 'Going').click();
  await expect(ada.attendees(title)).toContainText([ben.name]);
  await ada.event(title).getByRole('button', { name: 'Cancel event', exact: true }).click();
  const sure = ada.event(title).getByRole('group', { name: /^Cancel/ });
  await sure.getByRole('button', { name: 'Cancel event', exact: true }).click();
  for (const one of [ada, ben]) {
    await expect(one.event(title)).toContainText('Cancelled. It does not take place.');
    await expect(one.event(title).getByRole('group', { name: 'Your answer' })).toHaveCount(0);
  }
  await ada.event(title).getByRole('button', { name: 'Hold it after all', exact: true }).click();
  await expect(ben.answer(title, 'Going')).toHaveAttribute('aria-pressed', 'true');
});

test('who waited is told of the seat wherever they are, and when they come back', async ({ people, here }) => {
  const [ada, ben] = await people(['Ada', 'Ben'], { hash: '#/events' });
  const title = `Last seat of ${ada.account.username}`;
  const starts_at = new Date(Date.now() + 5 * DAY).toISOString();
  const { id } = await here.as(ada.account).insert('events', { title, capacity: 1, starts_at });
  await ada.answer(title, 'Going').click();
  await ben.answer(title, 'Join waitlist').click();
  await expect(ben.event(title).getByText('You are on the waitlist (1st).')).toBeVisible();
  const news = ben.page.getByRole('list', { name: 'Seats' }).getByRole('status');

  await test.step('on another page', async () => {
    await ben.go('Members');
    await ada.answer(title, 'Not going').click();
    await expect(ada.event(title)).toContainText('1 person cannot come.');
    await expect(news).toContainText(`A seat became free: you are going to ${title}.`);
    await news.getByRole('link', { name: title }).click();
    await expect(ben.page).toHaveURL(new RegExp(`#/events/${id}$`));
    await expect(news).toHaveCount(0);
  });

  await test.step('who takes fewer guests has done it themselves', async () => {
    await here.service.update(`events?id=eq.${id}`, { capacity: 2, guest_limit: 1 });
    await ben.event(title).getByRole('button', { name: 'One guest more', exact: true }).click();
    await ada.answer(title, 'Join waitlist').click();
    await ada.event(title).getByRole('button', { name: 'One guest more', exact: true }).click();
    await ben.event(title).getByRole('button', { name: 'One guest fewer', exact: true }).click();
    await expect(ada.event(title)).toContainText('with fewer guests you could be going');
    await ada.event(title).getByRole('button', { name: 'One guest fewer', exact: true }).click();
    await expect(ada.answer(title, 'Going')).toHaveAttribute('aria-pressed', 'true');
    await expect(ada.attendees(title)).toHaveCount(2);
    await expect(ada.page.getByText('A seat became free')).toHaveCount(0);
  });

  await test.step('and in a page that was closed meanwhile', async () => {
    await ben.answer(title, 'Going').click();
    await expect(ben.attendees(title)).toHaveCount(1);
    await here.service.update(`events?id=eq.${id}`, { capacity: 1 });
    await ben.answer(title, 'Join waitlist').click();
    await expect(ben.event(title).getByText('You are on the waitlist (1st).')).toBeVisible();
    await ben.page.goto('about:blank');
    await ada.answer(title, 'Not going').click();
    await expect(ada.attendees(title)).toContainText([ben.name]);
    ben.loads += 1;
    await ben.open('#/members');
    await expect(news).toContainText(`you are going to ${title}`);
    await news.getByRole('button', { name: 'Dismiss' }).click();
    await expect(news).toHaveCount(0);
  });
});
