import { Client } from 'pg';

const ROUNDS = 4;
const DEADLINE_MS = 2_800;

/** Parley uses session locks and prepared statements, which do not work behind a transaction pooler. */
class TransactionPoolerError extends Error {
  constructor() {
    super(
      'it leads to a pooler that pools transactions or statements; let it pool sessions (PgBouncer: pool_mode = session), or name the PostgreSQL server itself',
    );
  }
}

/**
 * Detects a transaction pooler by backend process ids: without one (or with a session pooler) two connections have
 * two of them and keep them.
 * @throws TransactionPoolerError; any other error when the server is unreachable
 */
export async function refuseTransactionPooler(url: string): Promise<void> {
  const clients = [connect(url), connect(url)] as const;
  try {
    await Promise.all(clients.map((client) => client.connect()));
    const seen = await Promise.all(clients.map(backendOf));
    for (let round = 1; round < ROUNDS; round++)
      // Sequentially: a pooler lends the backend of an idle connection to the other one.
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
  client.on('error', () => undefined); // the pending query rejects
  return client;
}

async function backendOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]!.pid;
}
