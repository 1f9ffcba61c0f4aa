import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { createTestApp, type TestApp } from './app.js';
import { FakeOpenAi } from './fake-openai.js';
import { scaled } from './time-factor.mjs';

const require = createRequire(import.meta.url);

/** Debian's Chromium, which `test/run.mjs` finds or installs. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.PARLEY_TEST_CHROMIUM;
  if (!executablePath) throw new Error('PARLEY_TEST_CHROMIUM is not set: run the tests through npm test');
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** What the page must never do: ask another server, break its security policy, throw. */
export interface Watched {
  context: BrowserContext;
  page: Page;
  faults: string[];
}

export async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Watched> {
  const context = await browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1280, height: 800 },
    // What is measured is not between two colours.
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(scaled(45_000));
  const faults: string[] = [];
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (/^(?:https?|wss?):$/.test(protocol) && origin !== new URL(url).origin)
      faults.push(`a request to ${request.url()}`);
  });
  context.on('weberror', (error) => faults.push(error.error().stack ?? error.error().message));
  context.on('console', (message) => {
    if (/Content Security Policy|Content-Security-Policy/i.test(message.text())) faults.push(message.text());
  });
  const page = await context.newPage();
  await page.goto(url);
  return { context, page, faults };
}

/** A fresh application, and its page in a browser. */
export interface OpenConsole extends Watched {
  parley: TestApp;
  browser: Browser;
  /** Answers for the application where it was started with one. */
  model: FakeOpenAi;
  close: () => Promise<void>;
}

/**
 * Starts an application and opens its page.
 * @param settings of the application
 * @param hasModel whether a fake model answers in place of the offline one
 */
export async function openConsole(
  settings: Record<string, string> = {},
  { hasModel = true } = {},
): Promise<OpenConsole> {
  const [model, browser] = await Promise.all([FakeOpenAi.start(), launchBrowser()]);
  const ofModel = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'a-key-of-the-tests' };
  let parley: TestApp | undefined;
  const close = async () => {
    await browser.close();
    await parley?.close();
    await model.close();
  };
  try {
    parley = await createTestApp({ ...settings, ...(hasModel && ofModel) });
    return { parley, browser, model, close, ...(await openPage(browser, parley.url)) };
  } catch (error) {
    await close();
    throw error;
  }
}

export async function registerInPage(page: Page): Promise<{ email: string; password: string }> {
  const account = { email: `someone-${randomUUID()}@example.com`, password: 'correct horse battery' };
  await page.getByRole('button', { name: 'New here?' }).click();
  await signInWith(page, account, 'Create account');
  return account;
}

export async function signInWith(
  page: Page,
  { email, password }: { email: string; password: string },
  button = 'Sign in',
): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.getByLabel('Message', { exact: true }).waitFor();
}

export async function ask(page: Page, question: string): Promise<void> {
  await page.getByLabel('Message', { exact: true }).fill(question);
  await page.getByLabel('Message', { exact: true }).press('Enter');
}

/** Serious and critical findings of axe on what is shown, in a few words each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // A change of the theme is drawn with the next frame.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  // Evaluated by the debugger: the page's own policy allows no script of others.
  await page.evaluate((await import('node:fs')).readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations } = await page.evaluate(
    () =>
      (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run() as Promise<
        Pick<AxeResults, 'violations'>
      >,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}
