import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { member, must } from '../server.mjs';
import { listen } from '../listen.mjs';

describe("the tavern's changes", () => {
  let ann, bob, eve;
  before(async () => {
    [ann, bob, eve] = [await member('ann_changes'), await member('bob_changes'), await member('eve_changes')];
  });

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
    const fresh = await member('fresh');
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

  test('a table that is not published is an error and not silence', async () => {
    await assert.rejects(listen(ann, 'unpublished', ['tombstones']), /Please check Realtime is enabled/);
  });
});
