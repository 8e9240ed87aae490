// What is meant to break the page does not: in no field, on a small phone, nor for those who stand beside it.

import type { Locator, Page } from '@playwright/test';

import type { Person } from '../fixtures/person';
import type { Account } from '../fixtures/tavern';
import { expect, test } from '../fixtures/test';

const MARKS = '\u0300\u0316\u0334\u0351\u0323\u030D\u0348\u0489'.repeat(5);
/** What is written, as long as each field allows. */
const KINDS: Record<string, (length: number) => string> = {
  markup: (length) => `<img src=x onerror="window.hurt=1"><script>window.hurt=2</script>`.slice(0, length),
  turned: (length) => `\u202Egnp.exe \u2067\u2066 \u202Dsiht مرحبا`.slice(0, length),
  zalgo: (length) => [...'Zalgo'].map((letter) => letter + MARKS).join('').slice(0, length),
  long: (length) => 'W'.repeat(length),
};

/** Somebody who has written it wherever one can write. */
async function writeEverywhere(account: Account, bea: Person, text: (length: number) => string): Promise<string> {
  const rest = bea.tavern.as(account);
  await rest.update(`users?id=eq.${account.id}`, {
    display_name: text(60),
    bio: text(500),
    pronouns: text(40),
    links: `https://example.org/${text(150).replaceAll(/\s/g, '')}`,
  });
  await rest.insert('tavern_messages', { body: text(4000) });
  await rest.insert('private_messages', { recipient_id: bea.id, body: text(4000) });
  const event = await rest.insert('events', {
    title: text(120),
    location: text(200),
    description: text(4000),
    starts_at: new Date(Date.now() + 86_400_000).toISOString(),
  });
  await rest.insert('rsvps', { event_id: event.id, status: 'going' });
  account.name = text(60);
  return event.id;
}

/** Nothing to scroll sideways, no element that was typed, and no script that ran. */
async function harmless(page: Page, where: string): Promise<void> {
  const wrong = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.scrollingElement!;
    const main = document.querySelector('main')!;
    return [
      ...(scrollWidth > clientWidth || main.scrollWidth > main.clientWidth ? ['scrolls sideways'] : []),
      ...[...document.querySelectorAll('body img, body script, body iframe')].map((node) => node.outerHTML),
      ...('hurt' in window ? ['a script ran'] : []),
    ];
  });
  expect.soft(wrong, where).toEqual([]);
}

/** What stands above and below `row` looks the same with and without what `row` says. */
async function staysInside(page: Page, row: Locator, where: string): Promise<void> {
  await row.evaluate((node) => node.scrollIntoView({ block: 'center' }));
  await page.mouse.move(0, 0);
  const { x, y, width, height } = (await row.boundingBox())!;
  const beside = async () => {
    const bands = [
      { x, y: y - 40, width, height: 39 },
      { x, y: y + height + 1, width, height: 39 },
    ];
    const pictures = [];
    for (const clip of bands) pictures.push((await page.screenshot({ clip, animations: 'disabled' })).toString('base64'));
    return pictures;
  };
  const shown = await beside();
  await row.evaluate((node: HTMLElement) => node.classList.add('unsaid'));
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('.unsaid, .unsaid * { color: transparent !important; -webkit-text-fill-color: transparent !important }');
    document.adoptedStyleSheets = [sheet];
  });
  const unsaid = await beside();
  await page.evaluate(() => (document.adoptedStyleSheets = []));
  await row.evaluate((node: HTMLElement) => node.classList.remove('unsaid'));
  expect.soft(shown[0] === unsaid[0], `${where}: stays below what is above`).toBe(true);
  expect.soft(shown[1] === unsaid[1], `${where}: stays above what is below`).toBe(true);
}

test('in every field, on a small phone', async ({ person, here }) => {
  test.setTimeout(90_000);
  const bea = await person('Bea', { viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' });
  const { page } = bea;
  const walk = async (hash: string) => {
    await page.evaluate((hash) => (location.hash = hash), hash);
  };
  for (const [kind, text] of Object.entries(KINDS)) {
    const account = await here.account(kind);
    await walk('#/tavern');
    const event = await writeEverywhere(account, bea, text);
    const line = bea.chat.locator('.message').last();
    await expect(line.locator('.message__body')).toHaveText(text(4000));
    // Somebody says something plain after it, which is not to be touched.
    await here.as(bea.account).insert('tavern_messages', { body: `After ${kind}` });
    await expect(bea.line(`After ${kind}`)).toBeVisible();
    await harmless(page, `${kind} in the tavern`);
    const said = bea.chat.locator('.message').nth(-2);
    if (kind === 'zalgo') await staysInside(page, said.locator('.prose'), 'a message');
    if (kind === 'zalgo') await staysInside(page, said.locator('.message__head'), 'the name at a message');

    await walk(`#/events/${event}`);
    const card = page.locator(`[id="${event}"]`);
    await expect(card.getByRole('heading').first()).toHaveText(text(120));
    await harmless(page, `${kind} in an event`);
    if (kind === 'zalgo') {
      await staysInside(page, card.locator('.event__title'), 'the title of an event');
      await staysInside(page, card.locator('.event__about'), 'what an event is about');
      await staysInside(page, card.locator('.event__fact', { has: page.locator('.event__place') }), 'the place of an event');
    }
    for (const view of ['#/events', '#/events/month']) {
      await walk(view);
      await expect(page.locator(`[href="#/events/${event}"]`).first()).toBeVisible();
      await harmless(page, `${kind} in ${view}`);
    }

    await walk(`#/members/${account.id}`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(text(60));
    await expect(page.locator('.profile__bio')).toHaveText(text(500));
    await expect(page.getByText(`@${account.username}`)).toBeVisible();
    await harmless(page, `${kind} in a profile`);
    if (kind === 'zalgo') await staysInside(page, page.locator('.profile__bio'), 'what one says of oneself');
    await walk('#/members');
    await page.getByRole('searchbox').fill(account.username);
    await expect(bea.members).toHaveCount(1);
    await harmless(page, `${kind} among the members`);
    if (kind === 'zalgo') {
      // Among the others, of whom only those near the screen exist.
      await page.getByRole('searchbox').fill('');
      const member = page.locator(`[id="${account.id}"]`);
      await expect(async () => {
        await page.getByRole('main').evaluate((main) => main.scrollBy(0, main.clientHeight / 2));
        await expect(member).toHaveCount(1, { timeout: 200 });
      }).toPass();
      await member.scrollIntoViewIfNeeded();
      await staysInside(page, member, 'a member');
    }

    await walk('#/messages');
    const conversation = page.locator(`[href="#/messages/${account.id}"]`).first();
    await expect(conversation).toContainText(text(20));
    await harmless(page, `${kind} among the conversations`);
    if (kind === 'zalgo') await staysInside(page, conversation, 'a conversation');
    await walk(`#/messages/${account.id}`);
    await expect(page.locator('.message__body')).toHaveText(text(4000));
    await harmless(page, `${kind} in private`);
    // A text that turns the direction of writing turns nothing around it.
    for (const name of await page.locator('.name').all()) {
      expect(await name.evaluate((node) => getComputedStyle(node).unicodeBidi)).toContain('isolate');
    }
  }
});

test('two who look alike are told apart by what nobody else can have', async ({ people, here }) => {
  const [ada, twin, bea] = await people(['Ada', 'Twin', 'Bea']);
  // The first letter is Cyrillic.
  const name = ada.name.replace('A', 'А');
  await here.as(twin.account).update(`users?id=eq.${twin.id}`, { display_name: name });
  await bea.go('Members');
  await bea.find(ada.name.slice(1));
  await expect(bea.members).toHaveCount(2);
  for (const { account } of [ada, twin]) await expect(bea.members.filter({ hasText: `@${account.username}` })).toHaveCount(1);
  const faces = bea.members.locator('.avatar');
  expect(await faces.first().getAttribute('style')).not.toBe(await faces.last().getAttribute('style'));
});

test('a null byte, which no database keeps, is refused in words wherever it is typed', async ({ people, visitor }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const { page } = ada;
  const nul = `left\u0000right ${ada.account.username}`;
  const words = 'a null byte';
  await test.step('in the tavern and in private', async () => {
    await ada.say(nul);
    const line = ada.chat.locator('[data-standing="failed"]');
    await expect(line).toContainText(words);
    await line.getByRole('button', { name: 'Discard' }).click();
    await line.getByRole('group', { name: /^Discard/ }).getByRole('button', { name: 'Discard' }).click();
    await expect(line).toHaveCount(0);
    await ada.page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByRole('searchbox').fill(nul);
    await expect(page.getByText('Nobody has said that.')).toBeVisible();
    await ada.writeTo(bea.name);
    await ada.say(nul);
    await expect(ada.conversation(bea.name).locator('[data-standing="failed"]')).toContainText(words);
  });
  await test.step('in an event', async () => {
    await ada.go('Events');
    await ada.announce({ title: nul, location: nul, description: nul });
    const card = page.locator('.event[data-standing="failed"]');
    await expect(card).toContainText(words);
    await page.getByRole('searchbox').fill('\u0000\u0000');
    await expect(page.getByRole('main')).toContainText(/No event to come/);
  });
  await test.step('in a profile', async () => {
    await ada.go('Members');
    await page.getByRole('searchbox').fill('\u0000nobody');
    await expect(ada.members).toHaveCount(0);
    const row = await ada.find(ada.name);
    for (const label of ['Display name', 'Pronouns', 'About you', 'Links']) {
      const begin = label === 'Links' ? 'https://example.org/' : ada.name;
      await row.getByRole('button', { name: 'Edit profile' }).click();
      await ada.dialog('Edit profile').getByLabel(label).fill(`${begin}\u0000`);
      await ada.dialog('Edit profile').getByRole('button', { name: 'Save', exact: true }).click();
      await expect(row.getByRole('alert')).toContainText(words);
      await row.getByRole('alert').getByRole('button', { name: 'Discard' }).click();
      await row.getByRole('group', { name: /^Discard/ }).getByRole('button', { name: 'Discard' }).click();
      await expect(row.getByRole('alert')).toHaveCount(0);
    }
  });
  await test.step('when a message is begun, and in a new password', async () => {
    await ada.go('Messages');
    await page.getByRole('button', { name: 'New message', exact: true }).click();
    await ada.dialog('New message').getByLabel('To', { exact: true }).fill(nul);
    await expect(ada.dialog('New message').getByRole('status')).toHaveText('Nobody is called that.');
    await page.keyboard.press('Escape');
    await page.evaluate(() => (location.hash = '#/password'));
    const form = page.getByRole('form', { name: 'New password', exact: true });
    await form.getByLabel('New password', { exact: true }).fill('words of ada\u0000');
    await form.getByRole('button', { name: 'Set password', exact: true }).click();
    await expect(form.locator('.field__note[data-bad="true"]')).toContainText('null byte');
  });
  await test.step('on the way in', async () => {
    const guest = await visitor('Guest');
    for (const form of ['Register', 'Sign in']) {
      const way = guest.page.getByRole('form', { name: form, exact: true });
      const fields = form === 'Register' ? ['Username', 'Email', 'Password'] : ['Email', 'Password'];
      for (const nulled of fields) {
        for (const field of fields) {
          const plain = { Username: 'guest_of_all', Email: 'guest@example.com', Password: 'words of guests' }[field]!;
          await way.getByLabel(field, { exact: true }).fill(field === nulled ? `${plain}\u0000` : plain);
        }
        await way.getByRole('button', { name: form, exact: true }).click();
        await expect(way.getByRole('alert').or(way.locator('.field__note[data-bad="true"]')).filter({ hasText: /\w/ }).first(), `${form}: ${nulled}`).toBeVisible();
        await expect(way.locator('.form__problem, .field__note').filter({ hasText: /[a-z]{3}/ }).first()).not.toContainText(/unicode escape|syntax|22P05|json/i);
      }
    }
    await guest.page.getByRole('button', { name: 'Forgotten password?', exact: true }).click();
    const lost = guest.page.getByRole('form', { name: 'Forgotten password', exact: true });
    await lost.getByLabel('Email', { exact: true }).fill('guest@example.com\u0000');
    await lost.getByRole('button', { name: 'Mail me a link', exact: true }).click();
    await expect(lost.locator('.form__problem, .field__note[data-bad="true"]').filter({ hasText: /[a-z]{3}/ })).not.toContainText(/unicode escape|syntax|22P05|json/i);
  });
});
