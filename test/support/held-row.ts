import { Client } from 'pg';
import { eventually } from './eventually.js';

/** A row that nobody else can change, so that statements can be lined up behind it. */
export class HeldRow {
  private constructor(private readonly client: Client) {}

  /** @param row what selects it, such as `users WHERE id = $1` */
  static async of(databaseUrl: string, row: string, values: unknown[]): Promise<HeldRow> {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query('BEGIN');
    const { rowCount } = await client.query(`SELECT FROM ${row} FOR UPDATE`, values);
    if (rowCount !== 1) throw new Error(`${rowCount} rows of ${row}`);
    return new HeldRow(client);
  }

  /** Resolves when so many statements wait for it. */
  async waitForBlocked(times = 1): Promise<void> {
    const waiting = `SELECT FROM pg_locks WHERE NOT granted AND (transactionid = pg_current_xact_id()::xid
      OR database = (SELECT oid FROM pg_database WHERE datname = current_database()))`;
    await eventually(async () => expect((await this.client.query(waiting)).rowCount).toBe(times));
  }

  async release(): Promise<void> {
    await this.client.query('COMMIT');
    await this.client.end();
  }
}
