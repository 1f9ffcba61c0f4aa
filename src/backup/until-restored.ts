import type { INestApplicationContext } from '@nestjs/common';
import { Redis } from 'ioredis';
import { subscribe } from '../adapters/redis/redis.js';
import { RESTORED_CHANNEL } from './restore.js';

/** Settles when a backup was restored below an application: what it holds in memory is of another database then. */
export function untilRestored(app: INestApplicationContext): Promise<void> {
  return new Promise((resolve) => {
    const stop = subscribe(
      app.get(Redis),
      RESTORED_CHANNEL,
      () => {
        stop();
        resolve();
      },
      () => undefined,
    );
  });
}
