import type { Page } from 'playwright-core';
import { ask, openConsole, registerInPage, seriousFindings, type OpenConsole } from '../support/browser.js';
import type { FakeOpenAi } from '../support/fake-openai.js';
import { callTools, type FakeCall } from '../support/fake-tool-calls.js';
import { personasFolder } from '../support/personas.js';

const CAREFUL = `
label: Careful
description: Asks before it computes.
order: 1
prompt: You are careful.
tools: [calculator, current_time]
approval: [calculator]
`;
const sum = (expression: string): FakeCall => ({ name: 'calculator', input: { expression } });

/** Tool calls in the console: cards, and approvals in a dialog. */
describe('tools in the console', () => {
  let opened: OpenConsole;
  let personas: Awaited<ReturnType<typeof personasFolder>>;
  let model: FakeOpenAi;
  let page: Page;
  const answer = () => page.locator('.message.assistant').last();
  const dialog = () => page.getByRole('dialog');
  const card = (name: string) => answer().locator('.tool-card').filter({ hasText: name });
  const askCareful = async (question: string) => {
    await page.getByRole('link', { name: 'New conversation' }).first().click();
    await page.getByRole('button', { name: /choose another agent/ }).click();
    await page.getByRole('menuitemradio', { name: /Careful/ }).click();
    await ask(page, question);
  };

  beforeAll(async () => {
    personas = await personasFolder({ careful: CAREFUL });
    opened = await openConsole({ AGENTS_DIR: personas.path });
    ({ model, page } = opened);
    await registerInPage(page);
  }, 60_000);
  afterEach(() => model.reset());
  afterAll(async () => {
    await opened?.close();
    await personas?.remove();
  });

  it('are cards with input and result', async () => {
    model.reply(callTools([{ name: 'current_time', input: { zone: 'Europe/Oslo' } }]), 'It is late.');
    await askCareful('What time is it in Oslo?');
    await answer().getByText('It is late.').waitFor();
    await card('current_time').getByText('done').waitFor();
    await card('current_time').locator('summary').press('Enter');
    await card('current_time').getByText('"zone": "Europe/Oslo"').waitFor();
    await card('current_time').getByText('(Europe/Oslo)').waitFor();
    await page.reload();
    await answer().getByText('It is late.').waitFor();
    await card('current_time').getByText('done').waitFor();
    await card('current_time').locator('summary').press('Enter');
    await card('current_time').getByText('(Europe/Oslo)').waitFor();
  });

  it('wait for a decision, which is made by keyboard', async () => {
    model.reply(callTools([sum('6 * 7')], { text: 'Let me see.' }), 'It is 42.');
    await askCareful('How much is it?');
    await dialog().getByRole('heading', { name: 'Allow calculator?' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    // Nothing is allowed by a key that was meant for the message.
    await page.keyboard.press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await answer().getByText('Let me see.').waitFor();
    await answer().getByRole('button', { name: 'Decide' }).press('Enter');
    await dialog().getByRole('button', { name: 'Allow', exact: true }).press('Enter');
    await answer().getByText('It is 42.').waitFor();
    await card('calculator').getByText('done').waitFor();
    expect(await dialog().count()).toBe(0);
  });

  it('take no other message before the decision, and can be stopped', async () => {
    model.reply(callTools([sum('6 * 7')], { text: 'Let me see.' }));
    await askCareful('How much is it?');
    await dialog().getByRole('button', { name: 'Close' }).click();
    await ask(page, 'And now?');
    expect(await page.locator('.message.user').count()).toBe(1);
    await page.getByRole('button', { name: 'Stop answering' }).click();
    await answer().getByText('Stopped', { exact: true }).waitFor();
    await answer().getByRole('button', { name: 'Decide' }).waitFor({ state: 'detached' });
    model.reply('Well.');
    await page.getByLabel('Message', { exact: true }).press('Enter');
    await answer().getByText('Well.').waitFor();
  });

  it('survive a reload, and are rejected or changed one by one', async () => {
    model.reply(callTools([sum('6 * 7'), sum('1 + 1')]), 'As you like.');
    await askCareful('Compute both.');
    await dialog().waitFor();
    await page.reload();
    await dialog().getByText('6 * 7').waitFor();
    await dialog().getByRole('button', { name: 'Reject' }).click();
    await dialog().getByText('1 + 1').waitFor();
    await dialog().getByLabel('Input').fill('{"expression": "2 + 2"}');
    await dialog().getByRole('button', { name: 'Allow with these changes' }).click();
    await answer().getByText('As you like.').waitFor();
    const results = model.lastRequest.body.messages.slice(-2).map(({ content }) => content);
    expect(results).toEqual([expect.stringContaining('rejected'), expect.stringContaining('4')]);
    expect(opened.faults).toEqual([]);
  });
});
