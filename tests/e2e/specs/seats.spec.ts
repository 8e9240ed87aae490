// Seats are never oversold, however many press at once.

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
    starts_at: new Date(Date.now() + 86_400_000).toISOString(),
  });
  const people = [];
  for (let count = 0; count < PEOPLE; count += 1) {
    const guest = await person(`Guest${count}`, { hash: '#/events' });
    await expect(guest.answer(title, 'Going')).toBeVisible();
    people.push(guest);
  }

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

  const told = () =>
    Promise.all(people.map((guest) => guest.event(title).getByRole('alert').filter({ hasText: /full/i }).count()));
  await expect.poll(async () => (await told()).filter((count) => count === 1).length, { timeout: 30_000 }).toBe(
    PEOPLE - SEATS,
  );
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
    await expect(guest.event(title).getByRole('alert')).toHaveCount(seated.has(guest.id) ? 0 : 1);
  }

  // Somebody gets up, and somebody who was told no sits down.
  const [leaving] = people.filter((guest) => seated.has(guest.id));
  const [waiting] = people.filter((guest) => !seated.has(guest.id));
  await leaving.answer(title, 'Going').click();
  await expect(waiting.event(title)).toContainText('1 seat left');
  await waiting.event(title).getByRole('button', { name: 'Retry', exact: true }).click();
  await expect(waiting.attendees(title).filter({ hasText: waiting.name })).toHaveCount(1);
  await expect(leaving.event(title)).toContainText(/no seats left/i);
});
