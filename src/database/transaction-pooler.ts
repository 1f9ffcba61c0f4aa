import { Client } from 'pg';

const ROUNDS = 4;
const DEADLINE_MS = 2_800;

/** Parley holds locks of sessions and prepares statements, which a transaction pooler passes on to the next client. */
class TransactionPoolerError extends Error {
  constructor() {
    super(
      'it leads to a pooler that pools transactions or statements; let it pool sessions (PgBouncer: pool_mode = session), or name the PostgreSQL server itself',
    );
  }
}

/**
 * Detects a transaction pooler by the process that serves a connection: with PostgreSQL itself, and a pooler of
 * sessions, two connections have two of them and keep them.
 * @throws TransactionPoolerError; any other error when the server cannot be reached
 */
export async function refuseTransactionPooler(url: string): Promise<void> {
  const clients = [connect(url), connect(url)] as const;
  try {
    await Promise.all(clients.map((client) => client.connect()));
    const seen = await Promise.all(clients.map(backendOf));
    for (let round = 1; round < ROUNDS; round++)
      // One after the other: a connection that is idle is lent to the other one.
      for (const [i, client] of clients.entries())
        if ((await backendOf(client)) !== seen[i]) throw new TransactionPoolerError();
    if (seen[0] === seen[1]) throw new TransactionPoolerError();
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}

function connect(connectionString: string): Client {
  const client = new Client({
    connectionString,
    application_name: 'parley',
    connectionTimeoutMillis: DEADLINE_MS,
    query_timeout: DEADLINE_MS,
  });
  client.on('error', () => undefined); // the query that waits fails
  return client;
}

async function backendOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]!.pid;
}
