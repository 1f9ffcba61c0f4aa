import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../src/embedded/engine.js';
import { untilListening } from './listening.js';

/** A Redis of its own with settings as in a redis.conf; `PORT` in them stands for its port. */
export async function startRedisServer(settings: readonly string[]) {
  const port = await freePort();
  const lines = ['bind 127.0.0.1', 'save ""', ...settings].map((line) => line.replace('PORT', String(port)));
  const server = spawn(process.env.PARLEY_TEST_REDIS_PROGRAM ?? 'redis-server', ['-'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  server.stdin.end(`${lines.join('\n')}\n`);
  await untilListening(port, server);
  return {
    port,
    close: async () => {
      server.kill('SIGKILL');
      await once(server, 'exit');
    },
  };
}
