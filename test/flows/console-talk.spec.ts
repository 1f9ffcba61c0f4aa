import type { BrowserContext, Page } from 'playwright-core';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { ask, openConsole, registerInPage, seriousFindings, type OpenConsole } from '../support/browser.js';
import type { TestApp } from '../support/app.js';
import { callJson } from '../support/client.js';
import type { FakeOpenAi } from '../support/fake-openai.js';

const TABLE = `Sales by town:

| Town | Sales | Share |
| --- | --- | --- |
| Oslo | 49,800 | 60 % |
| Bergen | 33,200 | 40 % |
`;

describe('talking in the console', () => {
  let opened: OpenConsole;
  let model: FakeOpenAi;
  let parley: TestApp;
  let account: { email: string; password: string };
  let context: BrowserContext;
  let page: Page;
  let faults: string[];
  const newTalk = () => page.getByRole('link', { name: 'New conversation' }).first().click();
  const answer = () => page.locator('.message.assistant').last();
  const question = () => page.locator('.message.user').last();
  const said = (text: string) => answer().getByText(text, { exact: true }).waitFor();
  const click = (name: string, within = page.locator('body')) =>
    within.getByRole('button', { name, exact: true }).click();

  beforeAll(async () => {
    opened = await openConsole(ADMIN_SETTINGS);
    ({ model, parley, context, page, faults } = opened);
    account = await registerInPage(page);
  }, 60_000);
  afterEach(() => model.reset());
  afterAll(() => opened?.close());

  it('answers again, and leads back to the first answer', async () => {
    model.reply('Thirty days.', 'Thirty-one days.');
    await newTalk();
    await ask(page, 'How much leave is there?');
    await said('Thirty days.');
    await click('Answer again', answer());
    await said('Thirty-one days.');
    await answer().getByText('2 of 2').waitFor();
    await click('Previous version', answer());
    await said('Thirty days.');
    await answer().getByText('1 of 2').waitFor();
    await page.reload();
    await said('Thirty days.');
  });

  it('edits a question in place, and keeps the earlier one', async () => {
    model.reply('Nine to five.', 'Ten to three.');
    await newTalk();
    await ask(page, 'When is work?');
    await said('Nine to five.');
    await question().hover();
    await click('Edit message', question());
    const field = page.getByLabel('Edited message');
    await field.fill('When are meetings?');
    await field.press('Enter');
    await said('Ten to three.');
    await question().getByText('When are meetings?').waitFor();
    await question().getByText('2 of 2').waitFor();
    await click('Previous version', question());
    await said('Nine to five.');
    await question().getByText('When is work?').waitFor();
  });

  it('continues in the branch that is shown, in a second tab as well', async () => {
    const second = await context.newPage();
    await second.goto(page.url());
    await second.locator('.message.assistant').getByText('Nine to five.').waitFor();
    await click('Next version', question());
    await second.locator('.message.assistant').getByText('Ten to three.').waitFor();
    await second.close();
  });

  it('takes a rating with its reason to the admins, and takes it back', async () => {
    const admin = await logInAsAdmin(parley.url);
    const listed = async () =>
      (
        await callJson<{ items: { rating: number; comment: string }[] }>(parley.url, '/admin/feedback', {
          token: admin,
        })
      ).body.items;
    const isPressed = (name: string, pressed: boolean) =>
      answer().getByRole('button', { name, exact: true, pressed }).waitFor();
    await click('Bad answer', answer());
    await page.getByLabel('Reason').fill('That is last year.');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    await isPressed('Bad answer', true);
    expect(await listed()).toMatchObject([{ rating: -1, comment: 'That is last year.' }]);
    await page.reload();
    await isPressed('Bad answer', true);
    await click('Good answer', answer());
    await isPressed('Good answer', true);
    expect(await listed()).toMatchObject([{ rating: 1, comment: null }]);
    await click('Good answer', answer());
    await isPressed('Good answer', false);
    expect(await listed()).toEqual([]);
  });

  it('draws the numbers of a table', async () => {
    model.reply(TABLE);
    await newTalk();
    await ask(page, 'Sales by town?');
    await click('Show as chart', answer());
    const chart = answer().locator('.chart');
    await chart.getByText('49,800').waitFor();
    await chart.getByLabel('Column').selectOption('Share');
    await chart.getByText('40 %').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await click('Hide chart', answer());
    await chart.waitFor({ state: 'detached' });
  });

  it('keeps pinned conversations above the others', async () => {
    await page.getByRole('button', { name: 'Actions for When is work?' }).click();
    await page.getByRole('menuitem', { name: 'Pin' }).click();
    const pinned = page.locator('.conversations section').filter({ hasText: 'Pinned' });
    await pinned.getByRole('link', { name: 'When is work?' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Actions for When is work?' }).click();
    await page.getByRole('menuitem', { name: 'Unpin' }).click();
    await pinned.waitFor({ state: 'detached' });
  });

  it('shows pinned conversations, however many are newer', async () => {
    const { body } = await callJson<{ access_token: string }>(parley.url, '/auth/login', { body: account });
    const token = body.access_token;
    const open = (title: string) => callJson(parley.url, '/api/chat/', { token, body: { title } });
    await open('An old treasure');
    const { body: list } = await callJson<{ items: { id: string }[] }>(parley.url, '/conversations?limit=1', {
      token,
    });
    const path = `/conversations/${list.items[0]!.id}`;
    await callJson(parley.url, path, { method: 'PATCH', token, body: { pinned: true } });
    await Promise.all(Array.from({ length: 101 }, (_, i) => open(`Newer ${i}`)));
    await page.reload();
    const pinned = page.locator('.conversations section').filter({ hasText: 'Pinned' });
    await pinned.getByRole('link', { name: 'An old treasure' }).waitFor();
    await callJson(parley.url, path, { method: 'DELETE', token });
  });

  it('shows where earlier messages were summarised, and the summary', async () => {
    model.reply('Nine to five.', 'Two.', 'The user asks about work.', 'Noted.');
    await newTalk();
    await ask(page, 'When do we work?');
    await said('Nine to five.');
    await ask(page, 'How many breaks are there?');
    await said('Two.');
    const { body } = await callJson<{ access_token: string }>(parley.url, '/auth/login', { body: account });
    const compact = `/conversations/${page.url().split('/').at(-1)!}/compact`;
    const token = body.access_token;
    expect((await callJson(parley.url, compact, { method: 'POST', token })).status).toBe(200);
    await page.reload();
    const divider = page.getByText('Earlier messages were summarised');
    await divider.click();
    await page.getByText('The user asks about work.').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('finds a message among many, on whichever branch it is, and goes there', async () => {
    await page.getByLabel('Search conversations').fill('leave');
    const found = page.locator('.found a').filter({ hasText: 'How much leave is there?' }).first();
    await found.locator('mark').first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel('Search conversations').fill('"thirty-one"');
    await page.locator('.found a').filter({ hasText: 'Thirty-one days.' }).click();
    await page.locator('.message.wanted').getByText('Thirty-one days.').waitFor();
    await page.getByLabel('Search conversations').fill('');
    await page.locator('.found').waitFor({ state: 'detached' });
  });

  it('says why a question has to wait, and sends it again by itself', async () => {
    model.reply('Thirty days.');
    await newTalk();
    const limit = 'You have asked as often as you may in a minute.';
    await page.route(
      '**/chat',
      (route) => route.fulfill({ status: 429, headers: { 'Retry-After': '3' }, json: { detail: limit } }),
      { times: 1 },
    );
    await ask(page, 'How much leave is there?');
    await page.getByRole('status').getByText(limit).waitFor();
    expect(await page.getByText('The connection was lost').count()).toBe(0);
    await said('Thirty days.');
    expect(await page.getByText(limit).count()).toBe(0);
  });

  it('never asked another server, broke its policy or threw', () => {
    expect(faults).toEqual([]);
  });
});

describe('the running table in the console', () => {
  let opened: OpenConsole;
  beforeAll(async () => {
    opened = await openConsole({}, { hasModel: false });
  }, 60_000);
  afterAll(() => opened?.close());

  it('is shown beside the conversation once an agent has computed a result', async () => {
    const { page, faults } = opened;
    await registerInPage(page);
    await page.getByRole('button', { name: 'Ask a table' }).click();
    await page.getByRole('button', { name: 'Saved results' }).click();
    const pane = page.getByRole('complementary', { name: 'Saved results' });
    await pane.getByRole('cell', { name: 'Bergen' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await pane.waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
  });
});
