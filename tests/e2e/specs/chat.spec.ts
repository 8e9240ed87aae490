// What people do with words in the tavern: answer, react, mention, mark up, search, and see each other write.

import { faultyTest } from '../fixtures/network';
import { Person } from '../fixtures/person';
import { expect, test } from '../fixtures/test';

test('an answer quotes what it answers and leads to it', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const [said, answer] = [`Who bakes? ${ada.account.username}`, `I do. ${bea.account.username}`];
  await ada.say(said);
  const line = bea.line(said);
  await line.hover();
  await line.getByRole('button', { name: 'Reply', exact: true }).click();
  await expect(bea.page.getByRole('group', { name: 'In answer to' })).toContainText(said);
  await expect(bea.message).toBeFocused();
  await bea.page.reload();
  bea.loads += 1;
  await expect(bea.page.getByRole('group', { name: 'In answer to' }), 'kept over a reload').toContainText(said);
  await bea.say(answer);
  await expect(bea.page.getByRole('group', { name: 'In answer to' })).toHaveCount(0);
  const quote = ada.line(answer).getByRole('button', { name: `In answer to ${ada.name} ${said}` });
  await quote.click();
  await expect(ada.line(said).first()).toBeFocused();

  await test.step('and stands when that is taken back', async () => {
    const first = ada.chat.getByRole('listitem').filter({ has: ada.page.locator('.message__body', { hasText: said }) });
    await first.hover();
    await first.getByRole('button', { name: 'Delete', exact: true }).click();
    await first.getByRole('group').getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(bea.line(answer)).toContainText('A message that was taken back');
  });
});

test('a reaction is given and taken back, and counted for both', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const word = `We have bread. ${ada.account.username}`;
  await ada.say(word);
  await bea.line(word).hover();
  await bea.line(word).getByRole('button', { name: 'React', exact: true }).click();
  await bea.page.keyboard.press('Tab');
  await bea.line(word).getByRole('button', { name: 'React with 🎉' }).click();
  const [hers, his] = [bea, ada].map((who) => who.line(word).getByRole('button', { name: /^🎉 \d+ by/ }));
  await expect(hers).toHaveAttribute('aria-pressed', 'true');
  await expect(his).toHaveAccessibleName(`🎉 1 by ${bea.name}`);
  await expect(his).toHaveAttribute('aria-pressed', 'false');
  await his.click();
  await expect(hers).toHaveAccessibleName(/^🎉 2 by/);
  await hers.click();
  await expect(his).toHaveAccessibleName('🎉 1 by you');
  await his.click();
  await expect(hers).toHaveCount(0);
  await expect(his).toHaveCount(0);
  await expect(ada.line(word).getByRole('button', { name: 'React', exact: true })).toBeFocused();
});

test('a name is completed, and whoever is mentioned sees it', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  await ada.message.pressSequentially(`Ask @${bea.account.username.slice(0, -1)}`);
  const offered = ada.page.getByRole('listbox', { name: 'Members' });
  await expect(offered.getByRole('option', { name: `@${bea.account.username}` })).toBeVisible();
  while (!(await offered.locator('[aria-selected=true]').textContent())?.includes(bea.account.username)) {
    await ada.message.press('ArrowDown');
  }
  await ada.message.press('Enter');
  await expect(ada.message).toHaveValue(`Ask @${bea.account.username} `);
  await expect(offered).toBeHidden();
  await ada.message.pressSequentially('about it');
  await ada.message.press('Enter');
  const mention = bea.line('about it').getByRole('link', { name: `@${bea.account.username}` });
  await expect(mention).toHaveAttribute('data-me', 'true');
  await expect(bea.line('about it')).toHaveAttribute('data-calls-me', 'true');
  await expect(ada.line('about it')).not.toHaveAttribute('data-calls-me', 'true');
});

test('marks become bold, code, lists and links, and nothing else', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  await ada.say(
    [
      `**so** _it_ ~~was~~ \`2 * 2\` ${ada.account.username}`,
      '',
      '- one',
      '- two',
      '',
      '> quoted',
      '',
      '[bank](https://bank.test@evil.test) https://x.test/a_b. [no](javascript:alert(1))',
    ].join('\n'),
  );
  const body = bea.chat.locator('.message__body', { hasText: ada.account.username });
  await expect(body.locator('strong')).toHaveText('so');
  await expect(body.locator('code')).toHaveText('2 * 2');
  await expect(body.locator('li')).toHaveText(['one', 'two']);
  await expect(body.locator('blockquote')).toHaveText('quoted');
  const links = body.getByRole('link');
  await expect(links).toHaveText(['bank', 'https://x.test/a_b']);
  for (const link of await links.all()) await expect(link).toHaveAttribute('rel', /noopener noreferrer/);
  await expect(body).toContainText('bank (evil.test)');
  await expect(body).toContainText('[no](javascript:alert(1))');
});

test('an answer has its reactions and its editor below its words, however narrow the page', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea'], { viewport: { width: 320, height: 640 } });
  const word = ada.account.username;
  await ada.say(`Who brings the maps, ${word}?`);
  const asked = bea.line(`Who brings the maps, ${word}?`);
  await asked.hover();
  await asked.getByRole('button', { name: 'Reply', exact: true }).click();
  await bea.say(`All of them, ${word}`);
  const own = bea.line(`All of them, ${word}`);
  await own.hover();
  await own.getByRole('button', { name: 'React', exact: true }).click();
  await own.getByRole('button', { name: 'React with 🎉' }).click();
  await expect(own.getByRole('button', { name: /^🎉/ })).toBeInViewport({ ratio: 1 });
  await own.hover();
  await own.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(bea.chat.getByRole('textbox', { name: 'Edit text' })).toBeInViewport({ ratio: 1 });
  await expect(bea.chat.getByRole('button', { name: 'Cancel', exact: true })).toBeInViewport({ ratio: 1 });
  await expect(bea.chat.getByRole('button', { name: /^🎉 1 by you/ })).toBeInViewport({ ratio: 1 });
});

test('one sees that somebody writes, until they have', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  await ada.message.pressSequentially('Well');
  await expect(bea.page.getByText(`${ada.name} is writing …`)).toBeVisible();
  await expect(ada.page.getByText('is writing …')).toHaveCount(0);
  await ada.message.press('Enter');
  await expect(bea.page.getByText('is writing …')).toHaveCount(0);
});

test('the last own line is edited by the key that goes up', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const word = `Typo ${ada.account.username}`;
  await ada.say(word);
  await bea.say(`After it ${bea.account.username}`);
  await expect(ada.line(`After it ${bea.account.username}`)).toBeVisible();
  await ada.message.press('ArrowUp');
  const editor = ada.line(word).or(ada.chat).getByRole('textbox', { name: 'Edit text' });
  await expect(editor).toBeFocused();
  await editor.fill(`${word}, mended`);
  await editor.press('Enter');
  await expect(bea.line(`${word}, mended`)).toContainText('edited');
});

faultyTest('what was said long ago is found and gone to, and what is new has a line', async ({ browser, here, guests }) => {
  const bea = await here.account('Bea');
  const ada = await Person.enter(browser, here, 'Ada', await here.account('Ada'));
  guests.push(ada);
  const begin = Date.now() - 40 * 86_400_000;
  const rows = Array.from({ length: 320 }, (_, number) => ({
    author_id: bea.id,
    body: number === 7 ? 'The recipe: Sauerteig, patience' : `Once ${number}`,
    created_at: new Date(begin + number * 60_000).toISOString(),
  }));
  await here.service.must('POST', '/rest/v1/tavern_messages', rows);
  await ada.open();
  await ada.live();
  await expect(ada.line('Once 319')).toBeVisible();
  await ada.page.getByRole('button', { name: 'Search', exact: true }).click();
  const field = ada.page.getByRole('searchbox');
  await expect(field).toBeFocused();
  await field.fill('sauert rec');
  const hits = ada.page.getByRole('list', { name: 'Found' }).getByRole('listitem');
  await expect(hits).toHaveCount(1);
  await expect(hits.locator('mark')).toHaveText(['rec', 'Sauert']);
  // Signs, what stands in angle brackets, and words of an address are found as they are seen.
  for (const [words, said] of [
    ['🦔', 'A 🦔 in the garden'],
    ['Vec<String>', 'It is a Vec<String> after all'],
    ['minutes 🗒️', 'See https://example.org/club/minutes-of-may 🗒️'],
  ]) {
    await here.as(bea).insert('tavern_messages', { body: said });
    await field.fill(words);
    await expect(hits, words).toHaveText([new RegExp(said)]);
  }
  await field.fill('🦑');
  await expect(ada.page.getByText('Nobody has said that.')).toBeVisible();
  await field.fill('sauert rec');
  await expect(hits).toHaveText([/The recipe/]);
  await hits.getByRole('button').click();
  await expect(ada.line('The recipe')).toBeInViewport();
  await expect(ada.line('The recipe')).toBeFocused();
  await ada.page.getByRole('button', { name: 'Latest', exact: true }).click();
  await expect(ada.line('Once 319')).toBeInViewport();
  await expect(ada.page.getByRole('button', { name: 'Latest', exact: true })).toHaveCount(0);
  await expect(ada.chat).toBeFocused();

  await ada.go('Events');
  await here.as(bea).must('POST', '/rest/v1/tavern_messages', { body: 'While you were elsewhere' });
  await ada.go('Tavern');
  const fresh = ada.line('While you were elsewhere');
  await expect(fresh).toContainText('New since you were here');
  await expect(ada.page.getByText('New since you were here')).toHaveCount(1);
});

test('whoever looks away sees where they were, and nothing is new that was said while they looked', async ({ people }) => {
  const [ada, bea] = await people(['Ada', 'Bea']);
  const word = ada.account.username;
  const look = (away: boolean) =>
    ada.page.evaluate((away) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (away ? 'hidden' : 'visible') });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }, away);
  await bea.say(`Seen at once, ${word}`);
  await expect(ada.line(`Seen at once, ${word}`)).toBeVisible();
  await look(true);
  await bea.say(`Said meanwhile, ${word}`);
  await bea.say(`And this as well, ${word}`);
  await expect(ada.line(`And this as well, ${word}`)).toHaveCount(1);
  await look(false);
  await bea.say(`Seen again, ${word}`);
  await expect(ada.line(`Seen again, ${word}`)).toBeVisible();
  await expect(ada.line(`Said meanwhile, ${word}`)).toContainText('New since you were here');
  await expect(ada.page.getByText('New since you were here')).toHaveCount(1);
  // Looking away once more, all of that is known.
  await look(true);
  await look(false);
  await expect(ada.page.getByText('New since you were here')).toHaveCount(0);
  // What one says on another device meanwhile is no news, and hides none.
  await look(true);
  const phone = (body: string) => ada.rest.insert('tavern_messages', { body: `${body}, ${word}` });
  await phone('By phone');
  await bea.say(`An answer, ${word}`);
  await expect(ada.line(`An answer, ${word}`)).toHaveCount(1);
  await phone('By phone again');
  await bea.say(`One more, ${word}`);
  await expect(ada.line(`One more, ${word}`)).toHaveCount(1);
  await look(false);
  await expect(ada.line(`An answer, ${word}`)).toContainText('New since you were here');
  await expect(ada.page.getByText('New since you were here')).toHaveCount(1);
  await look(true);
  await phone('Only me');
  await expect(ada.line(`Only me, ${word}`)).toHaveCount(1);
  await look(false);
  await expect(ada.line(`Only me, ${word}`)).toBeVisible();
  await expect(ada.page.getByText('New since you were here')).toHaveCount(0);
});
