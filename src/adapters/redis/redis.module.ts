import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Logger } from '../../common/logger.js';
import { reasonOf } from '../../common/startup.js';
import { Config } from '../../config/config.js';
import { LogRedis } from './log-redis.js';
import { openCluster, openRedis } from './open-redis.js';
import { createRedis } from './redis.js';

/** The shared Redis connection, and that of run logs and rooms. It may fail at any time; each user of it documents the effect. */
@Global()
@Module({
  providers: [
    {
      provide: Redis,
      inject: [Config, Logger],
      useFactory: async ({ env, embedded }: Config, logger: Logger) => {
        const redis = createRedis(env.REDIS_URL ?? '');
        await openRedis(redis, embedded.redis ? 'The embedded Redis' : 'REDIS_URL').catch(
          (error: unknown) => {
            redis.disconnect();
            throw error;
          },
        );
        logOutages(redis, logger);
        return redis;
      },
    },
    {
      provide: LogRedis,
      inject: [Redis, Config],
      useFactory: async (redis: Redis, { env }: Config) => {
        const logs = new LogRedis(redis, env.REDIS_CLUSTER_NODES ?? null);
        if ('nodes' in logs.client)
          await openCluster(logs.client).catch((error: unknown) => {
            logs.close();
            throw error;
          });
        return logs;
      },
    },
  ],
  exports: [Redis, LogRedis],
})
export class RedisModule implements OnApplicationShutdown {
  constructor(
    private readonly redis: Redis,
    private readonly logs: LogRedis,
  ) {}

  onApplicationShutdown(): void {
    this.logs.close();
    this.redis.disconnect();
  }
}

/** Every failed attempt emits an error; only the first, and each with a new reason, is logged. */
function logOutages(redis: Redis, logger: Logger): void {
  let logged = '';
  redis.on('error', (error: Error) => {
    const reason = reasonOf(error);
    if (reason !== logged) logger.warn({ reason }, 'Redis is unavailable');
    logged = reason;
  });
  redis.on('ready', () => {
    if (logged) logger.info({}, 'Redis is available again');
    logged = '';
  });
}
