import type { Config } from '../../src/config/config.js';
import { shareEngines } from '../../src/embedded/running-engines.js';

export interface OpenDatabase {
  url: string;
  /** Stops the engines that were started for this. */
  close(): Promise<void>;
}

/**
 * The database Parley uses with this configuration: the configured one, the embedded one of a Parley that is running,
 * or the embedded one, started.
 * @throws EmbeddedError
 */
export async function databaseOf({ env, dataDir }: Config): Promise<OpenDatabase> {
  if (env.DATABASE_URL) return { url: env.DATABASE_URL, close: async () => {} };
  const { databaseUrl, close } = await shareEngines(dataDir, { postgres: true, redis: false });
  return { url: databaseUrl!, close };
}
