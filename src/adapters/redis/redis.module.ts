import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Logger } from '../../common/logger.js';
import { Config } from '../../config/config.js';
import { createRedis } from './redis.js';

/** The connection that rooms share. It may break at any time; whoever uses it says what is lost then. */
@Global()
@Module({
  providers: [
    {
      provide: Redis,
      inject: [Config, Logger],
      useFactory: ({ env }: Config, logger: Logger) => {
        const redis = createRedis(env.REDIS_URL ?? '');
        redis.on('error', (error: Error) => logger.warn({ reason: error.message }, 'Redis is away'));
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
