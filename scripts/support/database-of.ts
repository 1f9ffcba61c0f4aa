import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.js';
import { startEmbedded } from '../../src/embedded/embedded-engines.js';
import { EmbeddedError } from '../../src/embedded/embedded-error.js';
import { readPassword, superuser } from '../../src/embedded/postgres/postgres-data.js';

export interface OpenDatabase {
  url: string;
  /** Stops what was started for this. */
  close(): Promise<void>;
}

/**
 * The database Parley uses with this configuration: the configured one, the embedded one of a Parley that is running,
 * or the embedded one, started.
 * @throws EmbeddedError
 */
export async function databaseOf({ env, dataDir }: Config): Promise<OpenDatabase> {
  if (env.DATABASE_URL) return { url: env.DATABASE_URL, close: async () => {} };
  try {
    const engines = await startEmbedded({ dataDir, postgres: true, redis: false });
    return { url: engines.databaseUrl!, close: () => engines.stop() };
  } catch (error) {
    const url = error instanceof EmbeddedError ? runningDatabase(dataDir) : null;
    if (!url) throw error;
    return { url, close: async () => {} };
  }
}

/** The address of the embedded PostgreSQL that serves a data directory now; null when there is none. */
function runningDatabase(dataDir: string): string | null {
  try {
    const directory = realpathSync(join(dataDir, 'postgres'));
    const port = Number(readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')[3]);
    return port > 0 ? `postgres://${superuser}:${readPassword(directory)}@127.0.0.1:${port}/postgres` : null;
  } catch {
    return null;
  }
}
