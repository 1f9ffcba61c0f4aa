import { jest } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { SharedQueue } from './shared-queue.js';

describe('the queue of producers', () => {
  it('leaves the errors of its connection to the owner of it, from the first moment on', async () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    await new Promise((closed) => server.close(closed));
    const errors: unknown[] = [];
    const redis = new Redis(port, '127.0.0.1', {
      lazyConnect: true,
      retryStrategy: () => null,
      maxRetriesPerRequest: null,
    });
    redis.on('error', (error) => errors.push(error)); // its owner listens
    const queue = new SharedQueue('a-queue', { connection: redis, skipVersionCheck: true });
    const ended = new Promise((resolve) => redis.once('end', resolve));
    await redis.connect().catch(() => undefined);
    await ended;
    await queue.close().catch(() => undefined);
    expect(errors).toHaveLength(1);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });
});
