import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp, listen } from '../../src/app.setup.js';
import { RunLease } from '../../src/runs/recovery/run-lease.js';
import { Config } from '../../src/config/config.js';
import { createDatabase, redisUrl } from './database.js';

/** A whole API over a database of its own, on a free port of the loopback address. */
export interface TestApp {
  url: string;
  /** Of the database, for looking behind the API where nothing else shows what a client would lose. */
  databaseUrl: string;
  app: NestExpressApplication;
  close(): Promise<void>;
}

/** The program under test. */
interface Program {
  createApp: typeof createApp;
  listen: typeof listen;
  Config: typeof Config;
}

/**
 * @param settings environment variables on top of the defaults; a `DATABASE_URL` makes it a replica of another app
 * @param program another copy of the sources
 */
export async function createTestApp(
  settings: Record<string, string> = {},
  program: Program = { createApp, listen, Config },
): Promise<TestApp> {
  const database = settings.DATABASE_URL
    ? { url: settings.DATABASE_URL, drop: async () => {} }
    : await createDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-test-'));
  const config = new program.Config({
    NODE_ENV: 'test',
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'silent',
    RATE_LIMITS: 'off',
    // A busy machine refuses nothing that a test counts on.
    MAX_EVENT_LOOP_DELAY_MS: '0',
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl(),
    ...settings,
  });
  const app = await program.createApp(config);
  const url = await program.listen(app, config);
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

/** Ends heartbeats and sweeps, which would make up for what is not done at once; leases last for a few seconds more. */
export const stopSweeps = ({ app }: TestApp) => app.get(RunLease).onApplicationShutdown();
