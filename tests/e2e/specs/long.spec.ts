// A conversation of thousands of lines: only those near the screen exist, and what one reads stays where it is.

import { heard, listen } from '../fixtures/ear';
import { faultyTest as test } from '../fixtures/network';
import { Person } from '../fixtures/person';
import { expect } from '../fixtures/test';

const LINES = 2_000;
/** More are never drawn, wherever one is. */
const DRAWN = 150;

/** Short lines, long ones, and some with a list in them. */
function body(number: number): string {
  const words = `Line ${String(number).padStart(4, '0')}.`;
  if (number % 17 === 3) return `${words}\n\n- one\n- two\n- three`;
  return number % 5 === 1 ? `${words} ${'It was a long evening. '.repeat(number % 23)}` : words;
}

/** What of the log is on the screen. */
function seen(log: Element) {
  const room = log.getBoundingClientRect();
  const lines = [...log.querySelectorAll('.message')];
  const places = lines.map((line) => ({ line, place: line.getBoundingClientRect() }));
  const within = places.filter(({ place }) => place.bottom > room.top && place.top < room.bottom);
  const last = within.at(-1)?.place.bottom ?? room.top;
  const first = within[0]?.place.top ?? room.bottom;
  return {
    drawn: lines.length,
    // Authors, days and edges of the log stand between lines.
    blank: Math.max(first - room.top, room.bottom - last),
    numbers: within.flatMap(({ line }) => /Line (\d+)/.exec(line.textContent ?? '')?.slice(1).map(Number) ?? []),
  };
}

async function look(person: Person) {
  const now = await person.chat.evaluate(seen);
  expect(now.drawn, 'drawn').toBeLessThan(DRAWN);
  return now;
}

/** Waits until lines fill the screen, each after the one before. */
async function full(person: Person) {
  let now = await look(person);
  await expect(async () => {
    now = await look(person);
    expect(now.blank).toBeLessThan(100);
    expect(now.numbers).toEqual(now.numbers.map((_, at) => now.numbers[0] + at));
  }).toPass({ timeout: 5_000 });
  return now;
}

/** Scrolls so far, and lets a few frames pass. */
const scroll = (person: Person, by: number) =>
  person.chat.evaluate(async (log, by) => {
    const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
    log.scrollTop += by;
    for (let count = 0; count < 6; count += 1) await frame();
  }, by);

/** How far the line with this number moves while something happens. */
async function moved(person: Person, number: number, happens: () => Promise<void>): Promise<number> {
  const line = person.line(`Line ${String(number).padStart(4, '0')}`);
  const top = () => line.evaluate((line) => line.getBoundingClientRect().top);
  const before = await top();
  await happens();
  return Math.abs((await top()) - before);
}

test('thousands of lines scroll both ways while few are drawn, and the one that is read stays', async ({
  browser,
  here,
  guests,
}) => {
  const bea = await here.account('Bea');
  await here.service.must('DELETE', '/rest/v1/tavern_messages?id=not.is.null');
  const begin = Date.now() - 20 * 86_400_000;
  const rows = Array.from({ length: LINES }, (_, number) => ({
    author_id: bea.id,
    body: body(number),
    created_at: new Date(begin + number * 600_000).toISOString(),
  }));
  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  await ada.open();
  await ada.live();
  // What is said while one is here is loaded and stays.
  for (let at = 0; at < LINES; at += 500) await here.service.must('POST', '/rest/v1/tavern_messages', rows.slice(at, at + 500));
  await expect(ada.line(`Line ${LINES - 1}`)).toBeVisible({ timeout: 30_000 });
  await full(ada);

  await test.step('up to the first line and down again', async () => {
    await listen(ada, 'Line 0');
    let at = await full(ada);
    for (let screens = 0; at.numbers[0] > 0; screens += 1) {
      expect(screens).toBeLessThan(100);
      await scroll(ada, -6_000);
      at = await full(ada);
    }
    for (let screens = 0; at.numbers.at(-1)! < LINES - 1; screens += 1) {
      expect(screens).toBeLessThan(100);
      await scroll(ada, 9_000);
      at = await full(ada);
    }
    expect(await heard(ada), 'what was said long ago is not told as if it were said now').toEqual([]);
  });

  await test.step('far at once', async () => {
    for (const part of [0.5, 0.1, 0.9, 1, 0.3]) {
      await ada.chat.evaluate((log, part) => (log.scrollTop = -part * log.scrollHeight), part);
      await full(ada);
    }
  });

  await test.step('what is read stays while others speak and unsay', async () => {
    const { numbers } = await full(ada);
    // The first may be cut off; what grows below the one that is held pushes away what is below.
    const read = numbers[1];
    const fresh = ada.page.getByRole('button', { name: /^\d+ new$/ });
    const change = (number: number, body: string) =>
      here.as(bea).update(`tavern_messages?author_id=eq.${bea.id}&body=like.Line ${String(number).padStart(4, '0')}*`, { body });
    const unsay = (number: number) =>
      here.as(bea).remove(`tavern_messages?author_id=eq.${bea.id}&body=like.Line ${String(number).padStart(4, '0')}*`);
    await listen(ada, '1 new');
    const long = 'Words that came later. '.repeat(40);
    const below = await moved(ada, read, async () => {
      await here.as(bea).must('POST', '/rest/v1/tavern_messages', { body: 'Much later' });
      await expect(fresh).toHaveText('1 new');
    });
    expect(below, 'a new line at the end').toBeLessThan(2);
    expect(await heard(ada)).toEqual(['status']);
    for (const [number, where] of [
      [numbers[0] - 3, 'above'],
      [numbers.at(-1)! + 3, 'below'],
      [numbers[0], 'right above'],
      [read + 1, 'right below'],
    ] as const) {
      const gap = await moved(ada, read, async () => {
        await change(number, `Line ${number}, longer. ${long}`);
        await expect(ada.line(`Line ${number}, longer.`)).toHaveCount(1);
      });
      expect(gap, `a longer line ${where}`).toBeLessThan(2);
    }
    const gone = await moved(ada, read, async () => {
      await unsay(numbers[0] - 5);
      await unsay(numbers.at(-1)! + 5);
      await expect(ada.line(`Line ${String(numbers[0] - 5).padStart(4, '0')}`)).toHaveCount(0);
      await expect(ada.line(`Line ${String(numbers.at(-1)! + 5).padStart(4, '0')}`)).toHaveCount(0);
    });
    expect(gone, 'lines that are taken back').toBeLessThan(2);
  });

  await test.step('somebody at work in a line is not interrupted', async () => {
    await ada.say('My words');
    await expect(ada.line('My words')).toHaveAttribute('data-standing', 'confirmed');
    await ada.message.press('ArrowUp');
    const editor = ada.chat.getByRole('textbox', { name: 'Edit text' });
    await expect(editor).toBeFocused();
    for (let screens = 0; screens < 4; screens += 1) await scroll(ada, -3_000);
    await full(ada);
    await expect(editor).toBeFocused();
    await ada.page.keyboard.type(', mended');
    await ada.page.keyboard.press('Enter');
    await expect(ada.line('My words, mended')).toBeFocused();
    for (let screens = 0; screens < 4; screens += 1) await scroll(ada, -3_000);
    await full(ada);

    // From far away, the key that goes up leads to one's last line.
    await ada.message.press('ArrowUp');
    await expect(editor).toBeFocused();
    await expect(editor).toBeInViewport();
    await full(ada);
  });
});
