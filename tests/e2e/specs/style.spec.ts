// The page of all parts, which development builds have and released ones do not.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { flawless } from '../fixtures/axe';
import { picture } from '../fixtures/picture';
import { DIST } from '../fixtures/tavern';
import { expect, test } from '../fixtures/test';

/** A released program is less than a tenth of one with everything that helps to find faults. */
function isReleased(): boolean {
  const program = readdirSync(DIST).find((file) => file.endsWith('.wasm'))!;
  return readFileSync(join(DIST, program)).length < 10_000_000;
}

test('every part in every state, in both themes, on any width', async ({ person }) => {
  test.setTimeout(90_000);
  const ada = await person('Ada');
  const { page } = ada;
  await page.evaluate(() => (location.hash = '#/style'));
  if (isReleased()) {
    const heading = page.getByRole('heading', { name: 'Nothing here', level: 1 });
    await expect(heading, 'what is for developers is not released').toBeVisible();
    return;
  }
  await expect(page.getByRole('heading', { name: 'Style', level: 1 })).toBeVisible();
  const parts = page.getByRole('main').locator('.settings__part');
  await expect(parts).toHaveCount(18);
  for (const part of await parts.all()) expect.soft((await part.boundingBox())!.height, await part.ariaSnapshot()).toBeGreaterThan(60);
  const back = parts.filter({ has: page.getByRole('heading', { name: 'Way back', exact: true }) });
  await back.getByRole('log').evaluate((log) => (log.scrollTop = -log.scrollHeight));
  await expect(back.getByRole('button', { name: 'Latest', exact: true })).toBeVisible();
  await expect(back.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
  const unsent = parts.filter({ has: page.getByRole('heading', { name: 'Unsent', exact: true }) });
  await unsent.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(unsent.getByText('1 unsent change would be lost.')).toBeVisible();
  await flawless(page, 'style');
  await picture(ada, 'style');

  await test.step('what opens', async () => {
    for (const [button, title] of [
      ['Open', 'A dialog'],
      ['Open the panel', 'Connection'],
      ['Open the conflict', 'Settle a conflict'],
    ]) {
      await page.getByRole('button', { name: button, exact: true }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await flawless(page, title);
      await picture(ada, `style-${button.toLowerCase().replaceAll(' ', '-')}`);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toBeHidden();
    }
  });
});
