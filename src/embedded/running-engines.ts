import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { startEmbedded } from './embedded-engines.js';
import { EmbeddedError } from './embedded-error.js';
import { readPassword, superuser } from './postgres/postgres-data.js';
import { redisAddressFile } from './redis/redis-data.js';

/** Engines of a data directory, for other programs of Parley. */
export interface SharedEngines {
  databaseUrl?: string;
  redisUrl?: string;
  /** Whether they belong to a running Parley. */
  areRunning: boolean;
  /** Stops engines started by this call. */
  close(): Promise<void>;
}

/** The embedded engines of a running Parley, or else temporarily started ones. @throws EmbeddedError */
export async function shareEngines(
  dataDir: string,
  wanted: { postgres: boolean; redis: boolean },
): Promise<SharedEngines> {
  try {
    const { databaseUrl, redisUrl, stop } = await startEmbedded({ dataDir, ...wanted });
    return { databaseUrl, redisUrl, areRunning: false, close: stop };
  } catch (error) {
    if (!(error instanceof EmbeddedError)) throw error;
    const databaseUrl = wanted.postgres ? runningDatabase(dataDir) : undefined;
    const redisUrl = wanted.redis ? runningRedis(dataDir) : undefined;
    if ((wanted.postgres && !databaseUrl) || (wanted.redis && !redisUrl)) throw error;
    return { databaseUrl, redisUrl, areRunning: true, close: async () => undefined };
  }
}

/** URL of the embedded PostgreSQL that currently serves a data directory; undefined without one. */
function runningDatabase(dataDir: string): string | undefined {
  try {
    const directory = realpathSync(path.join(dataDir, 'postgres'));
    const port = Number(readFileSync(path.join(directory, 'postmaster.pid'), 'utf8').split('\n')[3]);
    return port > 0
      ? `postgres://${superuser}:${readPassword(directory)}@127.0.0.1:${port}/postgres`
      : undefined;
  } catch {
    return undefined;
  }
}

/** As above for the embedded Redis, whose supervisor writes its URL to a file. */
function runningRedis(dataDir: string): string | undefined {
  try {
    return readFileSync(redisAddressFile(dataDir), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
