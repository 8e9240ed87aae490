// A Chromium that nobody drives: a driver that hears every frame of the socket slows the page down.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CHROMIUM, FLAGS } from '../fixtures/chromium';

export class Chromium {
  private constructor(
    private readonly process: ChildProcess,
    private readonly profile: string,
  ) {}

  /** Opens `url` in a window of 1024 × 800 px that is never drawn on a screen. */
  static async open(url: string): Promise<Chromium> {
    const profile = await mkdtemp(join(tmpdir(), 'tavern-bench-'));
    const child = spawn(
      CHROMIUM,
      [
        '--headless',
        ...FLAGS,
        '--window-size=1024,800',
        `--user-data-dir=${profile}`,
        // Without it, headless Chromium ends as soon as the page has loaded.
        '--remote-debugging-port=0',
        url,
      ],
      { stdio: 'ignore' },
    );
    return new Chromium(child, profile);
  }

  async close(): Promise<void> {
    const ended = new Promise<void>((exited) => this.process.once('exit', () => exited()));
    this.process.kill();
    await ended;
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
