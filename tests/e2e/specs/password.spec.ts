// A forgotten password: the way back in is a mail, and its link works once.

import { flawless } from '../fixtures/axe';
import type { Person } from '../fixtures/person';
import { expect, test } from '../fixtures/test';

/** Asks for a link, in the form that says so. */
async function forget(person: Person, email: string): Promise<void> {
  const form = person.page.getByRole('form', { name: 'Forgotten password', exact: true });
  const field = form.getByLabel('Email', { exact: true });
  await expect(field).toBeVisible();
  await field.fill(email);
  await form.getByRole('button', { name: 'Mail me a link', exact: true }).click();
  await expect(form.getByRole('status')).toContainText(`If ${email} has an account here, a mail is on its way.`);
}

/** Where the last mail to `email` leads, as whoever runs the server reads it. */
async function mailed(person: Person, email: string): Promise<string> {
  await person.page.getByRole('link', { name: 'read them', exact: true }).click();
  const mail = person.page.getByRole('listitem').filter({ hasText: email }).first();
  await expect(mail.getByRole('heading', { name: 'Reset your password' })).toBeVisible();
  return (await mail.getByRole('link', { name: 'Open the link' }).getAttribute('href'))!;
}

async function signIn({ page }: Person, email: string, password: string): Promise<void> {
  const form = page.getByRole('form', { name: 'Sign in', exact: true });
  await form.getByLabel('Email', { exact: true }).fill(email);
  await form.getByLabel('Password', { exact: true }).fill(password);
  await form.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('A forgotten password is set anew by a mailed link, which works once', async ({ visitor, here }) => {
  const { email, password, session } = await here.account('Mara');
  const mara = await visitor('Mara');
  const { page } = mara;
  await page.getByRole('button', { name: 'Forgotten password?', exact: true }).click();
  await expect(page.getByLabel('Email', { exact: true }).first()).toBeFocused();
  // Nobody learns here who has an account.
  await forget(mara, 'nobody@example.com');
  await forget(mara, email);
  await flawless(page, 'forgotten');
  const link = await mailed(mara, email);

  await page.getByRole('link', { name: 'Open the link' }).first().click();
  const form = page.getByRole('form', { name: 'New password', exact: true });
  await expect(form).toContainText(email);
  expect(page.url(), 'the tokens are gone').toBe(`${here.origin}/#/password`);
  await form.getByLabel('New password', { exact: true }).fill('short');
  await form.getByRole('button', { name: 'Set password', exact: true }).click();
  await expect(form.getByLabel('New password', { exact: true })).toBeFocused();
  await form.getByLabel('New password', { exact: true }).fill(password);
  await form.getByRole('button', { name: 'Set password', exact: true }).click();
  await expect(form.getByLabel('New password', { exact: true })).toHaveAccessibleDescription(/Choose another one/);
  await flawless(page, 'a password that is refused');
  await form.getByLabel('New password', { exact: true }).fill('remembered for good');
  await form.getByRole('button', { name: 'Set password', exact: true }).click();
  await expect(form.getByRole('status')).toContainText('Your new password is set.');

  // Whoever was in with the old one is out.
  const { refresh_token } = session;
  const old = await here.anonymous.call('POST', '/auth/v1/token?grant_type=refresh_token', { refresh_token });
  expect(old.status).toBe(400);

  // Again, while signed in: it says so, and does no harm.
  await page.goto(link);
  await expect(form.getByRole('alert').first()).toContainText('This link was used already');
  await mara.live();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await signIn(mara, email, password);
  await expect(page.getByRole('form', { name: 'Sign in', exact: true }).getByRole('alert')).toContainText(/wrong/);
  await signIn(mara, email, 'remembered for good');
  await mara.live();
  mara.loads = 3;
});

test('A link that is no good says so and offers another one', async ({ visitor, here }) => {
  const { email } = await here.account('Bea');
  const bea = await visitor('Bea');
  await bea.page.getByRole('button', { name: 'Forgotten password?', exact: true }).click();
  await forget(bea, email);
  const link = await mailed(bea, email);
  await bea.page.goto(link.replace(/token=\w+/, 'token=0'));
  await expect(bea.page.getByRole('alert').first()).toContainText('Ask for a new one.');
  expect(bea.page.url()).toBe(`${here.origin}/`);
  // So soon there is no other mail; the first one still leads in.
  const form = bea.page.getByRole('form', { name: 'Forgotten password', exact: true });
  await form.getByLabel('Email', { exact: true }).fill(email);
  await form.getByRole('button', { name: 'Mail me a link', exact: true }).click();
  await expect(form.getByRole('alert')).toContainText('Look for it, or ask again in a minute.');
  await bea.page.goto(link);
  await expect(bea.page.getByRole('heading', { name: 'New password', level: 1 })).toBeVisible();
  await bea.live();
  bea.loads = 3;
});
