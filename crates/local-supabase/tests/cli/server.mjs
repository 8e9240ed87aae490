// An empty project on a server of its own, and the CLI in a folder of its own.

import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
/** The repository. */
export const repository = join(here, '../../../..');

/** Starts both; `close` stops the server and its database, and removes the folder. */
export async function start() {
  const program = process.env.LOCAL_SUPABASE_BIN;
  if (!program) throw new Error('LOCAL_SUPABASE_BIN must name the local-supabase program');
  const folder = mkdtempSync(join(tmpdir(), 'tavern-cli-'));
  for (const name of ['home', 'empty']) mkdirSync(join(folder, name));
  // The CLI writes beside the migrations, so it gets a copy.
  cpSync(join(repository, 'supabase'), join(folder, 'supabase'), { recursive: true });
  const given = process.env.TAVERN_POSTGRES_BIN;
  const server = spawn(
    program,
    ['--throwaway', '--exit-with-stdin', '--port', '0', '--db-port', '0', ...(given ? ['--postgres-bin', given] : [])],
    { stdio: ['pipe', 'pipe', 'pipe'], cwd: join(folder, 'empty') },
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
    folder,
    supabase: (...words) => supabase(folder, `${ready.db}?sslmode=disable`, words),
    async close() {
      server.stdin.end();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** Runs one command of the CLI against the database; what it said, and the code it ended with. */
async function supabase(folder, database, words) {
  const command = spawn(join(here, 'node_modules/.bin/supabase'), [...words, `--remote=${database}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      HOME: join(folder, 'home'),
      XDG_CONFIG_HOME: join(folder, 'home'),
      PATH: `${join(here, 'stand-in')}:${process.env.PATH}`,
      SUPABASE_TELEMETRY_DISABLED: '1',
      SUPABASE_NO_UPDATE_NOTIFIER: '1',
      DO_NOT_TRACK: '1',
    },
  });
  let [out, err] = ['', ''];
  command.stdout.on('data', (text) => { out += text; });
  command.stderr.on('data', (text) => { err += text; });
  const code = await new Promise((resolve, reject) => {
    command.once('error', reject);
    command.once('close', resolve);
  });
  return { code, out, err, all: `${out}\n${err}` };
}
