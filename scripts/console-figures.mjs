#!/usr/bin/env node
/**
 * How the console feels under load, in headless Chromium on the embedded engines: `npm run figures:console`, about two
 * minutes. Prints a table in Markdown.
 *
 * - Usable: from the navigation of somebody who is signed in to a message that can be typed.
 * - Flood: the model sends 50 KB of Markdown in one write. Long tasks (over 50 ms) until the answer is complete.
 * - Typing: a key every 100 ms while an answer comes with 60 tokens a second; from the key to the next paint, as the
 *   browser's event timing has it (to 8 ms; what takes less than 16 ms counts as 16).
 * - Scrolling: a conversation of 5,000 messages, read by wheel from its end to its beginning and back. They do not come
 *   from the API: what is measured is the browser.
 *
 * CHROMIUM names the browser when it is not /usr/bin/chromium.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { addressOf } from '../bench/rig/address.mjs';
import { quantile } from '../bench/rig/numbers.mjs';
import { endAll, startParley } from '../bench/rig/processes.mjs';
import { scratchFolder } from '../bench/rig/scratch.mjs';
import { printTable, report } from '../bench/rig/table.mjs';
import { MAIN } from '../bench/servers/parley.mjs';

const MESSAGES = 5_000;
const FLOOD_BYTES = 50_000;
const TOKENS_A_SECOND = 60;
const TYPED = 'the quick brown fox jumps over the lazy dog '.repeat(3);
const DEADLINE_MS = 180_000;
const MOST_ROUNDS = 200;

const PARAGRAPH =
  '## A heading\n\nSome **bold** words, a `name` and [a link](https://example.com) in a paragraph that is as long as ' +
  'paragraphs of answers are.\n\n- one\n- two\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |\n\n';
const chunk = (content) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
const END = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

const scratch = scratchFolder('console');
const model = createServer((request, response) => void answer(request, response));
await once(model.listen(0, '127.0.0.1'), 'listening');
/** @type {import('playwright-core').Browser | undefined} */
let browser;
try {
  const { url } = await startParley(MAIN, {
    cores: 'all',
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {
      NODE_ENV: undefined,
      PORT: '0',
      DATA_DIR: scratch,
      LOG_LEVEL: 'silent',
      RATE_LIMITS: 'off',
      OPENAI_BASE_URL: `${addressOf(model)}/v1`,
      OPENAI_API_KEY: 'none',
    },
  });
  print(await measure(url));
} finally {
  await browser?.close();
  await endAll();
  model.close();
  rmSync(scratch, { recursive: true, force: true });
}

async function measure(url) {
  const account = { email: `figures-${randomUUID()}@example.com`, password: 'correct horse battery' };
  await post(url, '/auth/register', account);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(DEADLINE_MS);
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('button', { name: 'Have an account?' }).click();
  await page.getByLabel('E-mail address').fill(account.email);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const field = page.getByLabel('Message', { exact: true });
  await field.waitFor();

  /** @type {any} */
  const figures = {
    size: JSON.parse(readFileSync(new URL('../dist/web/sizes.json', import.meta.url), 'utf8')).gzip,
  };
  const begun = performance.now();
  await page.goto(url);
  await field.waitFor();
  figures.usable = performance.now() - begun;

  report('flood');
  await watch(page);
  await field.fill('flood');
  await field.press('Enter');
  await page.getByRole('button', { name: 'Copy answer' }).waitFor();
  figures.flood = await longTasks(page);

  report('typing');
  await page.getByRole('link', { name: 'New conversation' }).first().click();
  await field.fill('pace');
  await field.press('Enter');
  await page.locator('.message.assistant .prose').first().waitFor();
  await watch(page);
  for (const key of TYPED) {
    await page.keyboard.type(key);
    await sleep(100);
  }
  figures.typing = await page.evaluate('globalThis.figures.keys');
  figures.typed = TYPED.length;

  report(`${MESSAGES} messages`);
  await page.route(/\/conversations\/long\/messages/, (route) =>
    route.fulfill({ json: pageOf(route.request()) }),
  );
  await page.goto(`${url}/talk/long`);
  await page.locator('.message').first().waitFor();
  await watch(page);
  await page.mouse.move(700, 400);
  report('scrolling up');
  figures.up = await scroll(page, -1);
  report('scrolling down');
  figures.down = await scroll(page, 1);
  return figures;
}

/** Turns the wheel until nothing moves any more. @returns the long tasks meanwhile */
async function scroll(page, direction) {
  await watch(page);
  const list = page.locator('.messages');
  let before = '';
  for (let round = 0, still = 0; still < 5 && round < MOST_ROUNDS; round += 1) {
    for (let i = 0; i < 5; i += 1) await page.mouse.wheel(0, direction * 3_000);
    const now = await list.evaluate((element) => `${element.scrollTop} ${element.scrollHeight}`);
    still = now === before ? still + 1 : 0;
    before = now;
  }
  report(`stands at ${before}`);
  return longTasks(page);
}

/** Begins to count anew. */
function watch(page) {
  return page.evaluate(`(() => {
    globalThis.figures?.observers.forEach((observer) => observer.disconnect());
    const figures = (globalThis.figures = { tasks: [], keys: [], observers: [] });
    const observe = (options, take) => {
      const observer = new PerformanceObserver((list) => list.getEntries().forEach(take));
      observer.observe(options);
      figures.observers.push(observer);
    };
    observe({ type: 'longtask' }, ({ duration }) => figures.tasks.push(duration));
    observe({ type: 'event', durationThreshold: 16 }, ({ name, duration }) => {
      if (name === 'keydown') figures.keys.push(duration);
    });
  })()`);
}

async function longTasks(page) {
  const tasks = await page.evaluate('globalThis.figures.tasks');
  return { count: tasks.length, longest: Math.max(0, ...tasks) };
}

async function answer(request, response) {
  let text = '';
  for await (const piece of request) text += piece;
  const last = text
    ? (JSON.parse(text).messages?.findLast(({ role }) => role === 'user')?.content ?? '')
    : '';
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const tokens = (bytes) => PARAGRAPH.repeat(Math.ceil(bytes / PARAGRAPH.length)).match(/.{1,4}/gsu);
  if (last.includes('flood')) response.write(tokens(FLOOD_BYTES).map(chunk).join(''));
  else if (last.includes('pace'))
    for (const token of tokens(8_000)) {
      response.write(chunk(token));
      await sleep(1_000 / TOKENS_A_SECOND);
      if (response.destroyed) return;
    }
  else response.write(chunk('Little.'));
  response.end(END);
}

/** A page of a long conversation as the API would send it: what is measured is the browser. */
function pageOf(request) {
  const query = new URL(request.url()).searchParams;
  const end = Number(query.get('cursor') ?? MESSAGES);
  const start = Math.max(0, end - Number(query.get('limit')));
  const messages = Array.from({ length: end - start }, (_, i) => messageAt(start + i));
  return { messages, next: start > 0 ? String(start) : null };
}

function messageAt(i) {
  const content = i % 2 ? PARAGRAPH : `Question ${i}`;
  const id = `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
  const role = i % 2 ? 'assistant' : 'user';
  return { id, role, content, created_at: i, siblings: [id], is_shown: true, run_id: null, rating: null };
}

function post(url, path, json) {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(json),
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
}

function print({ size, usable, flood, typing, typed, up, down }) {
  const keys = [...Array(Math.max(0, typed - typing.length)).fill(16), ...typing];
  const tasks = ({ count, longest }) => `${count} long tasks, longest ${longest.toFixed(0)} ms`;
  const rows = [
    ['JavaScript before the first view', `${(size / 1000).toFixed(1)} KB gzipped`],
    ['usable', `${usable.toFixed(0)} ms`],
    ['50 KB in one write', tasks(flood)],
    [
      'typing at 60 tokens a second',
      `p95 ${quantile(keys, 0.95).toFixed(0)} ms, longest ${Math.max(...keys)} ms`,
    ],
    ['5,000 messages: to the beginning', tasks(up)],
    ['5,000 messages: back to the end', tasks(down)],
  ];
  printTable(['console', 'figure'], rows);
}
