import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { client, member } from '../server.mjs';

describe('the tavern over REST', () => {
  let ada, bea;
  before(async () => {
    [ada, bea] = [await member('ada_rest'), await member('bea_rest')];
  });

  /** The data of an answer that must not be an error. */
  async function data(query) {
    const answer = await query;
    assert.equal(answer.error, null, JSON.stringify(answer.error));
    return answer.data;
  }

  test('select with filters, order, range, count and embedding', async () => {
    const { supabase } = ada;
    const names = await data(supabase.from('users').select('username').in('username', ['mara', 'tom', 'ines'])
      .neq('username', 'tom').order('username', { ascending: false }));
    assert.deepEqual(names, [{ username: 'mara' }, { username: 'ines' }]);
    const either = await data(supabase.from('users').select('username')
      .or('username.eq.mara,and(username.like.to*,bio.not.is.null)').order('username'));
    assert.deepEqual(either.map((row) => row.username), ['mara', 'tom']);

    const page = await supabase.from('users').select('*', { count: 'exact' }).order('username').range(0, 1);
    assert.equal(page.data.length, 2);
    assert.ok(page.count >= 6, `${page.count}`);
    const head = await supabase.from('users').select('*', { count: 'exact', head: true });
    assert.equal(head.count, page.count);

    const events = await data(supabase.from('events')
      .select('title, host:users!events_host_id_fkey(username), rsvps(status)')
      .eq('title', 'Quiz night').eq('rsvps.status', 'maybe'));
    assert.deepEqual(events, [{ title: 'Quiz night', host: { username: 'mara' }, rsvps: [{ status: 'maybe' }] }]);
    const seats = await data(supabase.from('events').select('going:rsvps(count)')
      .eq('title', 'Quiz night').eq('going.status', 'going'));
    assert.deepEqual(seats, [{ going: [{ count: 2 }] }]);

    const one = await data(supabase.from('users').select('username').eq('username', 'mara').single());
    assert.deepEqual(one, { username: 'mara' });
    assert.equal(await data(supabase.from('users').select().eq('username', 'nobody').maybeSingle()), null);
    const none = await supabase.from('users').select().eq('username', 'nobody').single();
    assert.deepEqual([none.status, none.error.code], [406, 'PGRST116']);
  });

  test('insert, upsert, update and delete', async () => {
    const { supabase, id } = ada;
    const [said] = await data(supabase.from('tavern_messages').insert({ body: 'first' }).select());
    assert.deepEqual([said.body, said.author_id], ['first', id]);
    const several = await data(supabase.from('tavern_messages').insert([{ body: 'a' }, { body: 'b' }]).select('body'));
    assert.deepEqual(several, [{ body: 'a' }, { body: 'b' }]);

    const [event] = await data(supabase.from('events').select('id').eq('title', 'Walk along the river'));
    for (const status of ['going', 'maybe']) {
      const rsvp = await data(supabase.from('rsvps').upsert({ event_id: event.id, user_id: id, status }).select().single());
      assert.equal(rsvp.status, status);
    }

    const changed = await data(supabase.from('tavern_messages').update({ body: 'second' })
      .eq('id', said.id).eq('rev', said.rev).select());
    assert.equal(changed[0].body, 'second');
    assert.ok(changed[0].rev > said.rev);
    const stale = await data(supabase.from('tavern_messages').update({ body: 'third' })
      .eq('id', said.id).eq('rev', said.rev).select());
    assert.deepEqual(stale, []);

    assert.deepEqual(await data(bea.supabase.from('tavern_messages').delete().eq('id', said.id).select()), []);
    const gone = await data(supabase.from('tavern_messages').delete().eq('id', said.id).select('id'));
    assert.deepEqual(gone, [{ id: said.id }]);
  });

  test('policies and constraints decide, and the client is told which', async () => {
    const { supabase, id } = ada;
    const asOther = await supabase.from('tavern_messages').insert({ body: 'x', author_id: bea.id });
    assert.deepEqual([asOther.status, asOther.error.code], [403, '42501']);
    const long = await supabase.from('tavern_messages').insert({ body: 'x'.repeat(4001) });
    assert.deepEqual([long.status, long.error.code], [400, '23514']);
    assert.match(long.error.message, /tavern_messages_body_length/);
    const visitor = await client().from('tavern_messages').select();
    assert.deepEqual([visitor.status, visitor.error.code], [401, '42501']);

    await data(supabase.from('private_messages').insert({ recipient_id: bea.id, body: 'psst' }));
    const seen = async (who) => (await data(who.supabase.from('private_messages').select('body'))).length;
    const stranger = await member('eve_rest');
    assert.deepEqual([await seen(ada), await seen(bea), await seen(stranger)], [1, 1, 0]);
    assert.ok(id);
  });

  test('the catch-up function answers with everything, then with what came after', async () => {
    const { supabase } = ada;
    const all = await data(supabase.rpc('sync'));
    assert.equal(all.complete, true);
    assert.ok(all.rows.users.length >= 6);
    const [said] = await data(supabase.from('tavern_messages').insert({ body: 'late' }).select('id'));
    const later = await data(supabase.rpc('sync', { cursor: all.cursor }));
    assert.equal(later.complete, false);
    assert.ok(later.rows.tavern_messages.some((row) => row.id === said.id));
  });
});
