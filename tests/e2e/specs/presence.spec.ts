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

test('loading the page again, or closing the one of two tabs that has the socket, is no leaving', async ({ person }) => {
  const [ada, bea] = [await person('Ada'), await person('Bea')];
  const here = bea.page.getByRole('region', { name: 'Here now', exact: true });
  await expect(here.getByRole('link', { name: ada.name })).toHaveCount(1);
  await here.evaluate((region, name) => {
    new MutationObserver(() => {
      if (!region.textContent?.includes(name)) region.setAttribute('data-test-left', name);
    }).observe(region, { childList: true, subtree: true, characterData: true });
  }, ada.name);
  await ada.page.reload();
  await ada.live();
  const second = await ada.context.newPage();
  await second.goto(ada.tavern.origin);
  await expect(second.getByRole('status', { name: 'Connection' })).toHaveText('Live', { timeout: 20_000 });
  await ada.page.close();
  await expect(second.getByRole('status', { name: 'Connection' })).toHaveText('Live');
  // What the server says after this, it says after Ada's second tab has joined; Carl is the proof that it was heard.
  await second.getByRole('textbox', { name: 'Message', exact: true }).fill(`Here I am, ${ada.account.username}`);
  await second.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(bea.line(`Here I am, ${ada.account.username}`)).toHaveCount(1);
  const carl = await person('Carl');
  await expect(here.getByRole('link', { name: carl.name })).toHaveCount(1);
  await expect(here).not.toHaveAttribute('data-test-left');
  await second.close();
  await expect(here.getByRole('link', { name: ada.name })).toHaveCount(0);
});
