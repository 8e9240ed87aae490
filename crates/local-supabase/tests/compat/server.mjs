// One server for the whole suite, with a copy of this repository's project and what the suite adds to it.

import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createClient } from '@supabase/supabase-js';
import WebSocket from 'ws';

// The client leaves a timer of ten seconds behind whenever it disconnects; nobody is to wait for it. What a
// test waits for comes over a socket, which keeps the process alive by itself.
const { setTimeout: later } = globalThis;
globalThis.setTimeout = (...call) => later(...call).unref();

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The project in a folder of its own, with one migration more and anonymous accounts allowed. */
function project() {
  const folder = mkdtempSync(path.join(tmpdir(), 'compat-project-'));
  cpSync(here('../../../../supabase'), folder, { recursive: true });
  cpSync(here('project/official.sql'), path.join(folder, 'migrations/99990101000000_official.sql'));
  const config = path.join(folder, 'config.toml');
  const text = readFileSync(config, 'utf8');
  writeFileSync(config, text.replace('enable_anonymous_sign_ins = false', 'enable_anonymous_sign_ins = true'));
  return folder;
}

async function start() {
  const program = process.env.LOCAL_SUPABASE_BIN;
  if (!program) throw new Error('LOCAL_SUPABASE_BIN must name the local-supabase program');
  const given = process.env.TAVERN_POSTGRES_BIN;
  const folder = project();
  const child = spawn(
    program,
    [
      '--throwaway', '--exit-with-stdin', '--port', '0', '--db-port', '0', '--project', folder,
      // Ordinary use fits into the narrowest plan.
      '--realtime-limits', 'free',
      ...(given ? ['--postgres-bin', given] : []),
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (text) => { said += text; });
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  const close = async () => {
    child.stdin.end();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('ready ')) return { ...JSON.parse(line.slice('ready '.length)), close };
  }
  await close();
  throw new Error(`the server did not start:\n${said}`);
}

/** The server of this process. */
export const server = await start();
const clients = [];
after(async () => {
  await Promise.all(clients.map((supabase) => supabase.removeAllChannels()));
  await server.close();
});

/** A client with a session of its own, kept in memory. */
export function client(key = server.publishable_key, options = {}) {
  const supabase = createClient(server.api, key, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: WebSocket },
    ...options,
  });
  clients.push(supabase);
  return supabase;
}

/** A client with all rights. */
export const admin = client(server.secret_key);

/** Every account's password. */
export const PASSWORD = 'a long secret';

/** A client signed up under a name. */
export async function member(username) {
  const supabase = client();
  const data = must(await supabase.auth.signUp({
    email: `${username}@compat.test`, password: PASSWORD, options: { data: { username } },
  }));
  return { supabase, id: data.user.id, email: data.user.email };
}

/** The data of an answer that must not be an error. */
export function must({ data, error }) {
  if (error) throw error;
  return data;
}

/** What a callback was called with: `next()` waits for each call in turn, and fails when none comes. */
export function heard() {
  const calls = [];
  const waiting = [];
  return {
    hear: (call) => { if (waiting.length) waiting.shift()(call); else calls.push(call); },
    next: () => {
      if (calls.length) return Promise.resolve(calls.shift());
      // Only a failing test ever waits so long. The timer is not one of those that nobody waits for.
      return new Promise((resolve, reject) => {
        const deadline = later(() => reject(new Error('nothing was heard within 20 seconds')), 20_000);
        waiting.push((call) => { clearTimeout(deadline); resolve(call); });
      });
    },
    /** How many calls nobody has asked for yet. */
    get left() { return calls.length; },
  };
}
