// Several tabs of one person: one socket for all, and nobody notices when the tab that has it goes.

import type { Page } from '@playwright/test';

import type { Person } from '../fixtures/person';
import { expect, test } from '../fixtures/test';

const status = (page: Page) => page.getByRole('status', { name: 'Connection' });
const line = (page: Page, text: string) => page.getByRole('log').getByRole('listitem').filter({ hasText: text });

/** A further tab of the same person, and the sockets that it opens. */
async function furtherTab(person: Person): Promise<{ page: Page; sockets: number[] }> {
  const page = await person.context.newPage();
  const sockets: number[] = [];
  page.on('websocket', () => sockets.push(Date.now()));
  await page.goto(person.tavern.origin);
  await expect(status(page)).toHaveText('Live', { timeout: 20_000 });
  return { page, sockets };
}

async function say(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Message', exact: true });
  await field.fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

test('A second tab shares the socket of the first, and either may write', async ({ person }) => {
  const [ada, bea] = [await person('Ada'), await person('Bea')];
  const { page, sockets } = await furtherTab(ada);
  const word = ada.account.username;
  await bea.say(`To both tabs, ${word}`);
  await expect(line(page, `To both tabs, ${word}`)).toHaveCount(1);
  await expect(ada.line(`To both tabs, ${word}`)).toHaveCount(1);
  await say(page, `From the second, ${word}`);
  await expect(bea.line(`From the second, ${word}`)).toHaveCount(1);
  await expect(ada.line(`From the second, ${word}`)).toHaveCount(1);
  await ada.say(`From the first, ${word}`);
  await expect(line(page, `From the first, ${word}`)).toHaveCount(1);
  // Who is writing in the second tab is seen by others: it is said through the first.
  await page.getByRole('textbox', { name: 'Message', exact: true }).pressSequentially('Well');
  await expect(bea.page.getByText(`${ada.name} is writing`)).toBeVisible();
  expect(sockets).toEqual([]);
});

test('The tab with the socket is closed: another has one within a second, and nothing is missed', async ({ person }) => {
  const [ada, bea] = [await person('Ada'), await person('Bea')];
  const second = await furtherTab(ada);
  const third = await furtherTab(ada);
  const word = ada.account.username;
  const closed = Date.now();
  await ada.page.close();
  await bea.say(`Meanwhile, ${word}`);
  for (const { page } of [second, third]) {
    await expect(line(page, `Meanwhile, ${word}`)).toHaveCount(1);
    await expect(status(page)).toHaveText('Live');
  }
  const sockets = [...second.sockets, ...third.sockets];
  expect(sockets.length, 'one of them has a socket').toBe(1);
  console.log(`a new socket ${sockets[0] - closed} ms after the old one was closed`);
  expect(sockets[0] - closed).toBeLessThan(1000);
  await say(third.page, `Still here, ${word}`);
  await expect(line(second.page, `Still here, ${word}`)).toHaveCount(1);
});

test('The tab with the socket stands still: another takes its place, and keeps it', async ({ person }) => {
  const [ada, bea] = [await person('Ada'), await person('Bea')];
  const second = await furtherTab(ada);
  const word = ada.account.username;
  await second.page.bringToFront();
  const frozen = Date.now();
  // Whatever a page is frozen by, it hears nothing and holds on to its lock.
  const standing = ada.page.evaluate(() => {
    for (const end = Date.now() + 6000; Date.now() < end; );
  });
  await bea.say(`While one sleeps, ${word}`);
  await expect(line(second.page, `While one sleeps, ${word}`)).toHaveCount(1);
  expect(second.sockets.length).toBe(1);
  console.log(`a new socket ${second.sockets[0] - frozen} ms after the host stood still`);
  expect(second.sockets[0] - frozen).toBeLessThan(1500);
  await standing;
  await expect(ada.line(`While one sleeps, ${word}`)).toHaveCount(1);
  await ada.live();
  await say(second.page, `Both again, ${word}`);
  await expect(ada.line(`Both again, ${word}`)).toHaveCount(1);
  expect(second.sockets.length).toBe(1);
});

test('A tab with the socket wakes up when another has taken its place: a third one notices nothing', async ({ person }) => {
  const [ada, bea] = [await person('Ada'), await person('Bea')];
  const tabs = [await furtherTab(ada), await furtherTab(ada)];
  const word = ada.account.username;
  const standing = ada.page.evaluate(() => {
    for (const end = Date.now() + 4000; Date.now() < end; );
  });
  await bea.say(`While one sleeps, ${word}`);
  for (const { page } of tabs) {
    await expect(line(page, `While one sleeps, ${word}`)).toHaveCount(1);
    await expect(status(page)).toHaveText('Live');
    await page.evaluate(() => {
      const status = document.querySelector('[role=status][aria-label=Connection]')!;
      const said: string[] = ((window as any).said = []);
      new MutationObserver(() => said.push(status.textContent!)).observe(status, {
        characterData: true,
        childList: true,
        subtree: true,
      });
    });
  }
  await standing;
  await ada.live();
  await bea.say(`All awake, ${word}`);
  for (const { page } of tabs) {
    await expect(line(page, `All awake, ${word}`)).toHaveCount(1);
    expect(await page.evaluate(() => (window as any).said)).toEqual([]);
  }
  await expect(ada.line(`All awake, ${word}`)).toHaveCount(1);
  expect(tabs.flatMap(({ sockets }) => sockets).length).toBe(1);
});
