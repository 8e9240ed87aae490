import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { member, start } from './server.mjs';

let server;
let ann;
let bob;
let eve;
before(async () => {
  server = await start();
  [ann, bob, eve] = [await member(server, 'ann'), await member(server, 'bob'), await member(server, 'eve')];
});
after(async () => {
  for (const { supabase } of [ann, bob, eve]) await supabase.removeAllChannels();
  await server.close();
});

/** What a callback was called with: `next()` waits for each call in turn. */
function heard() {
  const calls = [];
  const waiting = [];
  return {
    hear: (call) => (waiting.length ? waiting.shift()(call) : calls.push(call)),
    next: () => (calls.length ? Promise.resolve(calls.shift()) : new Promise((resolve) => { waiting.push(resolve); })),
  };
}

/** Joins a channel with every change of `tables`, and waits until the changes flow. */
async function listen({ supabase }, name, tables, options) {
  const channel = supabase.channel(name, options);
  const changes = heard();
  for (const table of tables) {
    channel.on('postgres_changes', { event: '*', schema: 'public', table }, changes.hear);
  }
  await new Promise((resolve, reject) => {
    channel.on('system', {}, (system) => {
      if (system.extension !== 'postgres_changes') return;
      if (system.status === 'ok') resolve(); else reject(new Error(system.message));
    });
    channel.subscribe((status, error) => { if (error) reject(error); });
  });
  return { channel, changes };
}

const must = ({ data, error }) => {
  assert.equal(error, null);
  return data;
};
const at = (hour) => new Date(Date.UTC(2030, 0, 1, hour)).toISOString();

test('insert, update and delete of every table reach the other member', async () => {
  const tables = ['users', 'events', 'rsvps', 'private_messages', 'tavern_messages'];
  const { changes } = await listen(bob, 'tables', tables);
  const expect = async (eventType, table, look) => {
    const change = await changes.next();
    assert.deepEqual([change.eventType, change.table, change.errors], [eventType, table, null]);
    look?.(change);
    return change;
  };

  must(await ann.supabase.from('users').update({ bio: 'brews' }).eq('id', ann.id));
  await expect('UPDATE', 'users', ({ new: row }) => assert.equal(row.bio, 'brews'));
  const fresh = await member(server, 'fresh');
  await expect('INSERT', 'users', ({ new: row }) => assert.equal(row.username, 'fresh'));

  const [event] = must(await ann.supabase.from('events').insert({ title: 'Quiz', starts_at: at(19) }).select());
  await expect('INSERT', 'events', ({ new: row }) => assert.equal(Date.parse(row.starts_at), Date.parse(at(19))));
  must(await ann.supabase.from('events').update({ title: 'Big quiz' }).eq('id', event.id));
  await expect('UPDATE', 'events', ({ new: row, old }) => {
    assert.equal(row.title, 'Big quiz');
    assert.equal(old.title, 'Quiz');
  });

  const rsvp = { event_id: event.id, user_id: ann.id };
  must(await ann.supabase.from('rsvps').upsert({ ...rsvp, status: 'going' }));
  await expect('INSERT', 'rsvps');
  must(await ann.supabase.from('rsvps').upsert({ ...rsvp, status: 'maybe' }));
  await expect('UPDATE', 'rsvps', ({ new: row }) => assert.equal(row.status, 'maybe'));
  must(await ann.supabase.from('rsvps').delete().match(rsvp));
  await expect('DELETE', 'rsvps', ({ old }) => assert.deepEqual(old, rsvp));
  must(await ann.supabase.from('events').delete().eq('id', event.id));
  await expect('DELETE', 'events', ({ old }) => assert.deepEqual(old, { id: event.id }));

  const [line] = must(await ann.supabase.from('tavern_messages').insert({ body: 'Good evening' }).select());
  await expect('INSERT', 'tavern_messages', ({ new: row }) => assert.equal(row.author_id, ann.id));
  must(await ann.supabase.from('tavern_messages').update({ body: 'Good night' }).eq('id', line.id));
  await expect('UPDATE', 'tavern_messages', ({ new: row }) => assert.ok(row.rev > line.rev));
  must(await ann.supabase.from('tavern_messages').delete().eq('id', line.id));
  await expect('DELETE', 'tavern_messages');

  const whisper = { recipient_id: bob.id, body: 'A word?' };
  const [word] = must(await ann.supabase.from('private_messages').insert(whisper).select());
  await expect('INSERT', 'private_messages', ({ new: row }) => assert.equal(row.body, 'A word?'));
  must(await bob.supabase.from('private_messages').update({ read_at: at(20) }).eq('id', word.id));
  await expect('UPDATE', 'private_messages', ({ new: row }) => assert.ok(row.read_at));
  must(await ann.supabase.from('private_messages').delete().eq('id', word.id));
  await expect('DELETE', 'private_messages', ({ old }) => assert.deepEqual(old, { id: word.id }));
  assert.ok(fresh.id);
});

test('a stranger hears nothing of a private message', async () => {
  const { changes } = await listen(eve, 'stranger', ['private_messages', 'tavern_messages']);
  must(await ann.supabase.from('private_messages').insert({ recipient_id: bob.id, body: 'Not for eve' }));
  must(await ann.supabase.from('tavern_messages').insert({ body: 'For all' }));
  const first = await changes.next();
  assert.deepEqual([first.table, first.new.body], ['tavern_messages', 'For all']);
});

test('presence and broadcast', async () => {
  const options = (key) => ({ config: { presence: { key }, broadcast: { ack: true } } });
  const [anns, bobs] = [ann.supabase.channel('room', options('ann')), bob.supabase.channel('room', options('bob'))];
  const [joins, leaves, words] = [heard(), heard(), heard()];
  bobs.on('presence', { event: 'join' }, joins.hear);
  bobs.on('presence', { event: 'leave' }, leaves.hear);
  bobs.on('broadcast', { event: 'typing' }, words.hear);
  for (const channel of [bobs, anns]) {
    await new Promise((resolve) => { channel.subscribe((status) => status === 'SUBSCRIBED' && resolve()); });
  }
  assert.equal(await anns.track({ seat: 3 }), 'ok');
  const joined = await joins.next();
  assert.deepEqual([joined.key, joined.newPresences[0].seat], ['ann', 3]);
  assert.equal(bobs.presenceState().ann[0].seat, 3);

  assert.equal(await anns.send({ type: 'broadcast', event: 'typing', payload: { in: 'chat' } }), 'ok');
  assert.deepEqual((await words.next()).payload, { in: 'chat' });

  await anns.unsubscribe();
  assert.equal((await leaves.next()).key, 'ann');
});

test('a table that is not published is an error and not silence', async () => {
  await assert.rejects(listen(ann, 'unpublished', ['tombstones']), /Please check Realtime is enabled/);
});
