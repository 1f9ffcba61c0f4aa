import type { Page } from 'playwright-core';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import type { TestApp } from '../support/app.js';
import { openConsole, seriousFindings, signInWith, type OpenConsole } from '../support/browser.js';
import { callJson } from '../support/client.js';
import { callTools } from '../support/fake-tool-calls.js';
import type { FakeOpenAi } from '../support/fake-openai.js';
import { upload } from '../support/upload.js';

describe('agents in the console', () => {
  let opened: OpenConsole;
  let model: FakeOpenAi;
  let parley: TestApp;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    opened = await openConsole(ADMIN_SETTINGS);
    ({ model, parley, page, faults } = opened);
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = ADMIN_SETTINGS;
    await signInWith(page, { email, password });
  }, 60_000);
  afterAll(() => opened?.close());

  const part = (name: string) => page.getByRole('link', { name, exact: true }).click();
  const row = (text: string) => page.getByRole('row').filter({ hasText: text });
  const field = (name: string) => page.getByLabel(name, { exact: true });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const inBothThemes = async () => {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousFindings(page)).toEqual([]);
    }
  };
  const token = () => logInAsAdmin(parley.url);
  const admin = async <T>(path: string) =>
    (await callJson<T>(parley.url, path, { token: await token() })).body;

  it('are created by keyboard, with errors at their fields', async () => {
    await upload(parley.url, '/admin/uploads', await token(), { name: 'sums.txt', bytes: 'About sums.' });
    await part('Operate');
    await part('Agents');
    await row('ESG Agent').getByText('A file').waitFor();
    await inBothThemes();
    await button('Create agent').press('Enter');
    await page.locator('[name=id]:focus').waitFor();
    await page.keyboard.type('Adder');
    for (const text of [
      'Adder',
      'Adds things up.',
      'You add things up.',
      'Name two numbers.',
      'What is 6 * 7?',
    ]) {
      await page.keyboard.press('Tab');
      await page.keyboard.type(text);
    }
    await page.getByRole('checkbox', { name: /^calculator/ }).press('Space');
    await page.getByRole('checkbox', { name: 'sums.txt' }).press('Space');
    await page.getByLabel('Tools of MCP servers').fill('mcp:nowhere');
    await field('Temperature').fill('7');
    await page.getByLabel('Name', { exact: true }).press('Enter');
    const issue = (name: string) => page.locator(`.field:has([name=${name}]) .problem`);
    await issue('id').getByText('kebab-case').waitFor();
    expect(await issue('temperature').textContent()).toContain('less than or equal to 2');
    expect(await page.locator('[name=id]').getAttribute('aria-invalid')).toBe('true');
    await page.locator('[name=id]:focus').waitFor();
    await inBothThemes();
    await page.locator('[name=id]').fill('adder');
    await field('Temperature').fill('0.5');
    await page.getByLabel('Name', { exact: true }).press('Enter');
    await issue('tools').getByText('mcp:nowhere: MCP_SERVERS_FILE does not name this server').waitFor();
    await page.getByLabel('Tools of MCP servers').fill('');
    await page.getByLabel('Name', { exact: true }).press('Enter');
    await page.getByRole('heading', { name: 'Adder', exact: true }).waitFor();
    expect(await admin('/admin/agents/adder')).toMatchObject({
      version: 1,
      definition: {
        label: 'Adder',
        prompt: 'You add things up.',
        greeting: 'Name two numbers.',
        starters: ['What is 6 * 7?'],
        tools: ['calculator'],
        documents: [expect.any(String)],
        temperature: 0.5,
      },
    });
  });

  it('are tried, and the trial conversation is deleted', async () => {
    model.reply(callTools([{ name: 'calculator', input: { expression: '6 * 7' } }]), 'It is **42**.');
    await page.getByText('Name two numbers.').last().waitFor();
    await field('Message to the agent').fill('What is 6 * 7?');
    await page.keyboard.press('Enter');
    const trial = page.getByRole('log', { name: 'Try it' });
    await trial.locator('strong', { hasText: '42' }).waitFor();
    await trial.getByText('calculator').first().waitFor();
    expect(model.lastRequest.body.messages[0]!.content).toContain('You add things up.');
    await inBothThemes();
    const conversations = () => admin<{ items: unknown[] }>('/conversations');
    expect((await conversations()).items).toHaveLength(1);
    const deleted = page.waitForResponse((response) => response.request().method() === 'DELETE');
    await button('Back to the list').click();
    expect((await deleted).status()).toBe(200);
    expect((await conversations()).items).toHaveLength(0);
  });

  it('get new versions, are rolled back, and disabled', async () => {
    await button('Open: Adder').click();
    await field('Instructions').fill('You add things up, and say how.');
    await button('Save as a new version').click();
    await page.getByText('Version 2 answers from now on.').waitFor();
    await row('2, current').waitFor();
    expect(await page.getByRole('checkbox', { name: 'sums.txt' }).isChecked()).toBe(true);
    await button('Show: 1').click();
    await page.getByRole('dialog').getByText('"You add things up."').waitFor();
    await inBothThemes();
    await page.keyboard.press('Escape');
    await button('Roll back: 1').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await row('3, current, repeats 1').waitFor();
    expect(await field('Instructions').inputValue()).toBe('You add things up.');
    await button('Back to the list').click();
    await button('Deactivate: Adder').click();
    await row('Adder').getByText('Deactivated').waitFor();
    expect(JSON.stringify(await admin('/agents'))).not.toContain('Adder');
    await button('Activate: Adder').click();
    await row('Adder').getByText('Active', { exact: true }).waitFor();
  });

  it('greet people, and offer them first messages', async () => {
    await page.getByRole('link', { name: 'New conversation' }).first().click();
    await page.locator('.agent-picker').first().click();
    await page.getByRole('menuitemradio', { name: /Adder/ }).click();
    await page.getByText('Name two numbers.').waitFor();
    model.reply('It is 42.');
    await button('What is 6 * 7?').click();
    await page.getByText('It is 42.', { exact: true }).waitFor();
    expect(model.lastRequest.body.messages[0]!.content).toContain('You add things up.');
  });

  it('of files are shown and copied; deleted ones leave a clear sentence', async () => {
    await part('Operate');
    await part('Agents');
    await button('Open: ESG Agent').click();
    await page.getByText('It is defined in a file of the server').waitFor();
    expect(await field('Instructions').isDisabled()).toBe(true);
    await inBothThemes();
    await button('Create a copy').click();
    await field('Id').fill('esg-of-mine');
    await button('Create agent').click();
    await page.getByRole('alert').getByText('must be unique').waitFor();
    await field('Name').fill('ESG of mine');
    await button('Create agent').click();
    await page.getByRole('heading', { name: 'ESG of mine' }).waitFor();
    await button('Back to the list').click();
    await button('Delete: Adder').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await row('adder').waitFor({ state: 'detached' });
    await page
      .getByRole('link', { name: /6 \* 7/ })
      .first()
      .click();
    await field('Message').fill('And 7 * 8?');
    await page.keyboard.press('Enter');
    await page.getByText('The agent "Adder" was deleted. Choose another agent to continue.').waitFor();
    await part('Operate');
    await part('Audit');
    await row('deleteAgent').getByText('adder').waitFor();
    expect(faults).toEqual([]);
  });
});
