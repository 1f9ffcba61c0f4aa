import type { Redis } from 'ioredis';
import { Client } from 'pg';
import type { BlobStore } from '../adapters/blob-store/blob-store.js';
import { createBlobStore } from '../adapters/blob-store/blob-store.module.js';
import { LogRedis } from '../adapters/redis/log-redis.js';
import { openCluster } from '../adapters/redis/open-redis.js';
import { createRedis } from '../adapters/redis/redis.js';
import type { Config } from '../config/config.js';
import { SettingError } from '../config/env.js';
import { reasonOf } from '../common/startup.js';
import { shareEngines } from '../embedded/running-engines.js';
import { prepareSession } from './tables.js';

/** All stores of Parley in one configuration. */
export interface Stores {
  config: Config;
  databaseUrl: string;
  redis: Redis;
  /** Of rooms. */
  logs: LogRedis;
  blobs: BlobStore;
  /** Whether they are the embedded engines of a Parley that is running. */
  areRunning: boolean;
  close(): Promise<void>;
}

/** Command deadline in ms: a large room is read in one command. */
const COMMAND_MS = 30_000;

/**
 * Opens the stores of a configuration: servers, or the embedded engines, which are started unless they run.
 * @throws SettingError, EmbeddedError
 */
export async function openStores(config: Config): Promise<Stores> {
  const { env, dataDir } = config;
  const wanted = { postgres: !env.DATABASE_URL, redis: !env.REDIS_URL };
  const engines = await shareEngines(dataDir, wanted);
  const redis = createRedis(env.REDIS_URL ?? engines.redisUrl!, {
    commandTimeout: COMMAND_MS,
    lazyConnect: true,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined); // the pending command rejects
  const logs = new LogRedis(redis, env.REDIS_CLUSTER_NODES ?? null, COMMAND_MS);
  const blobs = createBlobStore(config, { warn: () => undefined });
  const close = async () => {
    logs.close();
    redis.disconnect();
    if ('onApplicationShutdown' in blobs) await (blobs.onApplicationShutdown as () => Promise<void>)();
    await engines.close();
  };
  try {
    await redis.connect().catch((error: unknown) => {
      throw new SettingError(`REDIS_URL cannot be used: ${reasonOf(error)}`);
    });
    if ('nodes' in logs.client) await openCluster(logs.client);
    await logs.check();
    return {
      config,
      databaseUrl: env.DATABASE_URL ?? engines.databaseUrl!,
      redis,
      logs,
      blobs,
      areRunning: engines.areRunning,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Runs work on a separate database connection. @throws SettingError when none can be opened */
export async function withClient<T>(
  { databaseUrl }: Pick<Stores, 'databaseUrl'>,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'parley backup' });
  client.on('error', () => undefined); // the pending statement rejects
  try {
    await client.connect().catch((error: unknown) => {
      throw new SettingError(`DATABASE_URL cannot be used: ${reasonOf(error)}`);
    });
    await prepareSession(client);
    return await work(client);
  } finally {
    await client.end();
  }
}
