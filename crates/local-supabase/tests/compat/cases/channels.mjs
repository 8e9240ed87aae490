import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { heard, member, server } from '../server.mjs';
import { joined } from '../listen.mjs';

describe('channels', () => {
  let ann, bob;
  before(async () => {
    [ann, bob] = [await member('ann_room'), await member('bob_room')];
  });
  after(async () => {
    for (const { supabase } of [ann, bob]) await supabase.removeAllChannels();
  });

  const leave = async (...people) => {
    for (const { supabase } of people) await supabase.removeAllChannels();
  };

  test('presence: who is there, who comes, changes and goes', async () => {
    const options = (key) => ({ config: { presence: { key } } });
    const [anns, bobs] = [ann.supabase.channel('room', options('ann')), bob.supabase.channel('room', options('bob'))];
    const [joins, leaves, syncs] = [heard(), heard(), heard()];
    bobs.on('presence', { event: 'join' }, joins.hear);
    bobs.on('presence', { event: 'leave' }, leaves.hear);
    bobs.on('presence', { event: 'sync' }, syncs.hear);
    await joined(bobs);
    await syncs.next();
    assert.deepEqual(bobs.presenceState(), {});
    await joined(anns);
    assert.equal(await anns.track({ seat: 3 }), 'ok');
    const came = await joins.next();
    assert.deepEqual([came.key, came.newPresences[0].seat, came.currentPresences], ['ann', 3, []]);
    assert.equal(bobs.presenceState().ann[0].seat, 3);

    assert.equal(await anns.track({ seat: 4 }), 'ok');
    const moved = await joins.next();
    assert.deepEqual([moved.key, moved.newPresences[0].seat], ['ann', 4]);
    assert.equal((await leaves.next()).leftPresences[0].seat, 3);
    assert.deepEqual(bobs.presenceState().ann.map((one) => one.seat), [4]);

    assert.equal(await bobs.track({ seat: 1 }), 'ok');
    assert.equal((await joins.next()).key, 'bob');
    assert.deepEqual(Object.keys(bobs.presenceState()).sort(), ['ann', 'bob']);
    assert.equal(await bobs.untrack(), 'ok');
    assert.equal((await leaves.next()).key, 'bob');
    await anns.unsubscribe();
    const gone = await leaves.next();
    assert.deepEqual([gone.key, gone.currentPresences], ['ann', []]);

    // Two tabs of one person are two presences under one key.
    const tabs = [ann.supabase.channel('room', options('ann')), (await member('ann_tab')).supabase.channel('room', options('ann'))];
    for (const [seat, tab] of tabs.entries()) {
      await joined(tab);
      assert.equal(await tab.track({ seat }), 'ok');
      await joins.next();
    }
    assert.deepEqual(bobs.presenceState().ann.map((one) => one.seat).sort(), [0, 1]);
    await leave(ann, bob);
  });

  test('broadcast: to the others, to oneself when asked, acknowledged when asked, as text and as bytes', async () => {
    const plain = bob.supabase.channel('talk');
    const eager = ann.supabase.channel('talk', { config: { broadcast: { self: true, ack: true } } });
    const [bobs, anns, every] = [heard(), heard(), heard()];
    plain.on('broadcast', { event: 'typing' }, bobs.hear);
    plain.on('broadcast', { event: '*' }, every.hear);
    eager.on('broadcast', { event: 'typing' }, anns.hear);
    await joined(plain);
    await joined(eager);
    assert.equal(await eager.send({ type: 'broadcast', event: 'typing', payload: { in: 'chat' } }), 'ok');
    for (const words of [bobs, anns]) {
      const { type, event, payload } = await words.next();
      assert.deepEqual([type, event, payload], ['broadcast', 'typing', { in: 'chat' }]);
    }
    assert.equal((await every.next()).event, 'typing');
    assert.equal(await plain.send({ type: 'broadcast', event: 'typing', payload: { by: 'bob' } }), 'ok');
    assert.deepEqual((await anns.next()).payload, { by: 'bob' });
    assert.equal(bobs.left, 0, 'the sender does not hear itself unless it asked to');

    assert.equal(await eager.send({ type: 'broadcast', event: 'bytes', payload: new Uint8Array([0, 1, 255]).buffer }), 'ok');
    const bytes = await every.next();
    assert.deepEqual([bytes.event, [...new Uint8Array(bytes.payload)]], ['bytes', [0, 1, 255]]);
    const big = await eager.send({ type: 'broadcast', event: 'typing', payload: { text: 'x'.repeat(3_100_000) } });
    assert.equal(big, 'error', 'too large, and the sender is told');
    await leave(ann, bob);
  });

  test('broadcast over HTTP reaches those who are there', async () => {
    const here = bob.supabase.channel('news/of the day');
    const words = heard();
    here.on('broadcast', { event: '*' }, words.hear);
    await joined(here);
    const elsewhere = ann.supabase.channel('news/of the day');
    assert.deepEqual(await elsewhere.httpSend('late edition', { page: 1 }), { success: true });
    const { event, payload } = await words.next();
    assert.deepEqual([event, payload], ['late edition', { page: 1 }]);
    assert.deepEqual(await elsewhere.httpSend('bytes', new Uint8Array([7, 8]).buffer), { success: true });
    assert.deepEqual([...new Uint8Array((await words.next()).payload)], [7, 8]);
    assert.equal(await elsewhere.send({ type: 'broadcast', event: 'unjoined', payload: { page: 2 } }), 'ok');
    assert.deepEqual((await words.next()).payload, { page: 2 });
    await leave(ann, bob);
  });

  test('a channel can be left and joined again, and joining it twice is one membership', async () => {
    const first = bob.supabase.channel('again');
    await joined(first);
    assert.equal(await bob.supabase.removeChannel(first), 'ok');
    const words = heard();
    const second = bob.supabase.channel('again').on('broadcast', { event: 'hello' }, words.hear);
    await joined(second);
    const anns = ann.supabase.channel('again', { config: { broadcast: { ack: true } } });
    await joined(anns);
    for (const n of [1, 2]) assert.equal(await anns.send({ type: 'broadcast', event: 'hello', payload: { n } }), 'ok');
    assert.deepEqual([(await words.next()).payload.n, (await words.next()).payload.n], [1, 2]);
    await leave(ann, bob);
  });

  test('the status page counts who is there', async () => {
    await joined(ann.supabase.channel('counted'));
    const { realtime, database } = await (await fetch(server.api, { headers: { accept: 'application/json' } })).json();
    assert.ok(realtime.sockets >= 1 && realtime.channels >= 1, JSON.stringify(realtime));
    assert.ok(database.slots.some((slot) => slot.active), 'the change stream is read');
    await leave(ann);
  });
});
