import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { createApp, listen } from '../../src/app.setup.js';
import { Config } from '../../src/config/config.js';
import { startEmbedded } from '../../src/embedded/embedded-engines.js';
import { startProgress } from './progress.js';

/** A Parley of its own in which one account has uploaded some files, and all of them are indexed. */
export interface Library {
  app: INestApplication;
  url: string;
  ownerId: string;
  chunkCount: number;
  /** The text that was read from an attachment. */
  textOf(attachmentId: string): Promise<string>;
  close(): Promise<void>;
}

interface Listed {
  status: string;
  filename: string;
  error: string | null;
  chunk_count: number;
}

const POLL_INTERVAL_MS = 500;
/** A busy machine may refuse requests with 503 for so long. */
const UNAVAILABLE_MS = 60_000;

/**
 * @param settings of the environment, beside those of the library
 * @throws Error when a file is refused or cannot be indexed
 */
export async function openLibrary(
  files: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Library> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-library-'));
  const engines = await startEmbedded({ dataDir, postgres: true, redis: true });
  const config = new Config({
    DATA_DIR: dataDir,
    DATABASE_URL: engines.databaseUrl,
    REDIS_URL: engines.redisUrl,
    PORT: '0',
    LOG_LEVEL: 'error',
    RATE_LIMITS: 'off',
    ...settings,
  });
  const app = await createApp(config);
  const url = await listen(app, config);
  const close = async () => {
    await app.close();
    await engines.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const account = await fetch(`${url}/auth/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: 'reader@example.com', password: 'correct horse battery' }),
    });
    const { id, access_token: token } = (await account.json()) as { id: string; access_token: string };
    const headers = { Authorization: `Bearer ${token}` };
    for (const file of files) {
      const body = new FormData();
      body.append('file', new Blob([await readFile(file)]), basename(file));
      const { status } = await fetchWhenAvailable(`${url}/upload`, { method: 'POST', headers, body });
      if (status !== 201) throw new Error(`${file} was refused with ${status}`);
    }
    const progress = startProgress('indexing', files.length);
    let listed: Listed[];
    for (;;) {
      const response = await fetchWhenAvailable(`${url}/attachments?limit=500`, { headers });
      listed = ((await response.json()) as { items: Listed[] }).items;
      const failed = listed.find(({ status }) => status === 'failed');
      if (failed) throw new Error(`${failed.filename}: ${failed.error}`);
      const done = listed.filter(({ status }) => status === 'indexed').length;
      progress.update(done, `${done} of ${files.length} files`);
      if (done === files.length) break;
      await sleep(POLL_INTERVAL_MS);
    }
    progress.end();
    return {
      app,
      url,
      ownerId: id,
      chunkCount: listed.reduce((sum, { chunk_count: count }) => sum + count, 0),
      textOf: async (attachmentId) =>
        (await fetch(`${url}/attachments/${attachmentId}/text`, { headers })).text(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Repeats a request that is refused with 503 after `Retry-After`, as a client does. */
export async function fetchWhenAvailable(url: string, init: RequestInit): Promise<Response> {
  const until = performance.now() + UNAVAILABLE_MS;
  for (;;) {
    const response = await fetch(url, init);
    if (response.status !== 503 || performance.now() > until) return response;
    await sleep(1_000 * Number(response.headers.get('retry-after') ?? 1));
  }
}
