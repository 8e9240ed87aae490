// Seats are never oversold, however many press at once.

import type { Person } from '../fixtures/person';
import { expect, test } from '../fixtures/test';

const PEOPLE = 20;
const SEATS = 5;

test('twenty people press Going at once on five seats', async ({ person, here }) => {
  test.setTimeout(180_000);
  const host = await here.account('Host');
  const title = `Five chairs of ${host.username}`;
  const event = await here.as(host).insert('events', {
    title,
    capacity: SEATS,
    // The last on the page: what is told has to be seen from there as well.
    starts_at: new Date(Date.now() + 90 * 86_400_000).toISOString(),
  });
  const people: Person[] = [];
  while (people.length < PEOPLE) {
    const few = [0, 1, 2, 3].map((count) => person(`Guest${people.length + count}`, { hash: '#/events' }));
    people.push(...(await Promise.all(few)));
  }
  for (const guest of people) await guest.answer(title, 'Going').scrollIntoViewIfNeeded();

  // Each page presses by its own clock, at the same moment, so that no press waits for another's test step.
  const moment = Date.now() + 1_500;
  await Promise.all(
    people.map((guest) =>
      guest.answer(title, 'Going').evaluate((button: any, moment) => {
        return new Promise<void>((pressed) => {
          setTimeout(() => {
            button.click();
            pressed();
          }, moment - Date.now());
        });
      }, moment),
    ),
  );

  const refusal = (guest: Person) => guest.page.getByRole('alert').filter({ hasText: /full/i });
  await expect
    .poll(
      async () => {
        const told = await Promise.all(people.map((guest) => refusal(guest).count()));
        return told.filter((count) => count === 1).length;
      },
      { timeout: 30_000 },
    )
    .toBe(PEOPLE - SEATS);
  const going = await here.service.rows(`rsvps?event_id=eq.${event.id}&status=eq.going&select=user_id`);
  expect(going.length).toBe(SEATS);
  const seated = new Set(going.map(({ user_id }) => user_id));

  for (const guest of people) {
    await expect(guest.attendees(title)).toHaveCount(SEATS);
    await expect(guest.event(title)).toContainText(/no seats left/i);
    const mine = guest.attendees(title).filter({ hasText: guest.name });
    await expect(mine).toHaveCount(seated.has(guest.id) ? 1 : 0);
    const pressed = seated.has(guest.id) ? 'true' : 'false';
    await expect(guest.answer(title, 'Going')).toHaveAttribute('aria-pressed', pressed);
    if (seated.has(guest.id)) await expect(refusal(guest)).toHaveCount(0);
    else await expect(refusal(guest)).toBeInViewport();
  }

  // Somebody gets up, and somebody who was told no sits down.
  const [leaving] = people.filter((guest) => seated.has(guest.id));
  const [waiting] = people.filter((guest) => !seated.has(guest.id));
  await leaving.answer(title, 'Going').click();
  await expect(waiting.event(title)).toContainText('1 seat left');
  await waiting.answer(title, 'Going').click();
  await expect(waiting.attendees(title).filter({ hasText: waiting.name })).toHaveCount(1);
  await expect(leaving.event(title)).toContainText(/no seats left/i);
});
