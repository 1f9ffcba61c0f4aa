#!/usr/bin/env node
/**
 * How long a PDF takes to be indexed, and questions of others meanwhile: `npm run bench:ingest -- [PAGES]`, by default
 * 200, or `node scripts/ingest-bench.mjs` after a build. The PDF is made here, with 500 words a page in the words of the
 * golden documents. Parley runs with nothing configured: embedded engines, local embeddings.
 *
 * - Found by its words: from the upload's response until there are chunks; indexed: until the status says so.
 * - CPU: of the API process with its threads and of all its children (parser, PostgreSQL, Redis). On an idle machine the
 *   wall time is what counts; on a busy one the CPU can be compared.
 * - Questions: another account asks its own document, one after the other, before and during the import.
 *
 * Reads /proc, so it needs Linux.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { cpuOf, familyCpu, foreignCpu, rssOf } from '../bench/rig/proc.mjs';
import { quantile } from '../bench/rig/numbers.mjs';
import { endAll, startParley } from '../bench/rig/processes.mjs';
import { scratchFolder } from '../bench/rig/scratch.mjs';
import { machine, printTable } from '../bench/rig/table.mjs';
import { MAIN, register } from '../bench/servers/parley.mjs';

const PAGES = Number(process.argv[2] ?? 200);
const PAGE_WORDS = 500;
const PAGE_LINES = 46;
const SENTENCE_WORDS = { min: 6, max: 28 };
const POLL_MS = 100;
const DEADLINE_MS = 20 * 60_000;
const QUESTIONS = 20;
const WARM_UP = 5;

const AGENTS = fileURLToPath(new URL('../agents', import.meta.url));
const GOLDEN = fileURLToPath(new URL('../test/eval/documents', import.meta.url));
const NOTE = '# Heat pumps\n\nThe heat pump in hall 7 needs 230 volts. It is serviced every second March.\n';
const QUESTION = 'How many volts does the heat pump in hall 7 need?';

const scratch = scratchFolder('ingest');
try {
  print(await measure());
} finally {
  await endAll();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}

async function measure() {
  const pdf = await makePdf(PAGES);
  const { url, child } = await startParley(MAIN, {
    cores: 'all',
    cwd: scratch,
    env: {
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: join(scratch, 'data'),
      AGENTS_DIR: AGENTS,
      JWT_SECRET: randomUUID(),
      RATE_LIMITS: 'off',
      MAX_UPLOAD_MB: '100',
    },
  });
  const [importer, other] = (await register({ url }, 2)).map((token) => ({
    Authorization: `Bearer ${token}`,
  }));
  await indexed(url, other, await upload(url, other, 'pumps.md', NOTE), () => undefined);
  const calm = [];
  for (let i = 0; i < WARM_UP + QUESTIONS; i++) calm.push(await ask(url, other));
  const before = { all: familyCpu(child.pid), api: cpuOf(child.pid), foreign: foreignCpu(child.pid) };

  const id = await upload(url, importer, 'long.pdf', pdf);
  const began = performance.now();
  let [foundAfter, peak] = [0, 0];
  const over = new AbortController();
  const busy = [];
  const asking = (async () => {
    while (!over.signal.aborted) busy.push(await ask(url, other));
  })();
  const { chunk_count: chunks } = await indexed(url, importer, id, ({ chunk_count: count }) => {
    if (count > 0) foundAfter ||= performance.now() - began;
    peak = Math.max(peak, rssOf(child.pid));
  });
  const wall = performance.now() - began;
  const cpu = {
    all: familyCpu(child.pid) - before.all,
    api: cpuOf(child.pid) - before.api,
    foreign: foreignCpu(child.pid) - before.foreign,
  };
  over.abort();
  await asking;
  return { size: pdf.length, chunks, foundAfter, wall, cpu, peak, calm: calm.slice(WARM_UP), busy };
}

function print({ size, chunks, foundAfter, wall, cpu, peak, calm, busy }) {
  const seconds = (value) => `${value.toFixed(1)} s`;
  const rows = [
    ['chunks', chunks],
    ['found by its words after', seconds(foundAfter / 1_000)],
    ['indexed after', seconds(wall / 1_000)],
    ['CPU of all processes', seconds(cpu.all)],
    ['CPU of the API process', seconds(cpu.api)],
    ['CPU of other programs meanwhile', seconds(cpu.foreign)],
    ['memory of the API process, at most', `${Math.round(peak / 1e6)} MB`],
    [`questions of another account before it (${calm.length})`, spread(calm)],
    [`questions of another account meanwhile (${busy.length})`, spread(busy)],
  ];
  console.log(`${machine()}; ${PAGES} pages, ${(size / 1e6).toFixed(1)} MB\n`);
  printTable(['Figure', 'Measured'], rows);
}

/** Pages of running text: sentences of random length, a paragraph after some, a heading on every tenth page. */
async function makePdf(pages) {
  const random = randomNumbers(7);
  const words = readdirSync(GOLDEN)
    .filter((name) => /\.(md|txt)$/.test(name))
    .flatMap((name) => readFileSync(join(GOLDEN, name), 'utf8').match(/\b[A-Za-z]{2,}\b|\b\d{2,4}\b/g));
  const sentence = () => {
    const length = SENTENCE_WORDS.min + Math.floor(random() * (SENTENCE_WORDS.max - SENTENCE_WORDS.min));
    const text = Array.from({ length }, () => words[Math.floor(random() * words.length)]).join(' ');
    return `${text[0].toUpperCase()}${text.slice(1)}.`;
  };
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (let number = 1; number <= pages; number++) {
    const page = document.addPage([595, 842]);
    const text = [];
    while (text.join(' ').split(' ').length < PAGE_WORDS) text.push(sentence());
    const all = text.join(' ').split(' ');
    const perLine = Math.ceil(all.length / PAGE_LINES);
    const lines = number % 10 === 1 ? [`Chapter ${Math.ceil(number / 10)}`] : [];
    for (let i = 0; i < all.length; i += perLine) lines.push(all.slice(i, i + perLine).join(' '));
    lines.forEach((line, i) => page.drawText(line, { x: 50, y: 800 - i * 16, size: 10, font }));
  }
  return document.save();
}

/** @returns the attachment's id */
async function upload(url, headers, name, content) {
  const form = new FormData();
  form.append('file', new Blob([content]), name);
  const response = await fetch(`${url}/upload`, { method: 'POST', headers, body: form });
  return (await expected(response, 201)).id;
}

/** @param watch called with each state that was read */
async function indexed(url, headers, id, watch) {
  for (const began = performance.now(); performance.now() - began < DEADLINE_MS; await sleep(POLL_MS)) {
    const state = await expected(await fetch(`${url}/attachments/${id}`, { headers }), 200);
    watch(state);
    if (state.status === 'failed') throw new Error(`not indexed: ${JSON.stringify(state)}`);
    if (state.status === 'indexed') return state;
  }
  throw new Error(`not indexed within ${DEADLINE_MS / 60_000} minutes`);
}

/** @returns milliseconds from a question to its whole answer, which must cite the account's document */
async function ask(url, headers) {
  const began = performance.now();
  const response = await fetch(`${url}/chat`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({ conversation_id: randomUUID(), message: QUESTION }),
  });
  const text = await response.text();
  if (response.status !== 200 || !text.includes('230')) throw new Error(`no good answer: ${text}`);
  return performance.now() - began;
}

async function expected(response, status) {
  const body = await response.json();
  if (response.status !== status) throw new Error(`${response.url}: ${JSON.stringify(body)}`);
  return body;
}

function spread(times) {
  const at = (share) => Math.round(quantile(times, share));
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, at most ${at(1)} ms`;
}

/** Random numbers from 0 to 1 that are the same in each run (mulberry32). */
function randomNumbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let value = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
