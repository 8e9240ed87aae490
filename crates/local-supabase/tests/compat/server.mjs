// A server of its own, with the project of this repository, and clients for it.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createClient } from '@supabase/supabase-js';
import WebSocket from 'ws';

const project = fileURLToPath(new URL('../../../../supabase', import.meta.url));

/** Starts the server; `close` stops it and its database. */
export async function start(...options) {
  const program = process.env.LOCAL_SUPABASE_BIN;
  if (!program) throw new Error('LOCAL_SUPABASE_BIN must name the local-supabase program');
  const given = process.env.TAVERN_POSTGRES_BIN;
  const server = spawn(
    program,
    [
      '--throwaway', '--exit-with-stdin', '--port', '0', '--db-port', '0', '--project', project,
      ...(given ? ['--postgres-bin', given] : []), ...options,
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let said = '';
  server.stderr.on('data', (text) => { said += text; });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  let ready;
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.startsWith('ready ')) {
      ready = JSON.parse(line.slice('ready '.length));
      break;
    }
  }
  if (!ready) throw new Error(`the server did not start:\n${said}`);
  return {
    ...ready,
    said: () => said,
    async close() {
      server.stdin.end();
      await ended;
    },
  };
}

/** A client with a session of its own, kept in memory. */
export function client(server, key = server.publishable_key) {
  return createClient(server.api, key, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: WebSocket },
  });
}

/** A client signed up under a name. */
export async function member(server, username) {
  const supabase = client(server);
  const { data, error } = await supabase.auth.signUp({
    email: `${username}@compat.test`, password: 'a long secret', options: { data: { username } },
  });
  if (error) throw error;
  return { supabase, id: data.user.id };
}
