/**
 * Searches during a change of the embedding model: `npm run bench:switch -- [CHUNKS]`, by default over 50,000. Documents
 * are uploaded to a Parley of its own on embedded engines; an embedding server in this process knows two models. While
 * the index of the second is built and becomes the active one, 20 searches a second are made. Fails unless each of them
 * finds its document with no part of the search left out.
 */
import { createServer } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Retriever } from '../src/ingestion/retrieval/retriever.js';
import { fetchWhenAvailable, openLibrary, type Library } from './support/library.js';
import { startProgress } from './support/progress.js';

const CHUNKS = Number(process.argv[2] ?? 50_000);
const CHUNKS_OF_A_DOCUMENT = 500;
/** So that a paragraph is a chunk. */
const PARAGRAPH_WORDS = 100;
const VOCABULARY = 20_000;
const DIMENSIONS = 512;
const SEARCHES_A_SECOND = 20;
/** Searches go on for so long before the change and after the switch. */
const AROUND_MS = 5_000;
const POLL_INTERVAL_MS = 250;
const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' };

interface Index {
  model: string;
  status: string;
  error: string | null;
  documents: { done: number; total: number };
}

const folder = await mkdtemp(join(tmpdir(), 'parley-switch-'));
const server = await startEmbeddings();
try {
  const documents = Math.max(1, Math.round(CHUNKS / CHUNKS_OF_A_DOCUMENT));
  const library = await openLibrary(await writeDocuments(documents), {
    OPENAI_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    OPENAI_API_KEY: 'key',
    OPENAI_EMBEDDING_MODEL: 'first',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    INGESTION_CONCURRENCY: '2',
  });
  try {
    await measure(library, documents);
  } finally {
    await library.close();
  }
} finally {
  server.close();
  await rm(folder, { recursive: true, force: true });
}

async function measure(library: Library, documents: number): Promise<void> {
  const admin = await logIn(library.url);
  const searches = startSearches(library, documents);
  await sleep(AROUND_MS);
  const began = performance.now();
  await requestIndex(library.url, admin, 'second');
  const progress = startProgress('building the second index', documents);
  for (;;) {
    const items = await listIndexes(library.url, admin);
    const next = items.find(({ model }) => model === 'second');
    if (next?.error) throw new Error(next.error);
    progress.update(next?.documents.done ?? 0, `${next?.documents.done ?? 0} of ${documents} documents`);
    if (items[0]?.model === 'second') break;
    await sleep(POLL_INTERVAL_MS);
  }
  progress.end();
  const seconds = (performance.now() - began) / 1_000;
  await sleep(AROUND_MS);
  const { made, times, failed, degraded, empty, wrong, loopDelayMs } = await searches.stop();
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  console.log(
    `${library.chunkCount} chunks, the second index active after ${seconds.toFixed(0)} s\n` +
      `${made} searches: ${failed} failed, ${empty} empty, ${degraded} degraded, ${wrong} with another document first\n` +
      `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, at most ${at(1)} ms; event loop delayed by ${loopDelayMs} ms (p99)`,
  );
  if (failed + empty + degraded + wrong > 0) process.exitCode = 1;
}

/** Searches at even intervals, whether or not earlier ones have ended. */
function startSearches({ app, ownerId }: Library, documents: number) {
  const retriever = app.get(Retriever);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  const seen = { made: 0, failed: 0, degraded: 0, empty: 0, wrong: 0 };
  const times: number[] = [];
  const pending = new Set<Promise<void>>();
  const search = async (number: number) => {
    const began = performance.now();
    const text = `What is said about ${topicOf(number)}?`;
    try {
      const { passages, degraded } = await retriever.retrieve({ ownerId, scope: 'own', text, limit: 5 });
      times.push(performance.now() - began);
      if (degraded) seen.degraded++;
      if (passages.length === 0) seen.empty++;
      else if (passages[0]!.filename !== `${topicOf(number)}.md`) seen.wrong++;
    } catch (error) {
      if (seen.failed++ === 0) console.error('the first failed search:', error);
    }
  };
  delay.enable();
  const timer = setInterval(() => {
    const one = search(seen.made++ % documents).finally(() => pending.delete(one));
    pending.add(one);
  }, 1_000 / SEARCHES_A_SECOND);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(pending);
      delay.disable();
      return { ...seen, times, loopDelayMs: Math.round(delay.percentile(99) / 1e6) };
    },
  };
}

/** Letters alone, so that it is one word. */
function word(number: number): string {
  return [...`${number}`].map((digit) => 'qwrtzpsdfg'[Number(digit)]).join('');
}

function topicOf(number: number): string {
  return `topic${word(number)}`;
}

/** Paragraphs of random words, each with the topic of its document. */
async function writeDocuments(count: number): Promise<string[]> {
  const files: string[] = [];
  for (let number = 0; number < count; number++) {
    const paragraphs = Array.from({ length: CHUNKS_OF_A_DOCUMENT }, () => {
      const words = Array.from({ length: PARAGRAPH_WORDS }, () =>
        word(Math.floor(VOCABULARY * Math.random() ** 2)),
      );
      return `About ${topicOf(number)}: ${words.join(' ')}.`;
    });
    const file = join(folder, `${topicOf(number)}.md`);
    await writeFile(file, `# ${topicOf(number)}\n\n${paragraphs.join('\n\n')}\n`);
    files.push(file);
  }
  return files;
}

/** Counts of words, hashed differently by each model: vectors of the two have nothing in common. */
function startEmbeddings(): Promise<ReturnType<typeof createServer>> {
  const vectorOf = (text: string, model?: string) => {
    const vector = Array.from({ length: DIMENSIONS }, () => 0);
    for (const found of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
      let hash = model === 'first' ? 7 : 11;
      for (let i = 0; i < found.length; i++) hash = Math.imul(hash ^ found.charCodeAt(i), 16_777_619);
      vector[(hash >>> 0) % DIMENSIONS]! += 1;
    }
    return vector;
  };
  const listening = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      // Whether the server is there is asked without a body.
      const { input = [], model } = JSON.parse(Buffer.concat(parts).toString() || '{}') as {
        input?: string | string[];
        model?: string;
      };
      const data = [input].flat().map((text, index) => ({ index, embedding: vectorOf(text, model) }));
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ data }));
    });
  });
  return new Promise((resolve) => listening.listen(0, '127.0.0.1', () => resolve(listening)));
}

async function logIn(url: string): Promise<{ Authorization: string }> {
  const response = await fetchWhenAvailable(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(ADMIN),
  });
  return { Authorization: `Bearer ${((await response.json()) as { access_token: string }).access_token}` };
}

async function requestIndex(url: string, headers: { Authorization: string }, model: string): Promise<void> {
  const response = await fetchWhenAvailable(`${url}/admin/embeddings`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    // The golden questions are in English, which counts of words do not know.
    body: JSON.stringify({ model, skip_check: true }),
  });
  if (response.status !== 202) throw new Error(`not accepted: ${response.status} ${await response.text()}`);
}

async function listIndexes(url: string, headers: { Authorization: string }): Promise<Index[]> {
  const response = await fetchWhenAvailable(`${url}/admin/embeddings`, { headers });
  return ((await response.json()) as { items: Index[] }).items;
}
