import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

/** Made of the lock's name; the seed keeps it apart from locks of other programs. */
const KEY = 'hashtextextended($1, 7275397)';

/** The connection that holds the locks, while there are any. */
interface Session {
  client: PoolClient;
  /** Gives it back to the pool, or closes it. */
  release(isBroken: boolean): void;
}

/**
 * Work that one process at a time does, by name: an attachment's id, `film-vectors`, `training-materials`. All locks of
 * this process are held by one connection, and PostgreSQL releases them when the process exits. Should the connection
 * alone be lost, the work may be done twice, which does no harm as long as it is the same work.
 */
@Injectable()
export class AdvisoryLocks {
  private readonly held = new Set<string>();
  private session: Promise<Session> | undefined;

  constructor(private readonly source: DataSource) {}

  /**
   * Runs the work unless it is in progress already, here or in another process.
   * @param work must not resolve to null
   * @returns null when it is
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
      // Whatever it still holds goes with it.
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
