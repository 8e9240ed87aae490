// What a screen reader is told of a message: once, in the log, whatever becomes of it after.

import type { Person } from '../fixtures/person';
import { expect, test } from '../fixtures/test';

/** Notes from now on what comes into live regions that holds `words`. */
async function listen(person: Person, words: string): Promise<void> {
  await person.page.evaluate((words) => {
    const heard: string[] = ((window as any).heard = []);
    const live = '[role=log], [role=status], [role=alert], [aria-live]:not([aria-live=off])';
    new MutationObserver((changes) => {
      // A log tells what is added; in the others, changed words are told as well. What comes at once is told once.
      const told = new Set(changes.flatMap(({ type, target, addedNodes }) => (type === 'childList' ? [...addedNodes] : [target])));
      const isPart = (node: Node): boolean => !!node.parentNode && (told.has(node.parentNode) || isPart(node.parentNode));
      for (const node of told) {
        const region = node.isConnected && (node instanceof Element ? node : node.parentElement)!.closest(live);
        if (region && !isPart(node) && node.textContent?.includes(words)) heard.push(region.getAttribute('role') ?? 'live');
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  }, words);
}

const heard = (person: Person) => person.page.evaluate(() => (window as any).heard);

test('a new message is announced once, to who reads it and to who wrote it', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const word = `The soup is ready, ${ada.account.username}`;
  await listen(ada, word);
  await listen(bea, word);
  await ada.say(word);
  await expect(ada.line(word)).toHaveAttribute('data-standing', 'confirmed');
  await expect(bea.line(word)).toBeVisible();
  // What comes after it tells it not again.
  await bea.line(word).hover();
  await bea.line(word).getByRole('button', { name: 'React', exact: true }).click();
  await bea.line(word).getByRole('button', { name: 'React with 🎉' }).click();
  await expect(ada.line(word).getByRole('button', { name: /^🎉 1/ })).toBeVisible();
  await bea.say('Coming');
  await expect(ada.line('Coming').last()).toHaveAttribute('data-standing', 'confirmed');
  expect(await heard(ada)).toEqual(['log']);
  expect(await heard(bea)).toEqual(['log']);
});

test('in private as well', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const word = `Between us, ${ada.account.username}`;
  await ada.writeTo(bea.name);
  await bea.writeTo(ada.name);
  await listen(bea, word);
  await ada.say(word);
  await expect(bea.line(word)).toBeVisible();
  await expect(ada.line(word)).toContainText(/read/);
  expect(await heard(bea)).toEqual(['log']);
});
