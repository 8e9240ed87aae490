// The page before its program runs: something to look at and to type into at once, and only what its policy allows.

import type { Browser } from '@playwright/test';

import { Person } from '../fixtures/person';
import { credentials, type Tavern } from '../fixtures/tavern';
import { expect, test } from '../fixtures/test';

/** Keeps the program from arriving until what this gives is called. */
async function holdProgram(person: Person): Promise<() => void> {
  let arrive = () => {};
  const mayArrive = new Promise<void>((go) => (arrive = go));
  await person.page.route('**/*.wasm', async (route) => {
    await mayArrive;
    await route.continue();
  });
  return arrive;
}

test('Who is quicker than the program keeps what they typed, and is let in', async ({ browser, here, guests }) => {
  const ada = await Person.enter(browser, here, 'Ada');
  guests.push(ada);
  const arrive = await holdProgram(ada);
  await ada.page.goto(here.origin, { waitUntil: 'commit' });
  const { username, email, password } = credentials('Ada');
  const form = ada.page.getByRole('form', { name: 'Register', exact: true });
  await form.getByLabel('Username', { exact: true }).fill(username);
  await form.getByLabel('Email', { exact: true }).fill(email);
  await form.getByLabel('Password', { exact: true }).fill(password);
  await form.getByLabel('Password', { exact: true }).press('Enter');
  await expect(form).toBeVisible();
  arrive();
  await ada.live();
  await expect(ada.page.getByRole('form', { name: 'Register', exact: true })).toBeHidden();
});

/** Somebody signs in before the program is there, with a wrong password; what was asked is told by its statuses. */
async function mistype({ browser, here, guests }: { browser: Browser; here: Tavern; guests: Person[] }) {
  const account = await here.account('Ada');
  const ada = await Person.enter(browser, here, 'Ada');
  guests.push(ada);
  const asked: number[] = [];
  ada.page.on('response', (response) => {
    if (response.request().method() === 'POST' && response.url().includes('/auth/v1/token')) asked.push(response.status());
  });
  const arrive = await holdProgram(ada);
  await ada.page.goto(here.origin, { waitUntil: 'commit' });
  const form = ada.page.getByRole('form', { name: 'Sign in', exact: true });
  await form.getByLabel('Email', { exact: true }).fill(account.email);
  await form.getByLabel('Password', { exact: true }).fill('not hers');
  await form.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect.poll(() => asked).toEqual([400]);
  return { ada, account, form, asked, arrive };
}

test('Who signs in before the program is there is let in without it, and seen in when it comes', async ({ browser, here, guests }) => {
  const { ada, account, form, asked, arrive } = await mistype({ browser, here, guests });
  await form.getByLabel('Password', { exact: true }).fill(account.password);
  await form.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(form, 'the house is shown').toBeHidden();
  expect(asked).toEqual([400, 200]);
  arrive();
  await ada.live();
  expect(asked, 'the program does not ask again').toEqual([400, 200]);
});

test('A wrong password is asked once, and told when the program is there', async ({ browser, here, guests }) => {
  const { ada, account, form, asked, arrive } = await mistype({ browser, here, guests });
  arrive();
  await expect(form.getByRole('alert')).toContainText(/wrong/i);
  expect(asked, 'the program tells what is known').toEqual([400]);
  await form.getByLabel('Password', { exact: true }).fill(account.password);
  await form.getByRole('button', { name: 'Sign in', exact: true }).click();
  await ada.live();
  expect(asked).toEqual([400, 200]);
});

test('The cursor stays where it was when the program takes over', async ({ browser, here, guests }) => {
  const ada = await Person.enter(browser, here, 'Ada');
  guests.push(ada);
  const arrive = await holdProgram(ada);
  await ada.page.goto(here.origin, { waitUntil: 'commit' });
  const form = ada.page.getByRole('form', { name: 'Sign in', exact: true });
  await form.getByLabel('Email', { exact: true }).pressSequentially('ada@exam');
  arrive();
  await expect(ada.page.locator('.opening')).toHaveCount(0);
  await ada.page.keyboard.type('ple.com');
  await expect(form.getByLabel('Email', { exact: true })).toHaveValue(/ple\.com/);
  await expect(form.getByLabel('Email', { exact: true })).toHaveValue(/ada@exam/);
});

test('The program starts when one pauses, not between two keys', async ({ browser, here, guests }) => {
  const ada = await Person.enter(browser, here, 'Ada');
  guests.push(ada);
  await ada.page.addInitScript(() => {
    const compile = WebAssembly.compileStreaming;
    WebAssembly.compileStreaming = (...given) => {
      const compiled = compile(...given);
      Object.assign(window, { compiled });
      return compiled;
    };
  });
  await ada.page.clock.install();
  const arrive = await holdProgram(ada);
  await ada.page.goto(here.origin, { waitUntil: 'commit' });
  const field = ada.page.getByRole('form', { name: 'Sign in', exact: true }).getByLabel('Email', { exact: true });
  await field.fill('a');
  await ada.page.clock.pauseAt(await ada.page.evaluate(() => Date.now() + 1_000));
  await field.press('d');
  arrive();
  await ada.page.evaluate(() => (window as any).compiled.then(() => undefined));
  for (const key of 'a@example.com') {
    await ada.page.clock.runFor(200);
    await field.press(key);
    await expect(ada.page.locator('.opening')).toHaveCount(1);
  }
  await ada.page.clock.resume();
  await expect(ada.page.locator('.opening')).toHaveCount(0);
  await expect(field).toHaveValue('ada@example.com');
});

test('Nothing moves when the program takes over', async ({ browser, here, guests }) => {
  const ada = await Person.enter(browser, here, 'Ada');
  guests.push(ada);
  await ada.page.addInitScript(() => {
    (window as any).shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as any[]) (window as any).shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const arrive = await holdProgram(ada);
  await ada.page.goto(here.origin, { waitUntil: 'commit' });
  const form = ada.page.locator('.opening').getByRole('form', { name: 'Sign in', exact: true });
  // Nothing is painted before the style sheets are there.
  await ada.page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
  const before = await form.boundingBox();
  arrive();
  await expect(ada.page.locator('.opening')).toHaveCount(0);
  const after = await ada.page.getByRole('form', { name: 'Sign in', exact: true }).boundingBox();
  expect(after).toEqual(before);
  expect(await ada.page.evaluate(() => (window as any).shift)).toBeLessThanOrEqual(0.02);
});

test('Neither foreign code nor a foreign server is reached', async ({ visitor }) => {
  const guest = await visitor('Guest');
  await expect(guest.page.locator('.opening')).toHaveCount(0);
  const reached = await guest.page.evaluate(async () => {
    const refused = (event: SecurityPolicyViolationEvent) => event.effectiveDirective;
    const next = () =>
      new Promise<string>((told) =>
        document.addEventListener('securitypolicyviolation', (event) => told(refused(event)), { once: true }),
      );
    const heard: string[] = [];
    let told = next();
    await fetch('https://elsewhere.example/').catch(() => {});
    heard.push(await told);
    told = next();
    const script = document.createElement('script');
    document.head.append(script);
    try {
      script.text = 'window.reached = true';
    } catch {
      // Refused before it is code.
    }
    heard.push(await told);
    return { heard, reached: 'reached' in window };
  });
  expect(reached.reached).toBe(false);
  expect(reached.heard[0]).toBe('connect-src');
  expect(reached.heard[1]).toMatch(/script-src|trusted-types/);
  // That was the story's own doing.
  guest.crashes.length = 0;
});
