// A private message is its two people's and nobody else's: not over REST, not over the socket.

import { eavesdrop } from '../fixtures/eavesdropper';
import { expect, test } from '../fixtures/test';

const SECRET = 'the recipe has nutmeg in it';

test('a stranger gets no private message over REST', async ({ here }) => {
  const [ada, bea, eve] = await Promise.all(['Ada', 'Bea', 'Eve'].map((name) => here.account(name)));
  const [sender, recipient, stranger] = [here.as(ada), here.as(bea), here.as(eve)];
  const { id } = await sender.insert('private_messages', { recipient_id: bea.id, body: SECRET });
  const [row] = await recipient.rows(`private_messages?id=eq.${id}`);
  expect(row.body).toBe(SECRET);

  const asked = [
    'private_messages',
    `private_messages?id=eq.${row.id}`,
    `private_messages?sender_id=eq.${ada.id}`,
    `private_messages?or=(recipient_id.eq.${bea.id},sender_id.eq.${ada.id})`,
    'private_messages?body=ilike.*nutmeg*',
  ];
  for (const query of asked) expect(await stranger.rows(query), query).toEqual([]);
  const counted = await stranger.call('HEAD', '/rest/v1/private_messages', undefined, { prefer: 'count=exact' });
  expect(counted.headers.get('content-range')).toBe('*/0');

  const synced = await stranger.must('POST', '/rest/v1/rpc/sync', {});
  expect(synced.rows.users.map((user: { id: string }) => user.id)).toContain(ada.id);
  expect(JSON.stringify(synced)).not.toContain('nutmeg');
  expect(synced.rows.private_messages).toEqual([]);

  // Neither may they be written: not in another's name, not marked as read, not taken away.
  const forged = await stranger.call('POST', '/rest/v1/private_messages', {
    sender_id: ada.id,
    recipient_id: bea.id,
    body: 'forged',
  });
  expect(forged.status).toBe(403);
  expect(forged.body.code).toBe('42501');
  const mark = { read_until: new Date().toISOString() };
  expect(await stranger.update(`conversations?owner_id=eq.${bea.id}`, mark)).toEqual([]);
  expect(await stranger.rows('conversations')).toEqual([]);
  expect(await stranger.remove(`private_messages?id=eq.${row.id}`)).toEqual([]);
  const [after] = await recipient.rows(`private_messages?id=eq.${row.id}`);
  expect(after).toEqual(row);

  // Nor by somebody who has not signed in at all.
  const anonymous = await here.anonymous.call('GET', '/rest/v1/private_messages');
  expect(anonymous.status).toBe(401);
  expect(JSON.stringify(anonymous.body)).not.toContain('nutmeg');

  // The trace that a deleted message leaves is for the two as well.
  const { cursor } = synced;
  await sender.remove(`private_messages?id=eq.${row.id}`);
  const later = await stranger.must('POST', '/rest/v1/rpc/sync', { cursor });
  expect(JSON.stringify(later)).not.toContain(row.id);
  const theirs = await recipient.must('POST', '/rest/v1/rpc/sync', { cursor });
  expect(JSON.stringify(theirs.tombstones)).toContain(row.id);
});

test('a stranger hears no private message on the socket', async ({ people, here }) => {
  const [ada, bea, eve] = await people(['Ada', 'Bea', 'Eve']);
  const dora = await here.account('Dora');
  const frames: string[] = [];
  eve.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))));
  // Her page's own socket is opened anew, so that its frames are among those watched.
  await eve.page.reload();
  eve.loads = 2;
  await eve.live();
  const ear = await eavesdrop(eve, [
    { event: '*', schema: 'public', table: 'private_messages' },
    { event: '*', schema: 'public' },
    { event: '*', schema: 'public', table: 'private_messages', filter: `recipient_id=eq.${bea.id}` },
    { event: 'INSERT', schema: 'public', table: 'private_messages', filter: `sender_id=eq.${ada.id}` },
  ]);

  await ada.writeTo(bea.name);
  await ada.say(SECRET);
  await bea.writeTo(ada.name);
  await expect(bea.line(SECRET)).toBeVisible();
  await expect(ada.line(SECRET)).toContainText('read');
  await bea.say(`So ${SECRET}!`);
  await expect(ada.line(`So ${SECRET}!`)).toBeVisible();
  await ada.remove(ada.line(SECRET).first());
  await expect(bea.line(SECRET)).toHaveCount(1);

  // Something that she is meant to hear, after all that: it proves that she was listening all the time.
  await here.as(dora).insert('private_messages', { recipient_id: eve.id, body: 'this one is for you' });
  await expect
    .poll(async () => (await ear.changes()).filter(({ data }) => data.record?.body === 'this one is for you').length)
    .toBe(2);
  await eve.writeTo(dora.name);
  await expect(eve.line('this one is for you')).toBeVisible();

  const rows = await ada.rest.rows(`private_messages?sender_id=in.(${ada.id},${bea.id})`);
  expect(rows.length).toBe(1);
  // The answer to a join repeats the filter that was asked for; all else is the server's own to tell.
  const told = frames.filter((frame) => !frame.includes('"phx_reply"'));
  const hers = told.filter((frame) => frame.includes('this one is for you'));
  expect(hers.filter((frame) => frame.includes('realtime:ear-0')).length).toBeGreaterThan(0);
  expect(hers.filter((frame) => !frame.includes('realtime:ear')).length, 'on the socket of her page').toBeGreaterThan(0);
  for (const frame of told) {
    expect(frame).not.toContain('nutmeg');
    for (const { id } of rows) expect(frame).not.toContain(id);
    if (!frame.includes('private_messages')) continue;
    expect(frame).not.toContain(ada.id);
    expect(frame).not.toContain(bea.id);
  }
  // Nothing passes a filter for others, but for the key of what was deleted.
  const filtered = (await ear.changes()).filter(({ topic }) => topic === 'realtime:ear-2' || topic === 'realtime:ear-3');
  expect(filtered.filter(({ data }) => data.type !== 'DELETE')).toEqual([]);
  await expect(eve.page.getByText('nutmeg')).toHaveCount(0);
});

test('nobody reads the address of another', async ({ person, here }) => {
  const ada = await here.account('Ada');
  const bea = await person('Bea', { hash: '#/members' });
  await expect(await bea.find(ada.name)).toBeVisible();
  expect(await bea.page.content()).not.toContain(ada.email);
  expect(JSON.stringify(await bea.rest.must('POST', '/rest/v1/rpc/sync', {}))).not.toContain('@example.com');
  expect(JSON.stringify(await bea.rest.rows(`users?id=eq.${ada.id}`))).not.toContain(ada.email);
});
