// What axe-core finds on each page, in each theme: nothing.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures/test';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Violations as one line each, in both themes; empty is good. */
async function findings(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
    const violations = await page.evaluate(async () => {
      const results = await (window as any).axe.run(document, { resultTypes: ['violations'] });
      return results.violations.flatMap((rule: any) =>
        rule.nodes.map((node: any) => `${rule.id}: ${node.html.slice(0, 160)} (${node.any[0]?.message ?? rule.help})`),
      );
    });
    found.push(...violations.map((violation: string) => `${colorScheme} ${violation}`));
  }
  return found;
}

test('nothing on the way in', async ({ people }) => {
  const [ada] = await people(['Ada']);
  await ada.page.evaluate(() => localStorage.clear());
  ada.loads += 1;
  await ada.page.reload();
  await expect(ada.page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  expect(await findings(ada.page)).toEqual([]);
});

test('nothing on any page', async ({ people }) => {
  test.setTimeout(90_000);
  const [ada, bea] = await people(['Ada', 'Bea']);
  const word = `**Evening** @${bea.account.username}: \`bread\`, https://example.org\n\n- one\n\n> two`;
  await ada.say(word);
  const line = bea.line('Evening').filter({ hasText: 'bread' });
  await line.hover();
  await line.getByRole('button', { name: 'React', exact: true }).click();
  await line.getByRole('button', { name: 'React with 🎉' }).click();
  await line.getByRole('button', { name: 'Reply', exact: true }).click();
  await bea.say('Keep me a slice');
  await ada.line('Keep me a slice').hover();
  await ada.line('Keep me a slice').getByRole('button', { name: 'Reply', exact: true }).click();
  expect(await findings(ada.page), 'tavern').toEqual([]);

  await ada.page.getByRole('button', { name: 'Search', exact: true }).click();
  await ada.page.getByRole('searchbox').fill('bread');
  await expect(ada.page.getByRole('list', { name: 'Found' })).toBeVisible();
  expect(await findings(ada.page), 'search').toEqual([]);

  const title = `Quiz ${ada.account.username}`;
  await ada.go('Events');
  await ada.announce({ title, capacity: 3, location: 'The long table', description: 'Six rounds.' });
  await ada.answer(title, 'Going').click();
  expect(await findings(ada.page), 'events').toEqual([]);

  await ada.go('Members');
  expect(await findings(ada.page), 'members').toEqual([]);

  await bea.writeTo(ada.name);
  await bea.say('A word in private');
  await ada.go('Messages');
  await expect(ada.conversations.filter({ hasText: bea.name })).toContainText('A word in private');
  expect(await findings(ada.page), 'messages').toEqual([]);
  await ada.conversations.filter({ hasText: bea.name }).getByRole('link').click();
  expect(await findings(ada.page), 'conversation').toEqual([]);

  await ada.panel();
  expect(await findings(ada.page), 'connection').toEqual([]);
});

test('nothing on the pages of people', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea'], { hash: '#/settings' });
  await expect(ada.page.getByRole('heading', { name: 'Erase your account' })).toBeVisible();
  expect(await findings(ada.page), 'settings').toEqual([]);
  await ada.go('Members');
  await (await ada.find(bea.name)).getByRole('link', { name: bea.name, exact: true }).click();
  await expect(ada.page.getByRole('heading', { level: 1, name: bea.name })).toBeVisible();
  expect(await findings(ada.page), 'member').toEqual([]);
  await ada.go('Messages');
  await ada.page.getByRole('button', { name: 'New message', exact: true }).click();
  await expect(ada.dialog('New message')).toBeVisible();
  expect(await findings(ada.page), 'new message').toEqual([]);
});
