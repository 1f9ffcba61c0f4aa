/** PostgreSQL and Redis: those of DATABASE_URL and REDIS_URL, or of this machine, or the embedded ones. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { startConfigured } from '../../test/support/configured-profile.mjs';
import { startEmbeddedProfile } from '../../test/support/embedded-profile.mjs';

/** Settings of PostgreSQL: its own, with which every commit reaches the disk. */
const DURABLE = [];

/** @returns {Promise<{databaseUrl: string, redisUrl: string, postgresPid?: number, summary: string, stop(): Promise<unknown>}>} */
export async function startEngines(scratch) {
  const { DATABASE_URL, REDIS_URL } = process.env;
  if (DATABASE_URL && REDIS_URL) return borrow(DATABASE_URL, REDIS_URL);
  try {
    return await startConfigured(scratch, DURABLE);
  } catch (error) {
    process.stderr.write(`${error.message}; the embedded engines are used\n`);
    return startEmbeddedProfile(scratch, DURABLE);
  }
}

/** Uses existing servers, in a separate database, which is dropped in the end. */
async function borrow(databaseUrl, redisUrl) {
  const name = `parley_bench_${randomUUID().replaceAll('-', '')}`;
  await query(databaseUrl, `CREATE DATABASE ${name}`);
  const own = new URL(databaseUrl);
  own.pathname = `/${name}`;
  return {
    databaseUrl: own.href,
    redisUrl,
    summary: 'PostgreSQL of DATABASE_URL\nRedis of REDIS_URL',
    stop: () => query(databaseUrl, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/** One statement over a connection of its own. */
export async function query(databaseUrl, text, values) {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}
