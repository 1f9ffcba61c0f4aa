import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { Erasure } from '../../entities/erasure.entity.js';
import { retryConflicts } from '../../retry-conflicts.js';

/** Timeout in ms; deleting an account with many messages takes longer than other statements may. */
const DEADLINE_MS = 60_000;

/** Erasures of accounts, tracked until all other stores are cleaned. */
@Injectable()
export class ErasuresRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * Deletes an account's rows in one transaction; concurrent writes for it then violate foreign keys.
   * @param id a UUID
   * @returns the erasure; null when the account does not exist
   */
  async erase(id: string): Promise<Erasure | null> {
    const isDeleted = await retryConflicts(() => this.deleteAccount(id));
    return isDeleted ? this.find(id) : null;
  }

  find(accountId: string): Promise<Erasure | null> {
    return this.source.getRepository(Erasure).findOneBy({ accountId });
  }

  /** Erasures old enough that no write of the account is in flight any more, oldest first. */
  due(seconds: number, limit: number): Promise<Erasure[]> {
    return this.source
      .getRepository(Erasure)
      .createQueryBuilder('e')
      .where('e.requested_at < now() - make_interval(secs => :seconds)', { seconds })
      .orderBy('e.requested_at')
      .limit(limit)
      .getMany();
  }

  /** Deletes the erasure's record after all files are deleted. @returns false while some remain */
  async finish(accountId: string): Promise<boolean> {
    const rows: unknown[] = await this.source.query(FINISH, [accountId, `user:${accountId}`]);
    return rows.length > 0;
  }

  private async deleteAccount(id: string): Promise<boolean> {
    const pool = (this.source.driver as PostgresDriver).master as Pool;
    const client = await pool.connect();
    let isBroken = true;
    try {
      await client.query(`BEGIN; SET LOCAL statement_timeout = ${DEADLINE_MS}`);
      // $1 the account's id. pg supports this option per query, but its types lack it.
      const statement = { text: 'DELETE FROM users WHERE id = $1', values: [id], query_timeout: DEADLINE_MS };
      const { rowCount } = await client.query(statement);
      await client.query('COMMIT');
      isBroken = false;
      return Boolean(rowCount);
    } finally {
      // The connection may still be in a failed transaction, so it is closed.
      client.release(isBroken);
    }
  }
}

/** $1 the account's id, $2 its tenant */
const FINISH = `
  WITH open AS (SELECT FROM discarded_attachments WHERE tenant = $2 LIMIT 1),
  removed AS (DELETE FROM vector_documents WHERE tenant = $2 AND NOT EXISTS (SELECT FROM open)),
  done AS (DELETE FROM erasures WHERE account_id = $1 AND NOT EXISTS (SELECT FROM open) RETURNING account_id)
  SELECT FROM done`;
