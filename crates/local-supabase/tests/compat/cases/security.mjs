import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { admin, client, member, must } from '../server.mjs';
import { joined, listen } from '../listen.mjs';

describe('changes and row level security', () => {
  let amy, ben, eve;
  before(async () => {
    [amy, ben, eve] = [await member('amy_diary'), await member('ben_diary'), await member('eve_diary')];
  });

  const write = async (who, row) => must(await who.supabase.from('diary').insert(row).select().single());
  const change = async (who, id, row) => must(await who.supabase.from('diary').update(row).eq('id', id));
  const tear = async (who, id) => must(await who.supabase.from('diary').delete().eq('id', id));
  /** A row that `who` may see and that nobody asked for, after which nothing earlier can still come. */
  const last = async ({ changes }, who) => {
    const { id } = await write(who, { body: 'the end' });
    const seen = [];
    for (;;) {
      const one = await changes.next();
      if (one.new.id === id) return seen;
      seen.push(one);
    }
  };

  test('owners hear of their rows, strangers only that a row with some key is gone', async () => {
    const [amys, bens] = [await listen(amy, 'diary', ['diary']), await listen(ben, 'diary', ['diary'])];
    const eves = await listen(eve, 'diary', ['diary']);
    const mine = await write(amy, { body: 'a secret', mood: 3 });
    const inserted = await amys.changes.next();
    assert.deepEqual(
      [inserted.schema, inserted.table, inserted.eventType, inserted.errors, inserted.old],
      ['public', 'diary', 'INSERT', null, {}],
    );
    assert.deepEqual(inserted.new, {
      id: mine.id, owner_id: amy.id, body: 'a secret', mood: 3, written_at: '2030-01-01T12:00:00.5+00:00',
    });
    assert.ok(Math.abs(Date.parse(inserted.commit_timestamp) - Date.now()) < 60_000, inserted.commit_timestamp);

    await change(amy, mine.id, { mood: 4 });
    const updated = await amys.changes.next();
    assert.deepEqual([updated.eventType, updated.new.mood, updated.old], ['UPDATE', 4, { id: mine.id }]);
    const bens_row = await write(ben, { body: 'mine' });
    await tear(amy, mine.id);
    const deleted = await amys.changes.next();
    assert.deepEqual([deleted.eventType, deleted.new, deleted.old], ['DELETE', {}, { id: mine.id }]);

    const byBen = await last(bens, ben);
    assert.deepEqual(byBen.map((one) => [one.eventType, one.new.id ?? one.old.id]), [['INSERT', bens_row.id], ['DELETE', mine.id]]);
    const byEve = await last(eves, eve);
    assert.deepEqual(byEve.map((one) => [one.eventType, one.old]), [['DELETE', { id: mine.id }]]);
    for (const { supabase } of [amy, ben, eve]) await supabase.removeAllChannels();
  });

  test('bindings by event, filter and columns get what they ask for', async () => {
    const bindings = [
      { event: 'INSERT', table: 'diary', filter: 'mood=gte.5' },
      { event: 'UPDATE', table: 'diary', filter: 'body=in.(one,two)' },
      { event: 'DELETE', table: 'diary' },
    ];
    const { changes, channel } = await listen(amy, 'bindings', bindings);
    const [low, high] = [await write(amy, { body: 'low', mood: 1 }), await write(amy, { body: 'high', mood: 5 })];
    await change(amy, low.id, { body: 'three' });
    await change(amy, low.id, { body: 'two' });
    await tear(amy, high.id);
    const heard = [await changes.next(), await changes.next(), await changes.next()];
    assert.deepEqual(
      heard.map((one) => [one.eventType, one.new.body ?? one.old.id]), [['INSERT', 'high'], ['UPDATE', 'two'], ['DELETE', high.id]],
    );
    await amy.supabase.removeChannel(channel);
    const narrow = await listen(amy, 'narrow', [{ table: 'diary', select: ['mood'] }]);
    const row = await write(amy, { body: 'long', mood: 2 });
    assert.deepEqual((await narrow.changes.next()).new, { id: row.id, mood: 2 });
    await amy.supabase.removeChannel(narrow.channel);

    await assert.rejects(listen(amy, 'nofilter', [{ table: 'diary', filter: 'colour=eq.red' }]), /invalid column for filter colour/);
    await assert.rejects(listen(amy, 'badop', [{ table: 'diary', filter: 'mood=almost.5' }]), /Error parsing `filter` params/);
    await amy.supabase.removeAllChannels();
  });

  test('nobody without a session hears rows, and the secret key hears all', async () => {
    const visitor = client();
    const theirs = await listen({ supabase: visitor }, 'visitor', ['tavern_messages']);
    const all = await listen({ supabase: admin }, 'admin', ['diary']);
    const { id } = await write(eve, { body: 'not for visitors' });
    const { new: row } = await all.changes.next();
    assert.deepEqual([row.id, row.body], [id, 'not for visitors']);
    must(await eve.supabase.from('tavern_messages').insert({ body: 'for members' }));
    const first = await theirs.changes.next();
    assert.deepEqual([first.errors, first.new], [['Error 401: Unauthorized'], {}]);
    await admin.removeAllChannels();
  });

  test('a refreshed token goes to the open channels, which go on', async () => {
    const { channel, changes, system } = await listen(ben, 'refreshed', ['diary']);
    // Within one second a token differs from the last one only by what it says.
    must(await ben.supabase.auth.updateUser({ data: { mood: 'good' } }));
    const { session } = must(await ben.supabase.auth.refreshSession());
    assert.equal(ben.supabase.realtime.accessTokenValue, session.access_token);
    const again = await system.next();
    assert.deepEqual([again.status, again.message], ['ok', 'Subscribed to PostgreSQL']);
    const { id } = await write(ben, { body: 'still here' });
    assert.equal((await changes.next()).new.id, id);
    await ben.supabase.removeChannel(channel);
  });

  /** A token that the server signs like this, too. */
  function token(sub, seconds) {
    const secret = 'super-secret-jwt-token-with-at-least-32-characters-long';
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const exp = Math.floor(Date.now() / 1000) + seconds;
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub, role: 'authenticated', aud: 'authenticated', exp })}`;
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  }

  test('a channel ends with its token, and a token that has ended opens none', async () => {
    // Long enough to be joined with on a busy machine.
    const brief = token(eve.id, 6);
    const supabase = client(undefined, { accessToken: async () => brief });
    await supabase.realtime.setAuth();
    const channel = supabase.channel('brief');
    const closed = new Promise((resolve) => { channel.on('system', {}, (message) => message.status === 'error' && resolve(message)); });
    await joined(channel);
    assert.match((await closed).message, /^Token has expired \d+ seconds ago$/);
    const late = client(undefined, { accessToken: async () => token(eve.id, -60) });
    await late.realtime.setAuth();
    await assert.rejects(joined(late.channel('late')), /InvalidJWTToken: Token has expired/);
    const answer = await late.from('diary').select();
    assert.deepEqual([answer.status, answer.error.code], [401, 'PGRST303']);
  });
});
