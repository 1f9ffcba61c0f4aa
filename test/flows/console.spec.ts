import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ADMIN_SETTINGS } from '../support/admin.js';
import {
  ask,
  launchBrowser,
  openPage,
  registerInPage,
  seriousFindings,
  signInWith,
} from '../support/browser.js';
import { createDatabase, redisUrl } from '../support/database.js';
import { pdf } from '../support/documents.js';
import { event, END, FakeOpenAi } from '../support/fake-openai.js';
import { sayPaced } from '../support/fake-openai-plays.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { heldAfter } from '../support/held.js';
import { Replica } from '../support/replica.js';

const [BEGIN, REST] = ['The answer begins ', 'and comes to its end.'];
const MARKDOWN = `## Days of leave

Thirty **days** <img src=x onerror=alert(1)>, see ![a chart](https://example.com/chart.png).

\`\`\`ts
const days = 30;
\`\`\`
`;

const LONG_NAME = `${Array(4).fill('a name that is longer than any column of a table').join(' ')}.txt`;

/** Whether an element shows its text to the end, in the page. */
const isWhole = ({ scrollWidth, clientWidth }: { scrollWidth: number; clientWidth: number }) =>
  scrollWidth <= clientWidth;

describe('the console', () => {
  let model: FakeOpenAi;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let api: Replica;
  let network: FaultProxy;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];
  let account: { email: string; password: string };
  const settings = (more: Record<string, string> = {}) => ({
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl(),
    JWT_SECRET: 'one secret for every start of the API',
    ...ADMIN_SETTINGS,
    ...more,
  });
  const withModel = () => settings({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'a-key-of-the-tests' });
  const restart = async () => {
    const port = new URL(api.url).port;
    await api.end('SIGKILL');
    api = await Replica.start({ ...withModel(), PORT: port });
  };
  const newTalk = () => page.getByRole('link', { name: 'New conversation' }).first().click();
  const answer = (on = page) => on.locator('.message.assistant').last();
  const nav = (name: string) => page.getByRole('link', { name, exact: true }).click();

  beforeAll(async () => {
    [model, database, browser] = await Promise.all([FakeOpenAi.start(), createDatabase(), launchBrowser()]);
    api = await Replica.start(settings());
    network = await FaultProxy.to(api.url);
    ({ context, page, faults } = await openPage(browser, network.url));
  }, 60_000);
  afterEach(() => model.reset());
  afterAll(async () => {
    await browser?.close();
    await network?.close();
    await api?.end();
    await model?.close();
    await database?.drop();
  });

  it('loads at most 160 KB of JavaScript before its first view', () => {
    const { gzip } = JSON.parse(readFileSync('dist/web/sizes.json', 'utf8')) as { gzip: number };
    console.log(`console: ${(gzip / 1000).toFixed(1)} KB of JavaScript gzipped before the first view`);
    expect(gzip).toBeLessThanOrEqual(160_000);
  });

  it('offers a newcomer three things to try, and says that no model is configured', async () => {
    account = await registerInPage(page);
    await page.getByText('No model is configured').waitFor();
    await page.getByRole('button', { name: 'Set one up' }).click();
    await page.getByText('OPENAI_BASE_URL').waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Ask a document' }).click();
    await answer().getByText('thirty days of leave').waitFor();
    await newTalk();
    await page.reload();
    await page.locator('.conversations .row').first().waitFor();
    expect(await page.locator('.conversations .row').count()).toBe(1);
  });

  it('shows films as cards, and the one that was meant', async () => {
    await page.getByRole('button', { name: /choose another agent/ }).click();
    await page.getByRole('menuitemradio', { name: /Movie Finder/ }).click();
    await ask(page, 'a hacker learns that the world is a simulation');
    const card = page.getByRole('article').filter({ hasText: '% sure' }).first();
    await card.getByText('The Matrix (1999)').waitFor();
    await card.getByRole('button', { name: 'This is the one' }).click();
    await page.getByRole('region', { name: 'The film' }).getByText('Directed by').waitFor();
  });

  it('opens a source beside the talk with the quotation marked', async () => {
    await newTalk();
    const days = await pdf(['The first page.', 'Everybody has thirty days of leave a year in Bergen.']);
    await page.locator('.composer input[type=file]').setInputFiles([
      { name: 'leave.pdf', mimeType: 'application/pdf', buffer: days },
      {
        name: 'hours.md',
        mimeType: 'text/markdown',
        buffer: Buffer.from('# Hours\n\nThe week has 37 hours.\n'),
      },
    ]);
    await page.locator('.chip').nth(1).waitFor();
    await page.locator('.chip').filter({ hasNotText: 'Uploading' }).nth(1).waitFor();
    await ask(page, 'How many days of leave does everybody have?');
    await page
      .getByRole('button', { name: /^Source \d leave\.pdf/ })
      .first()
      .click();
    const pane = page.getByRole('complementary', { name: 'Document' });
    await pane.getByText('Page 2 of 2').waitFor();
    await pane.locator('.textLayer .marked').first().waitFor();
    await page.keyboard.press('Escape');
    await pane.waitFor({ state: 'detached' });
  });

  it('shows files from upload to ready, why one failed, and deletes', async () => {
    await nav('Files');
    const list = page.getByRole('list', { name: 'Files' });
    await page.locator('.page input[type=file]').setInputFiles([
      { name: 'table.csv', mimeType: 'text/csv', buffer: Buffer.from('Town,Sales\nBergen,12\nOslo,30\n') },
      { name: 'broken.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\nnothing else') },
      { name: 'program.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ\0\0\x7fELF\0') },
      { name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
      { name: LONG_NAME, mimeType: 'text/plain', buffer: Buffer.from('The gate closes at nine.\n') },
    ]);
    const refused = list.getByRole('listitem').filter({ hasText: 'nothing.txt' });
    await refused.getByText('Not uploaded: The file is empty.').waitFor();
    await list.getByRole('listitem').filter({ hasText: LONG_NAME }).getByText('Ready').waitFor();
    await list.getByRole('listitem').filter({ hasText: 'table.csv' }).getByText('Ready').waitFor();
    await list.getByRole('listitem').filter({ hasText: 'broken.pdf' }).getByText('Failed:').waitFor();
    await list.getByRole('listitem').filter({ hasText: 'program.exe' }).getByText('Not uploaded:').waitFor();
    await page.getByRole('button', { name: 'Open table.csv' }).click();
    await page.getByRole('complementary').getByRole('cell', { name: 'Bergen', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Delete broken.pdf' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await list.getByText('broken.pdf').waitFor({ state: 'detached' });
  });

  it('takes files that are dropped', async () => {
    const dropped = await page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['Dropped words about seals.'], 'dropped.txt', { type: 'text/plain' }));
      return transfer;
    })()`);
    await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
    await page.getByRole('button', { name: 'Open dropped.txt' }).waitFor();
  });

  describe('with a model', () => {
    beforeAll(async () => {
      await restart();
      await page.reload();
    }, 60_000);

    it('streams safe Markdown with thinking and code to copy', async () => {
      model.reply((response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(event({ reasoning_content: 'Let me look.' }) + event({ content: MARKDOWN }) + END);
      });
      await newTalk();
      await ask(page, 'How much leave is there?');
      await answer().getByRole('heading', { name: 'Days of leave' }).waitFor();
      expect(await answer().locator('img').count()).toBe(0);
      expect(await answer().locator('[onerror]').count()).toBe(0);
      await answer().locator('.code').getByRole('button', { name: 'Copy' }).waitFor();
      await answer().locator('details.progress summary').click();
      await answer().getByText('Let me look.').waitFor();
    });

    it('resumes after a reload and a lost network, while a second tab follows', async () => {
      const held = heldAfter(BEGIN, REST);
      model.reply(held.play);
      await newTalk();
      await ask(page, 'Take your time');
      await answer().getByText(BEGIN.trim()).waitFor();
      await page.reload();
      await answer().getByText(BEGIN.trim()).waitFor();
      const second = await context.newPage();
      await second.goto(page.url());
      await answer(second).getByText(BEGIN.trim()).waitFor();

      network.cut();
      await page.getByText('The connection was lost').waitFor();
      network.mend();
      held.release();
      await Promise.all(
        [page, second].map((tab) =>
          answer(tab)
            .getByText(BEGIN + REST)
            .waitFor(),
        ),
      );

      model.reply('Said to both tabs.');
      await ask(second, 'And again?');
      await answer(page).getByText('Said to both tabs.').waitFor();
      await second.close();
    });

    it('stops an answer, and tries again', async () => {
      model.reply(sayPaced('and so on '.repeat(5_000), 20), 'A whole answer.');
      await newTalk();
      await ask(page, 'Talk for ever');
      await answer().getByText('and so on').first().waitFor();
      await page.getByRole('button', { name: 'Stop answering' }).click();
      await answer().getByText('Stopped').waitFor();
      await page.getByRole('button', { name: 'Try again' }).click();
      await answer().getByText('A whole answer.').waitFor();
    });

    it('survives a kill of the API in mid-answer', async () => {
      model.reply(heldAfter(BEGIN, REST).play);
      await newTalk();
      await ask(page, 'Begin and die');
      await answer().getByText(BEGIN.trim()).waitFor();
      model.reply(BEGIN + REST);
      await restart();
      await answer().getByText('interrupted').waitFor({ timeout: 30_000 });
      await page.getByRole('button', { name: 'Try again' }).click();
      await answer()
        .getByText(BEGIN + REST)
        .waitFor();
    }, 60_000);

    it('renames, finds and deletes conversations', async () => {
      await page.getByRole('button', { name: 'Actions for Talk for ever' }).click();
      await page.getByRole('menuitem', { name: 'Rename' }).click();
      await page.getByRole('dialog').getByLabel('Title').fill('Zebra talk');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByLabel('Search conversations').fill('zebra');
      expect(await page.locator('.conversations .row').count()).toBe(1);
      await page.getByRole('button', { name: 'Actions for Zebra talk' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByText('No conversation matches').waitFor();
      await page.getByLabel('Search conversations').fill('');
    });

    it('shows the request as curl, and the events beside the answer', async () => {
      await nav('API');
      await page.locator('.events').getByText('"type":"done"').waitFor();
      const request = page.locator('.requests li').filter({ hasText: 'POST /chat' }).first();
      await request.locator('summary').click();
      await request.getByText('-H "Authorization: Bearer $TOKEN"').waitFor();
    });

    it('shares a room between two tabs, which connect again by themselves', async () => {
      const second = await context.newPage();
      await second.goto(new URL('rooms/design%20review', network.url).href);
      await nav('Rooms');
      await page.getByLabel('Name of the room').fill('design review');
      await page.getByRole('button', { name: 'Join' }).click();
      await Promise.all([page, second].map((tab) => tab.getByText('Connected').waitFor()));
      await page.getByLabel('Your name').fill('Ada');
      await ask(page, 'Who is there?');
      await second.getByRole('article').filter({ hasText: 'Ada' }).getByText('Who is there?').waitFor();
      network.cut();
      await second.getByText('Reconnecting').waitFor();
      network.mend();
      await Promise.all([page, second].map((tab) => tab.getByText('Connected').waitFor()));
      await ask(second, 'Back again');
      await page.getByText('Back again').waitFor();
      await second.close();
    });

    it('is translated into German', async () => {
      await page.getByRole('button', { name: /Account and settings/ }).click();
      await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
      await page.getByRole('link', { name: 'Neues Gespräch' }).waitFor();
      await page.getByRole('button', { name: /Konto und Einstellungen/ }).click();
      await page.getByRole('menuitemradio', { name: 'English' }).click();
      await page.getByRole('link', { name: 'New conversation' }).first().waitFor();
    });

    it.each(['light', 'dark'] as const)(
      'has no serious accessibility findings in %s',
      async (colorScheme) => {
        await page.emulateMedia({ colorScheme });
        await page.locator('.conversations .row a').first().click();
        await answer().waitFor();
        const findings = await seriousFindings(page);
        for (const view of colorScheme === 'light' ? ['Files', 'Rooms', 'API'] : ['Files']) {
          await nav(view);
          await page.getByRole('heading', { level: 1, name: view }).waitFor();
          findings.push(...(await seriousFindings(page)));
        }
        expect(findings).toEqual([]);
      },
    );

    it('works on a phone with its navigation collapsed', async () => {
      await page.setViewportSize({ width: 390, height: 800 });
      await page.getByRole('button', { name: 'Open navigation' }).click();
      await newTalk();
      await page.getByLabel('Message', { exact: true }).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect(await seriousFindings(page)).toEqual([]);
      await page.setViewportSize({ width: 1280, height: 800 });
    });

    it('lets an admin see and re-index all uploads', async () => {
      await page.getByRole('button', { name: /Account and settings/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = ADMIN_SETTINGS;
      await signInWith(page, { email, password });
      await nav('Operate');
      await page.getByLabel('Status').selectOption('indexed');
      const row = page.getByRole('row').filter({ hasText: 'table.csv' });
      await row.getByRole('button', { name: 'Index again' }).click();
      await page.getByText('1 document waits to be indexed.').waitFor();
      const long = page.getByRole('cell', { name: LONG_NAME, exact: true });
      expect(await long.getAttribute('title')).toBe(LONG_NAME);
      const cell = `td[title=${JSON.stringify(LONG_NAME)}]`;
      expect(await page.evaluate(`getComputedStyle(document.querySelector('${cell}')).overflowX`)).toBe(
        'hidden',
      );
      await page.getByRole('link', { name: 'Queue' }).click();
      await page.setViewportSize({ width: 390, height: 800 });
      const labels = page.locator('.bars dt');
      await labels.last().waitFor();
      for (const label of await labels.all()) expect(await label.evaluate(isWhole)).toBe(true);
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.getByRole('link', { name: 'Health' }).click();
      await page.getByRole('button', { name: 'Health' }).click();
      await page.getByText('Everything that is needed answers.').waitFor();
    });

    it('signs in again, and renews a token that the API refuses', async () => {
      await page.getByRole('button', { name: /Account and settings/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await signInWith(page, account);
      await page.evaluate(`(() => {
        const session = JSON.parse(localStorage.getItem('parley.session'));
        localStorage.setItem('parley.session', JSON.stringify({ ...session, accessToken: 'x.e30.y' }));
      })()`);
      await page.reload();
      await page.locator('.conversations .row').first().waitFor();
    });

    it('never asked another server, broke its policy or threw', () => {
      expect(faults).toEqual([]);
    });
  });
});
