// A built page as a host sends it: compressed beforehand, the best that brotli can do, and nothing kept from before.

import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, sep } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

import { TYPES } from '../fixtures/page-server';

export class Compressed {
  /** Bytes of all bodies since this was last set to zero. */
  sent = 0;

  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  /** Serves the page in `dist`, with `config` for its config.json. */
  static async serve(dist: string, config: object): Promise<Compressed> {
    const files = new Map<string, { type: string; body: Buffer }>();
    const keep = (path: string, raw: Buffer) =>
      files.set(path, { type: TYPES[extname(path)] ?? 'application/octet-stream', body: brotliCompressSync(raw) });
    for (const entry of readdirSync(dist, { withFileTypes: true, recursive: true })) {
      const file = join(entry.parentPath, entry.name);
      if (entry.isFile()) keep(file.slice(dist.length).split(sep).join('/'), readFileSync(file));
    }
    keep('/config.json', Buffer.from(JSON.stringify(config)));
    const index = files.get('/index.html');
    if (!index) throw new Error(`There is no built page in ${dist}.`);
    files.set('/', index);

    const [server, origin] = await listen((request, response) => {
      const file = files.get(new URL(request.url ?? '/', 'http://page').pathname);
      if (!file) return void response.writeHead(404).end();
      page.sent += file.body.length;
      const headers = { 'content-type': file.type, 'content-encoding': 'br', 'content-length': file.body.length };
      response.writeHead(200, { ...headers, 'cache-control': 'no-store' }).end(file.body);
    });
    const page = new Compressed(server, origin);
    return page;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** A Supabase that knows nobody: it takes what is sent for signing in, and refuses it at once. */
export class Stranger {
  private heard: (words: unknown) => void = () => undefined;

  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  static async open(): Promise<Stranger> {
    const [server, origin] = await listen(async (request, response) => {
      let text = '';
      for await (const part of request) text += part;
      const allowed = request.headers['access-control-request-headers'] ?? '*';
      const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': allowed };
      if (request.method === 'OPTIONS') return void response.writeHead(204, headers).end();
      const refusal = { code: 400, error_code: 'invalid_credentials', msg: 'Invalid login credentials' };
      response.writeHead(400, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(refusal));
      if (request.url?.startsWith('/auth/v1/token')) stranger.heard(JSON.parse(text));
    });
    const stranger = new Stranger(server, origin);
    return stranger;
  }

  /** What the next one sends to be signed in. */
  next(): Promise<unknown> {
    return new Promise((heard) => (this.heard = heard));
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<[server: Server, origin: string]> {
  const server = createServer(answer);
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  return [server, `http://127.0.0.1:${port}`];
}
