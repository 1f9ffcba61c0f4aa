import type { Browser, Page } from 'playwright-core';
import { ADMIN_SETTINGS } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import {
  ask,
  launchBrowser,
  openPage,
  registerInPage,
  seriousFindings,
  signInWith,
} from '../support/browser.js';
import { callJson } from '../support/client.js';
import { FakeOpenAi, sendJson } from '../support/fake-openai.js';

describe('operating in the console', () => {
  let model: FakeOpenAi;
  let parley: TestApp;
  let browser: Browser;
  let page: Page;
  let faults: string[];
  let user: { email: string; password: string };
  const part = (name: string) => page.getByRole('link', { name, exact: true }).click();
  const row = (text: string) => page.getByRole('row').filter({ hasText: text });
  const signOut = async () => {
    await page.getByRole('button', { name: /Account and settings/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Parley' }).waitFor();
  };
  const inBothThemes = async () => {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousFindings(page)).toEqual([]);
    }
  };

  beforeAll(async () => {
    [model, browser] = await Promise.all([FakeOpenAi.start(), launchBrowser()]);
    parley = await createTestApp({
      ...ADMIN_SETTINGS,
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'a-key-of-the-tests',
    });
    ({ page, faults } = await openPage(browser, parley.url));
    user = await registerInPage(page);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await parley?.close();
    await model?.close();
  });

  it('makes a key that is shown once and works, and revokes it', async () => {
    await part('API');
    await page.getByText('No keys yet').waitFor();
    await page.getByRole('button', { name: 'Create key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('nightly import');
    await dialog.getByLabel('documents:read').check();
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Create key' }).click();
    await dialog.getByText('it is not shown again').waitFor();
    const key = (await dialog.locator('code').textContent())!;
    await page.keyboard.press('Escape');
    await row('nightly import').getByText('chat, documents:read').waitFor();
    const works = async () => (await callJson(parley.url, '/attachments', { token: key })).status;
    expect(await works()).toBe(200);
    await page.getByRole('button', { name: 'Revoke: nightly import' }).click();
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No keys yet').waitFor();
    expect(await works()).toBe(401);
  });

  it('draws the tokens of the answers by day and model', async () => {
    model.reply('Thirty days.');
    await page.getByRole('link', { name: 'New conversation' }).first().click();
    await ask(page, 'How much leave is there?');
    await page.getByText('Thirty days.', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Bad answer' }).click();
    await page.getByLabel('Reason').fill('That is last year.');
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    await page.getByRole('button', { name: 'Bad answer', pressed: true }).waitFor();
    await part('API');
    await page.locator('.bars').getByText('in 1 answer').waitFor();
    await page.getByLabel('Group by').selectOption('By agent');
    await page.locator('.bars').getByText('assistant').waitFor();
    await inBothThemes();
  });

  it('finds accounts, deactivates them and hands out links for a new password', async () => {
    await signOut();
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = ADMIN_SETTINGS;
    await signInWith(page, { email, password });
    await part('Operate');
    await part('Users');
    await page.getByLabel('Address or name').fill(user.email.slice(0, 20));
    await page.getByRole('button', { name: `Deactivate: ${user.email}` }).click();
    await row(user.email).getByText('Deactivated').waitFor();
    await page.getByRole('button', { name: `Activate: ${user.email}` }).click();
    await row(user.email).getByText('Active', { exact: true }).waitFor();
    await inBothThemes();
    await page.getByRole('button', { name: `Reset link: ${user.email}` }).click();
    const link = await page.getByRole('dialog').locator('code').textContent();
    await page.keyboard.press('Escape');

    const other = await openPage(browser, parley.url);
    await other.page.goto(link!);
    await other.page.reload();
    await other.page.getByLabel('Password').fill('quite another battery');
    await other.page.getByRole('button', { name: 'Set password' }).click();
    await other.page.getByText('The password is set.').waitFor();
    await signInWith(other.page, { ...user, password: 'quite another battery' });
    await other.context.close();
  });

  it('shows what users think, who did what, and what the model server said', async () => {
    await part('Ratings');
    await row('That is last year.').getByText('Bad answer').waitFor();
    await part('Audit');
    await row('updateUserAsAdmin').first().getByText('Done').waitFor();
    await inBothThemes();
    model.reply((response) => sendJson(response, 400, { error: { message: 'no such model here' } }));
    await page.getByRole('link', { name: 'New conversation' }).first().click();
    await ask(page, 'Say something');
    await page.locator('.ending.problem').waitFor();
    await part('Operate');
    await part('Model');
    await page.getByText(model.url).first().waitFor();
    await page.getByRole('cell', { name: /no such model here/ }).waitFor();
    await inBothThemes();
  });

  it('never asked another server, broke its policy or threw', () => {
    expect(faults).toEqual([]);
  });
});
