// The server goes away and comes back; people lose their network and find it again. Nobody reloads.

import type { Person } from '../fixtures/person';
import { expect, lastingTest, test } from '../fixtures/test';

function cards(person: Person): Promise<string[]> {
  return person.page
    .getByRole('article')
    .evaluateAll((found) => found.map((card) => `${card.id} ${card.getAttribute('aria-label')}`).sort());
}

lastingTest('server stopped and started again: both pages recover by themselves and hold the same rows', async ({
  people,
  here,
}) => {
  lastingTest.setTimeout(120_000);
  const [ada, bea] = await people(['Ada', 'Bea']);
  await ada.say('Before the cellar flooded');
  await ada.say('To be taken back while you are out');
  await expect(bea.line('To be taken back')).toBeVisible();
  const doomed = await here.service.insert('events', {
    host_id: ada.id,
    title: 'Called off meanwhile',
    starts_at: new Date(Date.now() + 86_400_000).toISOString(),
  });
  await bea.go('Events');
  await expect(bea.event('Called off meanwhile')).toBeVisible();
  await bea.go('Tavern');

  await lastingTest.step('the server stops, and both say so', async () => {
    await here.supabase.stop();
    for (const who of [ada, bea]) await expect(who.status).toHaveText(/^(Reconnecting in \d+ s|Connecting)/);
    for (const who of [ada, bea]) await expect(who.status).toHaveText(/^Reconnecting in \d+ s/);
    // What was there can still be read.
    await expect(bea.line('Before the cellar flooded')).toBeVisible();
  });

  await lastingTest.step('Bea leaves the house before it starts again; Ada writes a line that has to wait', async () => {
    await bea.context.setOffline(true);
    await expect(bea.status).toHaveText(/^Offline/);
    await ada.say('Written while the server was down');
    await expect(ada.line('Written while')).toHaveAttribute('data-standing', 'pending');
    await expect(ada.status).toHaveText(/1 waiting/);
  });

  await lastingTest.step('it starts again, and Ada is back by herself', async () => {
    await here.supabase.start();
    await ada.live(45_000);
    await expect(ada.line('Written while')).toHaveAttribute('data-standing', 'confirmed');
  });

  await lastingTest.step('things change while Bea is away', async () => {
    const [line] = await here.service.rows('tavern_messages?body=like.To be taken*');
    await here.service.remove(`tavern_messages?id=eq.${line.id}`);
    await here.service.remove(`events?id=eq.${doomed.id}`);
    await here.service.update('events?title=eq.Quiz night', { location: 'The attic, for once' });
    await here.service.update(`users?id=eq.${ada.id}`, { bio: 'Changed while you were out.' });
    await here.service.insert('private_messages', { sender_id: ada.id, recipient_id: bea.id, body: 'Where are you?' });
    await here.service.insert('tavern_messages', { author_id: ada.id, body: 'Inserted while Bea was away' });
    await expect(ada.line('Inserted while Bea was away')).toBeVisible();
  });

  await lastingTest.step('Bea comes back and has all of it', async () => {
    await bea.context.setOffline(false);
    await bea.live(45_000);
    await expect(bea.line('Inserted while Bea was away')).toBeVisible();
    await expect(bea.line('To be taken back')).toHaveCount(0);
    await bea.go('Members');
    await expect(await bea.find(ada.name)).toContainText('Changed while you were out.');
    await bea.go('Messages');
    await expect(bea.conversations.filter({ hasText: ada.name })).toContainText('Where are you?');
  });

  await lastingTest.step('both hold what the database holds', async () => {
    for (const who of [ada, bea]) await who.go('Tavern');
    const rows = await here.service.rows('tavern_messages?order=created_at,id');
    const truth = rows.map(({ id, body }) => `${id} ${body}`);
    await expect.poll(() => ada.lines()).toEqual(truth);
    await expect.poll(() => bea.lines()).toEqual(truth);
    const events = await here.service.rows('events');
    for (const who of [ada, bea]) {
      await who.go('Events');
      await expect.poll(() => cards(who)).toEqual(events.map(({ id, title }) => `${id} ${title}`).sort());
      await expect(who.event('Quiz night')).toContainText('The attic, for once');
    }
  });

  await lastingTest.step('changes flow again', async () => {
    for (const who of [ada, bea]) await who.go('Tavern');
    await bea.say('Back at the table');
    await expect(ada.line('Back at the table')).toBeVisible();
  });
});

lastingTest('server killed and started again: what was confirmed is there, and pages go on', async ({ people, here }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  await ada.say('Written in stone');
  await expect(ada.line('Written in stone')).toHaveAttribute('data-standing', 'confirmed');
  await here.supabase.kill();
  for (const who of [ada, bea]) await expect(who.status).toHaveText(/^Reconnecting in \d+ s/);
  await here.supabase.start();
  for (const who of [ada, bea]) await who.live(45_000);
  await expect(bea.line('Written in stone')).toHaveCount(1);
  await bea.say('And read from it');
  await expect(ada.line('And read from it')).toHaveCount(1);
  expect(await here.service.rows(`tavern_messages?author_id=in.(${ada.id},${bea.id})`)).toHaveLength(2);
});

test('without network: a line waits, is sent once, and others read it', async ({ people, here }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const word = `Through the tunnel, ${ada.account.username}`;
  await ada.context.setOffline(true);
  await expect(ada.status).toHaveText('Offline');
  await ada.say(word);
  await expect(ada.line(word)).toHaveAttribute('data-standing', 'pending');
  await expect(ada.line(word)).toContainText('Waiting');
  await expect(ada.status).toHaveText('Offline · 1 waiting');
  await bea.say('Can anybody hear me?');
  await expect(bea.line('Can anybody hear me?').last()).toHaveAttribute('data-standing', 'confirmed');
  await expect(bea.line(word)).toHaveCount(0);

  await ada.context.setOffline(false);
  await ada.live(45_000);
  await expect(ada.line(word)).toHaveAttribute('data-standing', 'confirmed');
  await expect(ada.line(word)).toHaveCount(1);
  await expect(ada.line('Can anybody hear me?')).not.toHaveCount(0);
  await expect(bea.line(word)).toHaveCount(1);
  expect(await here.service.rows(`tavern_messages?author_id=eq.${ada.id}&select=body`)).toEqual([{ body: word }]);
});

test('a socket that is cut is opened again, and what was missed is there', async ({ person, here, browser, guests }) => {
  const bea = await person('Bea');
  const { Person: Guest } = await import('../fixtures/person');
  const account = await here.account('Ada');
  const ada = await Guest.enter(browser, here, 'Ada', account);
  guests.push(ada);
  let cut = async () => {};
  let opened = 0;
  await ada.page.routeWebSocket(/realtime/, (socket) => {
    opened += 1;
    const server = socket.connectToServer();
    cut = async () => {
      await socket.close({ code: 1011, reason: 'cut' });
      await server.close();
    };
  });
  await ada.open();
  await ada.live();

  // A line is written after the old socket and before the new one carries changes.
  let release = () => {};
  const held = new Promise<void>((go) => (release = go));
  await ada.page.route('**/rest/v1/rpc/sync', async (route) => {
    await held;
    await route.continue();
  });
  const word = `Into the gap, ${account.username}`;
  await cut();
  await expect(ada.status).not.toHaveText('Live');
  await bea.say(word);
  await expect(bea.line(word)).toHaveAttribute('data-standing', 'confirmed');
  release();
  await ada.live(30_000);
  await expect(ada.line(word)).toHaveCount(1);
  expect(opened).toBe(2);
});
