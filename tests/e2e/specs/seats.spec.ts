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

  const count = (status: string) =>
    here.service.rows(`rsvps?event_id=eq.${event.id}&status=eq.${status}&select=user_id`);
  await expect.poll(async () => (await count('waiting')).length, { timeout: 30_000 }).toBe(PEOPLE - SEATS);
  const going = await count('going');
  expect(going.length).toBe(SEATS);
  const seated = new Set(going.map(({ user_id }) => user_id));

  const places = new Set<string>();
  for (const guest of people) {
    await expect(guest.attendees(title)).toHaveCount(SEATS);
    await expect(guest.event(title)).toContainText(`no seats left · ${PEOPLE - SEATS} waiting`);
    const mine = guest.attendees(title).filter({ hasText: guest.name });
    await expect(mine).toHaveCount(seated.has(guest.id) ? 1 : 0);
    await expect(guest.event(title).getByRole('alert'), 'waiting is no failure').toHaveCount(0);
    if (seated.has(guest.id)) {
      await expect(guest.answer(title, 'Going')).toHaveAttribute('aria-pressed', 'true');
    } else {
      await expect(guest.answer(title, 'Waitlist')).toHaveAttribute('aria-pressed', 'true');
      const place = guest.event(title).getByText('You are on the waitlist');
      await expect(place).toBeInViewport();
      places.add(await place.innerText());
    }
  }
  expect(places.size, 'each has a place of their own').toBe(PEOPLE - SEATS);

  // Somebody gets up, and the first in line sits down.
  const [leaving] = people.filter((guest) => seated.has(guest.id));
  const [{ user_id }] = await here.service.rows(
    `rsvps?event_id=eq.${event.id}&status=eq.waiting&select=user_id&order=waiting_since&limit=1`,
  );
  const first = people.find((guest) => guest.id === user_id)!;
  await leaving.answer(title, 'Going').click();
  await expect(first.answer(title, 'Going')).toHaveAttribute('aria-pressed', 'true');
  await expect(first.event(title)).toContainText('A seat became free: you are going.');
  await expect(leaving.attendees(title).filter({ hasText: first.name })).toHaveCount(1);
  await expect(leaving.event(title)).toContainText(/no seats left/i);
});
