// Where one reads is where one stays, and what was not on the screen was not read.

import type { Person } from '../fixtures/person';
import { expect, test } from '../fixtures/test';

/** Scrolls the open log up, away from its end. */
async function scrollUp(person: Person): Promise<void> {
  const log = person.page.getByRole('log');
  await log.hover();
  await person.page.mouse.wheel(0, -1_500);
  await expect.poll(() => log.evaluate((log) => log.scrollTop)).toBeLessThan(-500);
  // The end is left behind, and not only by a little.
  await expect(person.page.getByRole('button', { name: 'Latest', exact: true })).toBeVisible();
}

const fresh = (person: Person, count: number) => person.page.getByRole('button', { name: `${count} new`, exact: true });

test('whoever reads further up stays there when the last line goes, and when they speak elsewhere', async ({
  people,
  here,
}) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const lines = Array.from({ length: 60 }, (_, number) => ({ author_id: bea.id, body: `Line ${number}` }));
  await here.service.must('POST', '/rest/v1/tavern_messages', lines);
  await ada.say(`Said by ${ada.account.username}`);
  await expect(bea.line(`Said by ${ada.account.username}`)).toBeVisible();
  await bea.say('In passing');
  await expect(ada.line('In passing')).toBeVisible();
  await scrollUp(ada);
  await bea.remove(bea.line('In passing'));
  await expect(bea.line('In passing')).toHaveCount(0);
  await bea.say('One more');
  await expect(fresh(ada, 1)).toBeVisible();

  await test.step('what one says on another device is no reason to jump either', async () => {
    await ada.rest.insert('tavern_messages', { body: 'From the phone' });
    await expect(fresh(ada, 2)).toBeVisible();
  });

  await test.step('and what is new is counted from what is left of the rest', async () => {
    await fresh(ada, 2).click();
    await expect(ada.line('From the phone')).toBeInViewport();
    await scrollUp(ada);
    await bea.say('First of two');
    await bea.say('Second of two');
    await expect(fresh(ada, 2)).toBeVisible();
    const [{ id }] = await here.service.rows(`tavern_messages?author_id=eq.${ada.id}&body=eq.From the phone`);
    await ada.rest.remove(`tavern_messages?id=eq.${id}`);
    await expect(bea.line('From the phone')).toHaveCount(0);
    await bea.say('Third');
    await expect(fresh(ada, 3)).toBeVisible();
  });

  await test.step('what one says here is gone to', async () => {
    await ada.say('And now this');
    await expect(ada.line('And now this')).toBeInViewport();
  });
});

test('a private line below the screen is not read until one comes to it', async ({ people, here }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const lines = Array.from({ length: 60 }, (_, number) => ({ recipient_id: ada.id, body: `Line ${number}` }));
  await here.as(bea.account).must('POST', '/rest/v1/private_messages', lines);
  await bea.writeTo(ada.name);
  await ada.writeTo(bea.name);
  await expect(bea.line('Line 59')).toContainText('read');
  await scrollUp(ada);
  await bea.say('Did you see this?');
  await expect(fresh(ada, 1)).toBeVisible();
  await expect(ada.page).toHaveTitle(/^\(1\)/);
  await expect(bea.line('Did you see this?')).not.toContainText('read');
  await fresh(ada, 1).click();
  await expect(bea.line('Did you see this?')).toContainText('read');
  await expect(ada.page).not.toHaveTitle(/^\(/);
});

test('what is said while one looks is no news, though the clock of the device is ahead', async ({ person, here }) => {
  const account = await here.account('Ada');
  const bea = await person('Bea');
  await bea.say('Before she came');
  const ada = await person('Ada', { account });
  await expect(ada.line('Before she came')).toBeVisible();
  await ada.page.addInitScript(() => {
    const now = Date.now;
    Date.now = () => now() + 600_000;
  });
  ada.loads += 1;
  await ada.page.reload();
  await ada.live();
  await bea.say('While she looks');
  await expect(ada.line('While she looks')).toBeVisible();
  await expect(ada.page.getByText('New since you were here')).toHaveCount(0);
});
