import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

/** The servers of the backend profile under test; `test/run.mjs` sets them. */
function engine(name: 'PARLEY_TEST_DATABASE_URL' | 'PARLEY_TEST_REDIS_URL'): string {
  const url = process.env[name];
  if (!url)
    throw new Error(`${name} is not set: run the tests through npm test, or npm run test:e2e -- PATH`);
  return url;
}

/** Each jest worker has a Redis database of its own. */
export const redisUrl = () => `${engine('PARLEY_TEST_REDIS_URL')}/${process.env.JEST_WORKER_ID ?? 0}`;

export async function createDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `parley_${randomUUID().replaceAll('-', '')}`;
  await admin(`CREATE DATABASE ${name}`);
  const url = new URL(engine('PARLEY_TEST_DATABASE_URL'));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function admin(sql: string): Promise<void> {
  const client = new Client({ connectionString: engine('PARLEY_TEST_DATABASE_URL') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
