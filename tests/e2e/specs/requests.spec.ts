// One read at the start, then the socket: no polling, no fetch after a write.

import type { Request } from '@playwright/test';

import { Person } from '../fixtures/person';
import { expect, test } from '../fixtures/test';

test('after the first load nothing is requested but writes', async ({ browser, person, here, guests }) => {
  const bea = await person('Bea');
  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  const requests: Request[] = [];
  const sockets: string[] = [];
  ada.page.on('request', (request) => requests.push(request));
  ada.page.on('websocket', (socket) => sockets.push(socket.url()));
  await ada.open();
  await ada.live();
  const word = ada.account.username;

  // An evening: each says, announces, answers, writes in private, and changes something of it.
  await bea.say(`One, ${word}`);
  await expect(ada.line(`One, ${word}`)).toBeVisible();
  await ada.say(`Two, ${word}`);
  await expect(bea.line(`Two, ${word}`)).toBeVisible();
  await bea.remove(bea.line(`One, ${word}`));
  await expect(ada.line(`One, ${word}`)).toHaveCount(0);
  for (const who of [ada, bea]) await who.go('Events');
  await bea.announce({ title: `Evening ${word}`, capacity: 9 });
  await ada.answer(`Evening ${word}`, 'Going').click();
  await expect(bea.attendees(`Evening ${word}`)).toHaveCount(1);
  await here.as(bea.account).update(`events?title=eq.Evening ${word}`, { capacity: 4 });
  await expect(ada.event(`Evening ${word}`)).toContainText('3 seats left');
  await bea.writeTo(ada.name);
  await bea.say('psst');
  await ada.go('Members');
  await ada.go('Messages');
  await ada.conversations.filter({ hasText: bea.name }).getByRole('link').click();
  await expect(bea.line('psst')).toContainText('read');

  const asked = requests
    .filter((request) => request.url().startsWith(here.api))
    .map((request) => `${request.method()} ${new URL(request.url()).pathname}`);
  expect(asked).toEqual([
    'POST /rest/v1/rpc/sync',
    'POST /rest/v1/tavern_messages',
    'POST /rest/v1/rsvps',
    'POST /rest/v1/conversations',
  ]);
  expect(sockets.filter((url) => url.includes('/realtime/'))).toHaveLength(1);
  // The page itself comes from nowhere else.
  const elsewhere = requests
    .map((request) => request.url())
    .filter((url) => url.startsWith('http') && !url.startsWith(here.api) && !url.startsWith(`${here.origin}/`));
  expect(elsewhere).toEqual([]);
});

test('what changes while the first load is on its way is neither lost nor revived', async ({
  browser,
  person,
  here,
  guests,
}) => {
  const bea = await person('Bea');
  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  const word = ada.account.username;
  await bea.say(`To be mended, ${word}`);
  await bea.say(`To be deleted, ${word}`);
  await expect(bea.line(`To be deleted, ${word}`)).toHaveAttribute('data-standing', 'confirmed');

  // The answer is taken from the server, and kept back until it is old.
  let old = () => {};
  const kept = new Promise<void>((go) => (old = go));
  let answered = () => {};
  const taken = new Promise<void>((done) => (answered = done));
  await ada.page.route('**/rest/v1/rpc/sync', async (route) => {
    const response = await route.fetch();
    answered();
    await kept;
    await route.fulfill({ response });
  });
  await ada.open();
  await taken;
  await expect(ada.status).toHaveText('Catching up');
  const [mended, deleted] = await here.service.rows(`tavern_messages?body=like.*${word}&order=created_at`);
  await here.as(bea.account).update(`tavern_messages?id=eq.${mended.id}`, { body: `Mended, ${word}` });
  await here.as(bea.account).remove(`tavern_messages?id=eq.${deleted.id}`);
  await here.as(bea.account).insert('tavern_messages', { body: `Said meanwhile, ${word}` });
  await expect(bea.line(`Said meanwhile, ${word}`)).toBeVisible();
  old();
  await ada.live();
  await expect(ada.line(word)).toHaveText([/Mended/, /Said meanwhile/]);
});
