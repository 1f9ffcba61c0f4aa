import { Client } from 'pg';

/** Deadlocks that PostgreSQL has found in a database; those of connections that are open may not be counted yet. */
export async function deadlocksOf(databaseUrl: string): Promise<number> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ deadlocks: number }>(
      'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
    );
    return rows[0]!.deadlocks;
  } finally {
    await client.end();
  }
}
