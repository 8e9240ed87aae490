import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { repository, start } from './server.mjs';

let server;
before(async () => { server = await start(); });
after(() => server?.close());

/** What a command says in JSON when it succeeds. */
async function said(...words) {
  const { code, out, all } = await server.supabase(...words, '--output-format', 'json');
  assert.equal(code, 0, all);
  return JSON.parse(out);
}

test('db push applies the migrations and the seed, once, and the API serves them', async () => {
  const migrations = readdirSync(join(repository, 'supabase/migrations')).sort();
  const push = ['db', 'push', '--include-seed', '--yes'];
  const pushed = await said(...push);
  assert.deepEqual(pushed.migrations, migrations);
  assert.deepEqual(pushed.seeds, ['supabase/seed.sql']);
  assert.equal((await said(...push)).upToDate, true);

  // The API hears of each migration and learns the schema anew; until then it does not know the table.
  const ask = () => fetch(`${server.api}/rest/v1/users?select=username&order=username`, {
    headers: { apikey: server.secret_key },
  });
  const deadline = Date.now() + 20_000;
  let answer = await ask();
  while (answer.status === 404 && Date.now() < deadline) {
    await setTimeout(100);
    answer = await ask();
  }
  assert.deepEqual(await answer.json(), ['ines', 'mara', 'tom', 'yusuf'].map((username) => ({ username })));
});

test('db lint finds nothing in the functions', async () => {
  const { code, all } = await server.supabase('db', 'lint', '--level', 'warning', '--fail-on', 'warning');
  assert.equal(code, 0, all);
  for (const schema of ['public', 'private']) assert.match(all, new RegExp(`Linting schema: ${schema}`));
});

test('db advisors finds nothing', async () => {
  const { results } = await said('db', 'advisors', '--type', 'all', '--level', 'info', '--fail-on', 'none');
  const findings = results
    // An index of a database that is a minute old has hardly been used.
    .filter(({ name }) => name !== 'unused_index');
  assert.deepEqual(findings.map(({ name, detail }) => `${name}: ${detail}`), []);
  assert.ok(results.length > findings.length, 'the advisors looked at something');
});

test('gen types gives the types that crates/model is compared with', async () => {
  const { code, out, all } = await server.supabase('gen', 'types', '--lang=typescript', '--schema', 'public');
  assert.equal(code, 0, all);
  const file = join(repository, 'crates/model/database.types.ts');
  if (process.env.RENEW_TYPES) writeFileSync(file, out);
  assert.equal(
    out, readFileSync(file, 'utf8'),
    'the schema has changed: `RENEW_TYPES=1 npm test` in crates/local-supabase/tests/cli renews crates/model/database.types.ts',
  );
});

test('test db: all pgTAP tests pass, and one that fails is told', async () => {
  const passed = await server.supabase('test', 'db', '--yes');
  assert.equal(passed.code, 0, passed.all);
  assert.match(passed.all, /Result: PASS/);
  const files = readdirSync(join(repository, 'supabase/tests'));
  assert.match(passed.all, new RegExp(`Files=${files.length},`));

  const wrong = join(server.folder, 'wrong_test.sql');
  writeFileSync(wrong, "begin; select plan(1); select ok(false, 'this is wrong'); rollback;");
  const failed = await server.supabase('test', 'db', '--yes', wrong);
  assert.notEqual(failed.code, 0);
  assert.match(failed.all, /this is wrong[^]*Result: FAIL/);
});
