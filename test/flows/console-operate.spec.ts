import type { Browser, Page } from 'playwright-core';
import { ADMIN_SETTINGS } from '../support/admin.js';
import type { TestApp } from '../support/app.js';
import {
  ask,
  openConsole,
  openPage,
  registerInPage,
  seriousFindings,
  signInWith,
  type OpenConsole,
} from '../support/browser.js';
import { callJson, register } from '../support/client.js';
import { sendJson, type FakeOpenAi } from '../support/fake-openai.js';
import { stallAfter } from '../support/fake-openai-plays.js';
import { uploaded, uploadIndexed } from '../support/upload.js';

describe('operating in the console', () => {
  let opened: OpenConsole;
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
    opened = await openConsole({ ...ADMIN_SETTINGS, MEMORY: 'on' });
    ({ model, parley, browser, page, faults } = opened);
    user = await registerInPage(page);
  }, 60_000);
  afterAll(() => opened?.close());

  it('makes a key that is shown once and works, and revokes it', async () => {
    await part('API');
    await page.getByText('No keys yet').waitFor();
    await page.getByRole('button', { name: 'Create key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('nightly import');
    await dialog.getByLabel('documents:read').check();
    expect(await seriousFindings(page)).toEqual([]);
    let sent = 0;
    await page.route(/\/users\/me\/keys$/, async (route) => {
      if (route.request().method() === 'POST') sent += 1;
      await route.continue();
    });
    // A second click does not make a second key.
    await dialog.getByRole('button', { name: 'Create key' }).dblclick();
    await dialog.getByText('it is not shown again').waitFor();
    await page.unrouteAll();
    const key = (await dialog.locator('code').textContent())!;
    await page.keyboard.press('Escape');
    await row('nightly import').getByText('chat, documents:read').waitFor();
    expect(sent).toBe(1);
    const works = async () => (await callJson(parley.url, '/attachments', { token: key })).status;
    expect(await works()).toBe(200);
    await page.getByRole('button', { name: 'Revoke: nightly import' }).click();
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No keys yet').waitFor();
    expect(await works()).toBe(401);
  });

  it('lists memories of the user, adds and deletes one', async () => {
    await page.getByRole('button', { name: /Account and settings/ }).click();
    await page.getByRole('menuitem', { name: 'Memories' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Nothing is remembered yet.').waitFor();
    await dialog.getByLabel('A fact about you').fill('Prefers metric units.');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await row('Prefers metric units.').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Delete: Prefers metric units.' }).click();
    await dialog.getByText('Nothing is remembered yet.').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('schedules a message, shows the error of an invalid one, disables and deletes it', async () => {
    await page.getByRole('button', { name: /Account and settings/ }).click();
    await page.getByRole('menuitem', { name: 'Schedules' }).click();
    const dialog = page.getByRole('dialog', { name: 'Schedules' });
    await dialog.getByText('No schedules yet.').waitFor();
    await dialog.getByRole('button', { name: 'Create schedule' }).click();
    const form = page.getByRole('dialog', { name: 'Create schedule' });
    const zone = await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
    expect(await form.getByLabel('Time zone').inputValue()).toBe(zone);
    await form.getByLabel('Name').fill('Morning summary');
    await form.getByLabel('Time zone').fill('Europe/Berlin');
    await form.getByLabel('Cron expression').fill('every day');
    await form.getByLabel('Agent').selectOption('Assistant');
    await form.getByLabel('Message').fill('What is new in the handbook?');
    expect(await seriousFindings(page)).toEqual([]);
    await form.getByRole('button', { name: 'Create schedule' }).click();
    await form.getByRole('alert').filter({ hasText: 'cron expression of five fields' }).waitFor();
    await form.getByLabel('Cron expression').fill('0 9 1 1 *');
    await form.getByRole('button', { name: 'Create schedule' }).click();
    await form.waitFor({ state: 'detached' });
    await row('Morning summary').getByText('1 Jan').waitFor();
    await row('Morning summary').getByText('Europe/Berlin').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Disable: Morning summary' }).click();
    await row('Morning summary').getByText('disabled').waitFor();
    await dialog.getByRole('button', { name: 'Enable: Morning summary' }).click();
    await row('Morning summary').getByText('1 Jan').waitFor();
    await dialog.getByRole('button', { name: 'Delete: Morning summary' }).click();
    const confirm = page.getByRole('dialog', { name: 'Delete this schedule?' });
    await confirm.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByText('No schedules yet.').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
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

  it('finds accounts, deactivates them and creates links for a new password', async () => {
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

  it('shows the answers that are being written, of everybody, and stops them', async () => {
    await part('Runs');
    await page.getByText('No answer is being written').waitFor();
    const bob = await register(parley.url);
    model.reply(stallAfter('Once upon'));
    const answer = callJson(parley.url, '/chat', {
      token: bob.accessToken,
      body: { message: 'A tale' },
    }).catch(() => null);
    await row(bob.email).getByText('Being written').waitFor();
    await inBothThemes();
    await page.getByRole('button', { name: `Stop: ${bob.email}` }).click();
    await page.getByText('No answer is being written').waitFor();
    await answer;
  });

  it('shows the queue of documents, and retries failed ones', async () => {
    await part('Queue');
    await page.getByText('No job has failed').waitFor();
    const bob = await register(parley.url);
    await uploaded(parley.url, bob.accessToken, { name: 'broken.pdf', bytes: '%PDF-1.7\nno pages' });
    const failed = page.locator('.bars > div').filter({ hasText: 'Failed' });
    await failed.locator('dd').getByText('1', { exact: true }).waitFor();
    await part('Users');
    await part('Queue');
    await row('broken.pdf').waitFor();
    await inBothThemes();
    await page.getByRole('button', { name: 'Retry: broken.pdf' }).click();
    await page.getByText('1 document waits to be indexed.').waitFor();
  });

  it('draws the tokens of everybody by day, agent, model and user', async () => {
    await part('Usage');
    await page
      .locator('.bars')
      .getByText(/in \d+ answers?/)
      .first()
      .waitFor();
    for (const group of ['By agent', 'By model']) {
      await page.getByLabel('Group by').selectOption(group);
      await page
        .locator('.bars')
        .getByText(group === 'By agent' ? 'assistant' : /.+ in \d+ answers?/)
        .first()
        .waitFor();
    }
    await page.getByLabel('Group by').selectOption('By user');
    await page.locator('.bars').getByText(user.email).waitFor();
    await page.getByLabel('Period').selectOption('Last 7 days');
    await page.locator('.bars').getByText(user.email).waitFor();
    await inBothThemes();
  });

  it('filters the audit trail by action, outcome and actor', async () => {
    await part('Audit');
    await row('updateUserAsAdmin').first().waitFor();
    await page.getByLabel('Action').fill('stopRunAsAdmin');
    await row('updateUserAsAdmin').first().waitFor({ state: 'detached' });
    await row('stopRunAsAdmin')
      .first()
      .getByRole('button', { name: /Show .+ only/ })
      .first()
      .click();
    await page.getByRole('button', { name: /remove the filter/ }).waitFor();
    await page.getByLabel('Action').fill('');
    await row('updateUserAsAdmin').first().waitFor();
    await inBothThemes();
    await page.getByLabel('Outcome').selectOption('Failed');
    await page.getByText('No events yet').waitFor();
    await page.getByLabel('Outcome').selectOption('All');
    await page.getByRole('button', { name: /remove the filter/ }).click();
  });

  it('shows ratings, audit events, and errors of the model server', async () => {
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

  it('sets a budget for an account by its address, shows it and removes it', async () => {
    await part('Budgets');
    await page.getByText('No budgets').waitFor();
    await page.getByRole('button', { name: 'Set budget' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address, group').fill('nobody@example.com');
    await dialog.getByLabel('Amount').fill('2500');
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Set budget' }).click();
    await dialog.getByText('No account has exactly this address.').waitFor();
    await dialog.getByLabel('Address, group').fill(user.email);
    await dialog.getByLabel('Unit').selectOption('tokens');
    await dialog.getByLabel('Period').selectOption('month');
    await dialog.getByRole('button', { name: 'Set budget' }).click();
    const set = row('2,500');
    await set.getByText('Tokens', { exact: true }).waitFor();
    await set.getByText('Month', { exact: true }).waitFor();
    await inBothThemes();
    await set.getByRole('button', { name: /^Delete: / }).click();
    await page.getByText('No budgets').waitFor();
  });

  it('creates an evaluation, runs it and shows the results', async () => {
    const { url } = parley;
    const anna = await register(url);
    await uploadIndexed(url, anna.accessToken, {
      name: 'leave.md',
      bytes: 'There are thirty days of paid leave.',
    });
    await part('Evaluations');
    await page.getByText('No evaluations').waitFor();
    await page.getByRole('button', { name: 'Create evaluation' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Leave');
    await dialog.getByLabel('Account').fill(anna.email);
    const right = { question: 'How many days of paid leave are there?', expected: { filename: 'leave.md' } };
    const none = { question: 'Who won the match in Reykjavik?', expected: { answerable: false } };
    await dialog.getByLabel('JSON Lines').fill(`${JSON.stringify(right)}\n{"question": 1}`);
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Create evaluation' }).click();
    await dialog
      .getByRole('alert')
      .getByText(/line 2/)
      .waitFor();
    await dialog.getByLabel('JSON Lines').fill(`${JSON.stringify(right)}\n${JSON.stringify(none)}`);
    await dialog.getByRole('button', { name: 'Create evaluation' }).click();
    await row('Leave').getByText('2', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Runs: Leave' }).click();
    await page.getByText('No run yet').waitFor();
    await page.getByRole('button', { name: 'Start run' }).click();
    await dialog.getByRole('button', { name: 'Start run' }).click();
    const run = row('By words and meaning');
    await run.getByText('Complete').waitFor();
    await run.getByText('100%').first().waitFor();
    await run.getByRole('button', { name: 'Results' }).click();
    await row(right.question).getByText('leave.md').first().waitFor();
    await row(none.question).getByText('No answer').waitFor();
    await inBothThemes();
    await page.getByRole('button', { name: 'Start run' }).click();
    await dialog.getByLabel('Baseline').selectOption({ index: 1 });
    await dialog.getByRole('button', { name: 'Start run' }).click();
    await run.getByText('Yes', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Delete: Leave' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No evaluations').waitFor();
  });

  it('never asked another server, broke its policy or threw', () => {
    expect(faults).toEqual([]);
  });
});
