import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { admin, client, heard, member, must, server } from '../server.mjs';
import { joined } from '../listen.mjs';

describe('private channels', () => {
  let ann, bob, mute, eve;
  before(async () => {
    [ann, bob] = [await member('ann_private'), await member('bob_private')];
    [mute, eve] = [await member('mute_private'), await member('eve_private')];
    must(await admin.from('room_members').insert([
      { topic: 'cellar', user_id: ann.id, speaks: true }, { topic: 'cellar', user_id: bob.id, speaks: true },
      { topic: 'cellar', user_id: mute.id, speaks: false },
    ]).select());
  });
  after(async () => {
    for (const { supabase } of [ann, bob, mute, eve]) await supabase.removeAllChannels();
  });

  const options = { config: { private: true, broadcast: { ack: true } } };
  const cellar = ({ supabase }) => supabase.channel('cellar', options);
  const send = (channel, n) => channel.send({ type: 'broadcast', event: 'word', payload: { n } });

  test('policies on realtime.messages decide who enters a private channel and who speaks there', async () => {
    const words = heard();
    const [anns, bobs, mutes] = [cellar(ann), cellar(bob), cellar(mute)];
    mutes.on('broadcast', { event: 'word' }, words.hear);
    for (const channel of [anns, bobs, mutes]) await joined(channel);
    const refused = /Unauthorized: You do not have permissions to read from this Channel topic: cellar/;
    await assert.rejects(joined(cellar(eve)), refused);
    await assert.rejects(joined(client().channel('cellar', options)), refused);
    const { errors } = await (await fetch(server.api, { headers: { accept: 'application/json' } })).json();
    const told = { request: 'realtime:cellar', status: null, code: 'Unauthorized' };
    assert.ok(errors.some((one) => Object.keys(told).every((key) => one[key] === told[key])), 'the status page tells it');

    assert.equal(await send(anns, 1), 'ok');
    assert.equal((await words.next()).payload.n, 1);
    const silent = mutes.send({ type: 'broadcast', event: 'word', payload: { n: 2 } }, { timeout: 300 });
    assert.equal(await silent, 'timed out', 'nobody answers who may not speak');
    assert.equal(await send(bobs, 3), 'ok');
    assert.equal((await words.next()).payload.n, 3, 'and nobody has heard it');

    // A public channel of the same name is another room.
    await eve.supabase.removeAllChannels();
    const outside = eve.supabase.channel('cellar', { config: { broadcast: { ack: true } } });
    await joined(outside);
    assert.equal(await send(outside, 4), 'ok');
    assert.equal(await send(anns, 5), 'ok');
    assert.equal((await words.next()).payload.n, 5);
  });

  test('over HTTP the same policies hold', async () => {
    const words = heard();
    for (const { supabase } of [bob, eve]) await supabase.removeAllChannels();
    const bobs = cellar(bob).on('broadcast', { event: '*' }, words.hear);
    await joined(bobs);
    await assert.rejects(cellar(eve).httpSend('word', { n: 1 }), /permission|Forbidden|Unauthorized/i);
    assert.deepEqual(await cellar(ann).httpSend('word', { n: 2 }), { success: true });
    assert.equal((await words.next()).payload.n, 2);
  });

  test('presence in a private channel', async () => {
    const name = 'attic';
    must(await admin.from('room_members').insert([{ topic: name, user_id: ann.id }, { topic: name, user_id: bob.id }]).select());
    const there = (key) => ({ config: { private: true, presence: { key } } });
    const [anns, bobs] = [ann.supabase.channel(name, there('ann')), bob.supabase.channel(name, there('bob'))];
    const joins = heard();
    bobs.on('presence', { event: 'join' }, joins.hear);
    anns.on('presence', { event: 'sync' }, () => {});
    await joined(bobs);
    await joined(anns);
    assert.equal(await anns.track({ seat: 9 }), 'ok');
    assert.equal((await joins.next()).newPresences[0].seat, 9);
  });

  test('who is removed from a room loses it with the next token', async () => {
    must(await admin.from('room_members').insert({ topic: 'loft', user_id: eve.id }).select());
    const lofts = eve.supabase.channel('loft', { config: { private: true } });
    const told = new Promise((resolve) => { lofts.on('system', {}, (message) => message.status === 'error' && resolve(message)); });
    await joined(lofts);
    must(await admin.from('room_members').delete().eq('topic', 'loft').select());
    must(await eve.supabase.auth.updateUser({ data: { mood: 'sad' } }));
    must(await eve.supabase.auth.refreshSession());
    assert.match((await told).message, /^You do not have permissions to read from this Channel topic: loft$/);
  });
});
