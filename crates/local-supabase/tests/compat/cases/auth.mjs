import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PASSWORD, admin, client, member, must, server } from '../server.mjs';

describe('accounts', () => {
  test('sign up, sign in, refresh, change, sign out', async () => {
    const supabase = client();
    const events = [];
    supabase.auth.onAuthStateChange((event) => { events.push(event); });

    const signedUp = await supabase.auth.signUp({
      email: 'ada@compat.test', password: PASSWORD, options: { data: { username: 'ada' } },
    });
    assert.equal(signedUp.error, null);
    assert.equal(signedUp.data.user.email, 'ada@compat.test');
    assert.ok(signedUp.data.session.access_token);

    const signedIn = await supabase.auth.signInWithPassword({ email: 'ada@compat.test', password: PASSWORD });
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
    await member('bea');
    const supabase = client();
    const wrong = await supabase.auth.signInWithPassword({ email: 'bea@compat.test', password: 'nonsense' });
    assert.deepEqual([wrong.error.status, wrong.error.code], [400, 'invalid_credentials']);
    const again = await supabase.auth.signUp({ email: 'bea@compat.test', password: PASSWORD });
    assert.equal(again.error.code, 'user_already_exists');
    const weak = await supabase.auth.signUp({ email: 'cid@compat.test', password: 'short' });
    assert.deepEqual([weak.error.name, weak.error.reasons], ['AuthWeakPasswordError', ['length']]);
    const absent = await supabase.auth.signInWithOtp({ email: 'bea@compat.test' });
    assert.ok(absent.error, 'what is not built is an error');
  });

  test('a forgotten password is replaced by way of a mailed link', async () => {
    await member('eve');
    const email = 'eve@compat.test';
    const forgetful = client();
    const redirectTo = 'http://127.0.0.1:8080/';
    assert.equal((await forgetful.auth.resetPasswordForEmail('nobody@compat.test', { redirectTo })).error, null);
    assert.equal((await forgetful.auth.resetPasswordForEmail(email, { redirectTo })).error, null);
    const soon = await forgetful.auth.resetPasswordForEmail(email, { redirectTo });
    assert.deepEqual([soon.error.status, soon.error.code], [429, 'over_email_send_rate_limit']);

    const page = await fetch(server.api, { headers: { accept: 'application/json' } });
    const { mails } = await page.json();
    assert.deepEqual(mails.map(({ to }) => to), [email]);
    const follow = async () => {
      const answer = await fetch(mails[0].link, { redirect: 'manual' });
      const { href, hash } = new URL(answer.headers.get('location'));
      assert.ok(href.startsWith(redirectTo));
      return Object.fromEntries(new URLSearchParams(hash.slice(1)));
    };
    const brought = await follow();
    assert.equal(brought.type, 'recovery');
    const session = must(await forgetful.auth.setSession(brought));
    assert.equal(session.user.email, email);
    must(await forgetful.auth.updateUser({ password: 'remembered for good' }));
    assert.equal((await follow()).error_code, 'otp_expired');

    const old = await client().auth.signInWithPassword({ email, password: PASSWORD });
    assert.equal(old.error.code, 'invalid_credentials');
    must(await client().auth.signInWithPassword({ email, password: 'remembered for good' }));
  });

  test('the secret key administers accounts, and no other key does', async () => {
    const accounts = admin.auth.admin;
    const made = must(await accounts.createUser({
      email: 'dan@compat.test', password: PASSWORD, email_confirm: true,
      user_metadata: { username: 'dan' }, app_metadata: { plan: 'free' },
    })).user;
    const { users } = must(await accounts.listUsers());
    assert.ok(users.some((user) => user.email === 'dan@compat.test'));
    const page = must(await accounts.listUsers({ page: 2, perPage: 1 }));
    assert.equal(page.users.length, 1);
    assert.ok(page.total >= 5, `${page.total} accounts`);
    assert.equal(page.nextPage, 3);

    const changed = must(await accounts.updateUserById(made.id, {
      email: 'daniel@compat.test', password: 'another long secret', app_metadata: { plan: 'full' },
    })).user;
    assert.deepEqual([changed.email, changed.app_metadata.plan], ['daniel@compat.test', 'full']);
    assert.equal(changed.user_metadata.username, 'dan');
    const supabase = client();
    const signedIn = must(await supabase.auth.signInWithPassword({
      email: 'daniel@compat.test', password: 'another long secret',
    }));
    assert.equal(signedIn.user.app_metadata.plan, 'full');

    must(await accounts.updateUserById(made.id, { ban_duration: '1h' }));
    const banned = await supabase.auth.signInWithPassword({
      email: 'daniel@compat.test', password: 'another long secret',
    });
    assert.equal(banned.error.code, 'user_banned');
    must(await accounts.updateUserById(made.id, { ban_duration: 'none' }));

    assert.equal(must(await accounts.getUserById(made.id)).user.email, 'daniel@compat.test');
    assert.equal((await accounts.deleteUser(made.id)).error, null);
    const gone = await accounts.getUserById(made.id);
    assert.deepEqual([gone.error.status, gone.error.code], [404, 'user_not_found']);
    const twice = await accounts.createUser({ email: 'bea@compat.test', password: PASSWORD });
    assert.deepEqual([twice.error.status, twice.error.code], [422, 'email_exists']);

    const refused = await client().auth.admin.listUsers();
    assert.deepEqual([refused.error.status, refused.error.code], [403, 'not_admin']);
    const { supabase: bea } = await member('bea_admin');
    const token = (await bea.auth.getSession()).data.session.access_token;
    const asUser = client(undefined, { global: { headers: { Authorization: `Bearer ${token}` } } });
    assert.deepEqual([(await asUser.auth.admin.listUsers()).error.status], [403]);
  });

  test('an anonymous visitor is somebody, and stays the same person on becoming a member', async () => {
    const supabase = client();
    const { user, session } = must(await supabase.auth.signInAnonymously({ options: { data: { theme: 'dark' } } }));
    assert.deepEqual([user.is_anonymous, user.role, user.user_metadata.theme], [true, 'authenticated', 'dark']);
    assert.ok(!user.email, 'nobody has given an address');
    const { claims } = must(await supabase.auth.getClaims(session.access_token));
    assert.deepEqual([claims.sub, claims.is_anonymous], [user.id, true]);
    const [entry] = must(await supabase.from('diary').insert({ body: 'who am I?' }).select());
    assert.equal(entry.owner_id, user.id);

    const member = must(await supabase.auth.updateUser({ email: 'visitor@compat.test', password: PASSWORD })).user;
    assert.deepEqual([member.id, member.email, member.is_anonymous], [user.id, 'visitor@compat.test', false]);
    const back = client();
    must(await back.auth.signInWithPassword({ email: 'visitor@compat.test', password: PASSWORD }));
    assert.equal(must(await back.from('diary').select()).length, 1);
  });
});
