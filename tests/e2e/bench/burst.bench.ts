// Ten thousand changes at once, by a real server and a real socket, seen by a page that is open.

import { expect, test } from '../fixtures/test';

const ROWS = 10_000;

/** Takes the time between frames, and how long each task held the page up. */
function watch(): void {
  const seen = { last: performance.now(), longest: 0, frames: 0, tasks: [] as number[], gaps: [] as number[] };
  Object.assign(globalThis, { seen });
  const tick = (now: number) => {
    const gap = now - seen.last;
    if (gap > 40) seen.gaps.push(Math.round(gap));
    seen.longest = Math.max(seen.longest, gap);
    seen.last = now;
    seen.frames += 1;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: 'longtask',
  });
}

const read = () => (globalThis as any).seen;

test('ten thousand changes at once', async ({ person, here }) => {
  test.setTimeout(180_000);
  const ada = await person('Ada');
  const frames: number[] = [];
  ada.page.on('websocket', () => undefined);
  await ada.page.evaluate(watch);
  await ada.page.waitForFunction(() => (globalThis as any).seen.frames > 60);
  const idle = await ada.page.evaluate(read);
  await ada.page.evaluate(() => Object.assign((globalThis as any).seen, { longest: 0, frames: 0, tasks: [] }));
  const rows = Array.from({ length: ROWS }, (_, number) => ({ author_id: ada.id, body: `Line ${number}` }));
  const begin = Date.now();
  await here.service.must('POST', '/rest/v1/tavern_messages', rows);
  const inserted = Date.now() - begin;
  await expect(ada.line(`Line ${ROWS - 1}`)).toHaveCount(1, { timeout: 120_000 });
  await expect(ada.status).toHaveText('Live', { timeout: 60_000 });
  const burst = await ada.page.evaluate(read);
  console.log(`RESULT socket-idle-longest ${idle.longest} ms`);
  console.log(`RESULT socket-burst ${Date.now() - begin} ms`);
  console.log(`RESULT socket-burst-longest ${burst.longest} ms`);
  console.log('inserted', inserted, 'frames', burst.frames, 'tasks', burst.tasks, 'gaps', burst.gaps);
});
