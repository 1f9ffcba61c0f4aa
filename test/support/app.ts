import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Client } from 'pg';
import { createApp, listen } from '../../src/app.setup.js';
import { Config } from '../../src/config/config.js';

/** A whole API over a database of its own, on a free port of the loopback address. */
export interface TestApp {
  url: string;
  /** Of the database, for looking behind the API where nothing else shows what a client would lose. */
  databaseUrl: string;
  app: NestExpressApplication;
  close(): Promise<void>;
}

/** The servers of the column that is being tested; `test/run.mjs` sets them. */
function engine(name: 'PARLEY_TEST_DATABASE_URL' | 'PARLEY_TEST_REDIS_URL'): string {
  const url = process.env[name];
  if (!url)
    throw new Error(`${name} is not set: run the tests through npm test, or npm run test:e2e -- PATH`);
  return url;
}

/** Each jest worker has a Redis database of its own. */
const redisUrl = () => `${engine('PARLEY_TEST_REDIS_URL')}/${process.env.JEST_WORKER_ID ?? 0}`;

export async function createDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `parley_${randomUUID().replaceAll('-', '')}`;
  await admin(`CREATE DATABASE ${name}`);
  const url = new URL(engine('PARLEY_TEST_DATABASE_URL'));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function admin(sql: string): Promise<void> {
  const client = new Client({ connectionString: engine('PARLEY_TEST_DATABASE_URL') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** @param settings environment variables on top of the defaults; a `DATABASE_URL` makes it a replica of another app */
export async function createTestApp(settings: Record<string, string> = {}): Promise<TestApp> {
  const database = settings.DATABASE_URL
    ? { url: settings.DATABASE_URL, drop: async () => {} }
    : await createDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-test-'));
  const config = new Config({
    NODE_ENV: 'test',
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'silent',
    RATE_LIMITS: 'off',
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl(),
    ...settings,
  });
  const app = await createApp(config);
  const url = await listen(app, config);
  return {
    url,
    databaseUrl: database.url,
    app,
    close: async () => {
      const closed = app.close();
      app.getHttpServer().closeAllConnections();
      await closed;
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
