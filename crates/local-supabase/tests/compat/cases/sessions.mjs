import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PASSWORD, client, heard, member, must } from '../server.mjs';

describe('sessions', () => {
  /** Several sessions of one account. */
  async function sessions(username, count) {
    const { email } = await member(username);
    const open = async () => {
      const supabase = client();
      const { session } = must(await supabase.auth.signInWithPassword({ email, password: PASSWORD }));
      return { supabase, session };
    };
    return Promise.all(Array.from({ length: count }, open));
  }

  const refused = async (supabase) => (await supabase.auth.refreshSession()).error?.code;

  test('signing out ends this session, the others, or all of them', async () => {
    const [one, two, three] = await sessions('sam_scopes', 3);
    assert.equal((await one.supabase.auth.signOut({ scope: 'others' })).error, null);
    assert.equal(await refused(two.supabase), 'refresh_token_not_found');
    assert.equal((await two.supabase.auth.getUser(two.session.access_token)).error.name, 'AuthSessionMissingError');
    must(await one.supabase.auth.refreshSession());
    assert.equal(await refused(three.supabase), 'refresh_token_not_found');

    const [local, other] = await sessions('sue_scopes', 2);
    const kept = local.session.refresh_token;
    assert.equal((await local.supabase.auth.signOut({ scope: 'local' })).error, null);
    assert.equal((await client().auth.refreshSession({ refresh_token: kept })).error.code, 'refresh_token_not_found');
    must(await other.supabase.auth.refreshSession());

    const [here, there] = await sessions('sid_scopes', 2);
    assert.equal((await here.supabase.auth.signOut()).error, null);
    assert.equal(await refused(there.supabase), 'refresh_token_not_found');
  });

  test('a refresh token gives the next one; a repeated use is answered with the same session', async () => {
    const [{ supabase, session }] = await sessions('ray_refresh', 1);
    const next = must(await supabase.auth.refreshSession()).session;
    assert.notEqual(next.refresh_token, session.refresh_token);
    assert.notEqual(next.access_token, '');
    const again = must(await client().auth.refreshSession({ refresh_token: session.refresh_token })).session;
    assert.equal(again.refresh_token, next.refresh_token, 'an answer that was lost is given once more');
    const unknown = await client().auth.refreshSession({ refresh_token: 'aaaaaaaaaaaa' });
    assert.deepEqual([unknown.error.status, unknown.error.code], [400, 'refresh_token_not_found']);
  });

  test('a session can be set from its tokens, and its claims are read from them', async () => {
    const [{ session }] = await sessions('sal_set', 1);
    const supabase = client();
    const { access_token, refresh_token } = session;
    assert.equal(must(await supabase.auth.setSession({ access_token, refresh_token })).user.id, session.user.id);
    const { claims, header } = must(await supabase.auth.getClaims());
    assert.deepEqual(
      [claims.sub, claims.role, claims.aud, claims.email, claims.aal, claims.amr[0].method, header.alg],
      [session.user.id, 'authenticated', 'authenticated', 'sal_set@compat.test', 'aal1', 'password', 'HS256'],
    );
    assert.equal(claims.exp - claims.iat, 3600);
    assert.match(claims.session_id, /^[0-9a-f-]{36}$/);
    const forged = `${access_token.slice(0, -4)}AAAA`;
    assert.equal((await supabase.auth.getUser(forged)).error.code, 'bad_jwt');
  });

  test('a client that refreshes by itself does so before its token ends', async () => {
    const { email } = await member('abe_auto');
    const supabase = client(undefined, { auth: { persistSession: false, autoRefreshToken: true } });
    must(await supabase.auth.signInWithPassword({ email, password: PASSWORD }));
    const { session } = (await supabase.auth.getSession()).data;
    const states = heard();
    supabase.auth.onAuthStateChange((event, next) => { if (event === 'TOKEN_REFRESHED') states.hear(next); });
    // A minute before its end by the client's clock: it looks at its token at once, and now and then.
    const { now } = Date;
    Date.now = () => now() + (session.expires_in - 60) * 1000;
    try {
      await supabase.auth.startAutoRefresh();
      const next = await states.next();
      assert.notEqual(next.refresh_token, session.refresh_token);
      assert.equal(next.user.id, session.user.id);
    } finally {
      Date.now = now;
      await supabase.auth.stopAutoRefresh();
    }
  });

  test('password and address are changed by their owner', async () => {
    const { supabase, email } = await member('pat_change');
    must(await supabase.auth.updateUser({ password: 'an even longer secret' }));
    assert.equal((await client().auth.signInWithPassword({ email, password: PASSWORD })).error.code, 'invalid_credentials');
    must(await client().auth.signInWithPassword({ email, password: 'an even longer secret' }));
    const same = await supabase.auth.updateUser({ password: 'an even longer secret' });
    assert.deepEqual([same.error.status, same.error.code], [422, 'same_password']);
    const { user } = must(await supabase.auth.updateUser({ email: 'pat2@compat.test' }));
    assert.equal(user.email, 'pat2@compat.test');
    assert.equal((await supabase.auth.updateUser({ email: 'sal_set@compat.test' })).error.code, 'email_exists');
    assert.deepEqual(must(await supabase.auth.getUserIdentities()).identities.map((one) => one.provider), ['email']);
    const levels = must(await supabase.auth.mfa.getAuthenticatorAssuranceLevel());
    assert.deepEqual([levels.currentLevel, levels.nextLevel], ['aal1', 'aal1']);
  });
});
