import type { INestApplicationContext } from '@nestjs/common';
import { Redis } from 'ioredis';
import { subscribe } from '../adapters/redis/redis.js';
import { RESTORED_CHANNEL } from './restore.js';

/** Resolves when a backup was restored under a running application, whose in-memory state is then stale. */
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
