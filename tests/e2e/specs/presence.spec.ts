// Who is here, while they are here.

import { expect, test } from '../fixtures/test';

test('one is seen coming and going, once however many tabs are open', async ({ person }) => {
  const bea = await person('Bea', { hash: '#/members' });
  const here = bea.page.getByRole('region', { name: 'Here now', exact: true });
  const ada = await person('Ada');
  await expect(here.getByRole('link', { name: ada.name })).toHaveCount(1);
  await expect(await bea.find(ada.name)).toContainText('here now');

  const second = await ada.context.newPage();
  await second.goto(`${ada.tavern.origin}/#/tavern`);
  await expect(second.getByRole('status', { name: 'Connection' })).toHaveText('Live', { timeout: 20_000 });
  await expect(second.getByRole('region', { name: 'Here now' }).getByRole('link', { name: bea.name })).toHaveCount(1);
  await expect(here.getByRole('link', { name: ada.name })).toHaveCount(1);
  // One tab of two is closed: she is still here. Bea hears of that before of Carl, who comes after it.
  await second.close();
  const carl = await person('Carl');
  await expect(here.getByRole('link', { name: carl.name })).toHaveCount(1);
  await expect(here.getByRole('link', { name: ada.name })).toHaveCount(1);

  await ada.page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(here.getByRole('link', { name: ada.name })).toHaveCount(0);
  await expect(bea.member(ada.name)).toContainText('away');
});
