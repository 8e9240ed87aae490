import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { client, member, start } from './server.mjs';

let server;
before(async () => { server = await start(); });
after(() => server.close());

test('sign up, sign in, refresh, change, sign out', async () => {
  const supabase = client(server);
  const events = [];
  supabase.auth.onAuthStateChange((event) => { events.push(event); });

  const signedUp = await supabase.auth.signUp({
    email: 'ada@compat.test', password: 'a long secret', options: { data: { username: 'ada' } },
  });
  assert.equal(signedUp.error, null);
  assert.equal(signedUp.data.user.email, 'ada@compat.test');
  assert.ok(signedUp.data.session.access_token);

  const signedIn = await supabase.auth.signInWithPassword({ email: 'ada@compat.test', password: 'a long secret' });
  assert.equal(signedIn.error, null);
  const refreshed = await supabase.auth.refreshSession();
  assert.equal(refreshed.error, null);
  assert.notEqual(refreshed.data.session.refresh_token, signedIn.data.session.refresh_token);
  const { data: { user } } = await supabase.auth.getUser();
  assert.equal(user.user_metadata.username, 'ada');

  const changed = await supabase.auth.updateUser({ data: { colour: 'green' } });
  assert.equal(changed.error, null);
  assert.equal(changed.data.user.user_metadata.colour, 'green');

  assert.equal((await supabase.auth.signOut()).error, null);
  assert.equal((await supabase.auth.getSession()).data.session, null);
  for (const event of ['SIGNED_IN', 'TOKEN_REFRESHED', 'USER_UPDATED', 'SIGNED_OUT']) {
    assert.ok(events.includes(event), `${event} in ${events}`);
  }
});

test('the client recognises what is refused', async () => {
  await member(server, 'bea');
  const supabase = client(server);
  const wrong = await supabase.auth.signInWithPassword({ email: 'bea@compat.test', password: 'nonsense' });
  assert.deepEqual([wrong.error.status, wrong.error.code], [400, 'invalid_credentials']);
  const again = await supabase.auth.signUp({ email: 'bea@compat.test', password: 'a long secret' });
  assert.equal(again.error.code, 'user_already_exists');
  const weak = await supabase.auth.signUp({ email: 'cid@compat.test', password: 'short' });
  assert.deepEqual([weak.error.name, weak.error.reasons], ['AuthWeakPasswordError', ['length']]);
  const anonymous = await supabase.auth.signInAnonymously();
  assert.equal(anonymous.error.code, 'anonymous_provider_disabled');
  const absent = await supabase.auth.signInWithOtp({ email: 'bea@compat.test' });
  assert.ok(absent.error, 'what is not built is an error');
});

test('the secret key administers accounts', async () => {
  const admin = client(server, server.secret_key).auth.admin;
  const made = await admin.createUser({
    email: 'dan@compat.test', password: 'a long secret', email_confirm: true, user_metadata: { username: 'dan' },
  });
  assert.equal(made.error, null);
  const { data: { users } } = await admin.listUsers();
  assert.ok(users.some((user) => user.email === 'dan@compat.test'));
  assert.equal((await admin.getUserById(made.data.user.id)).data.user.email, 'dan@compat.test');
  assert.equal((await admin.deleteUser(made.data.user.id)).error, null);
  assert.equal((await admin.getUserById(made.data.user.id)).error.status, 404);
});
