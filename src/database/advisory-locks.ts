import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

/** Lock key: a hash of the name; the seed avoids collisions with other programs' locks. */
const KEY = 'hashtextextended($1, 7275397)';

/** Waits for a lock, which a transaction holds until its end: such transactions are serialized in all processes. */
export const lockTransaction = (manager: EntityManager, name: string): Promise<unknown> =>
  manager.query(`SELECT pg_advisory_xact_lock(${KEY})`, [name]);

/** The connection that holds the locks, if any are held. */
interface Session {
  client: PoolClient;
  /** Gives it back to the pool, or closes it. */
  release(isBroken: boolean): void;
}

/**
 * Mutual exclusion between processes, by name: an attachment's id, `film-vectors`, `training-materials`. One
 * connection holds all locks of this process, and PostgreSQL releases them when the process exits. If only the
 * connection is lost, the work may run twice, so it must be idempotent.
 */
@Injectable()
export class AdvisoryLocks {
  private readonly held = new Set<string>();
  private session: Promise<Session> | undefined;

  constructor(private readonly source: DataSource) {}

  /**
   * Runs the work unless it is in progress in any process.
   * @param work must not resolve to null
   * @returns null when it is already in progress
   */
  async whileAlone<T>(name: string, work: () => Promise<T>): Promise<T | null> {
    if (this.held.has(name)) return null;
    this.held.add(name);
    try {
      if (!(await this.ask(`SELECT pg_try_advisory_lock(${KEY}) AS yes`, name))) return null;
      try {
        return await work();
      } finally {
        await this.ask(`SELECT pg_advisory_unlock(${KEY}) AS yes`, name).catch(() => false);
      }
    } finally {
      this.held.delete(name);
      if (this.held.size === 0) await this.leave();
    }
  }

  /** @param statement $1 is the lock's name */
  private async ask(statement: string, name: string): Promise<boolean> {
    this.session ??= this.connect();
    const session = this.session;
    try {
      const { rows } = await (await session).client.query<{ yes: boolean }>(statement, [name]);
      return rows[0]?.yes ?? false;
    } catch (error) {
      // The connection's other locks are lost with it.
      if (this.session === session) await this.leave(true);
      throw error;
    }
  }

  private async connect(): Promise<Session> {
    const pool = (this.source.driver as PostgresDriver).master as Pool;
    const client = await pool.connect();
    const onError = () => void this.leave(true);
    client.once('error', onError);
    return {
      client,
      release: (isBroken) => {
        // The pool lends it to others, whose errors do not end locks of this process.
        client.off('error', onError);
        client.release(isBroken);
      },
    };
  }

  private async leave(isBroken = false): Promise<void> {
    const session = this.session;
    this.session = undefined;
    await session?.then(
      ({ release }) => release(isBroken),
      () => undefined,
    );
  }
}
