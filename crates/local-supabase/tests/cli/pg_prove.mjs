// What `docker run … pg_prove` does for `supabase test db`, without a container: runs each file of pgTAP tests
// over one connection and reads what they say. It is there so that the tests need nothing but PostgreSQL.

import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

const [command, ...words] = process.argv.slice(2);
// Whether the image is there.
if (command === 'image') process.exit(0);
const start = words.indexOf('pg_prove');
if (command !== 'run' || start < 0) {
  console.error(`only pg_prove is known here, not: docker ${command} ${words.join(' ')}`);
  process.exit(125);
}

const extensions = [];
const paths = [];
for (const given = words.slice(start + 1); given.length;) {
  const word = given.shift();
  if (word === '--ext') extensions.push(given.shift());
  else if (!word.startsWith('-')) paths.push(word);
}
const files = paths.flatMap(function all(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).sort().map((name) => join(path, name))
    .filter((file) => statSync(file).isDirectory() || extensions.some((ending) => file.endsWith(ending)))
    .flatMap(all);
});

/** Runs one file; how many tests it had, and what went wrong. */
async function prove(file) {
  // Where the database is, the CLI says by environment variables.
  const client = new pg.Client();
  await client.connect();
  const wrong = [];
  let lines = [];
  try {
    const results = await client.query({ text: readFileSync(file, 'utf8'), rowMode: 'array' });
    lines = [results].flat().flatMap((result) => result.rows).map(([value]) => `${value}`);
  } catch (error) {
    wrong.push(`${error.message} (character ${error.position ?? '?'}) ${error.where ?? ''}`);
  } finally {
    await client.end();
  }
  const plan = Number(lines.find((line) => /^1\.\.\d+$/.test(line))?.slice(3));
  const tests = lines.filter((line) => /^(not )?ok \d+/.test(line));
  wrong.push(...lines.filter((line) => line.startsWith('not ok')));
  if (!wrong.length && tests.length !== plan) wrong.push(`${tests.length} tests ran, planned were ${plan}`);
  return { tests: tests.length, wrong };
}

let tests = 0;
let failed = false;
for (const file of files) {
  const proof = await prove(file);
  tests += proof.tests;
  failed ||= proof.wrong.length > 0;
  console.log(`${file} .. ${proof.wrong.length ? 'Failed' : 'ok'}`);
  for (const line of proof.wrong) console.log(line);
}
console.log(`Files=${files.length}, Tests=${tests}`);
const verdict = failed ? 'FAIL' : 'PASS';
console.log(`Result: ${tests ? verdict : 'NOTESTS'}`);
process.exit(failed ? 1 : 0);
