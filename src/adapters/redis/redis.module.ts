import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Logger } from '../../common/logger.js';
import { Config } from '../../config/config.js';
import { openRedis } from './open-redis.js';
import { createRedis } from './redis.js';

/** The connection that rooms share. It may break at any time; whoever uses it says what is lost then. */
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
        redis.on('error', (error: Error) =>
          logger.warn({ reason: error.message }, 'Redis cannot be reached'),
        );
        return redis;
      },
    },
  ],
  exports: [Redis],
})
export class RedisModule implements OnApplicationShutdown {
  constructor(private readonly redis: Redis) {}

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }
}
