import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

/** One lock an attachment, made of its id; the seed keeps them apart from other locks. */
const KEY = 'hashtextextended($1, 7275397)';

/**
 * Lets one process at a time work on an attachment. The locks of this process are held by one connection, however many
 * there are, and PostgreSQL frees them when the process dies. Should the connection alone be lost, the work may be done
 * twice, which does no harm as long as it is the same work.
 */
@Injectable()
export class AttachmentLocks {
  private readonly held = new Set<string>();
  private session: Promise<PoolClient> | undefined;

  constructor(private readonly source: DataSource) {}

  /**
   * Runs the work unless somebody is at this attachment already.
   * @returns false when somebody is
   */
  async whileAlone(attachmentId: string, work: () => Promise<void>): Promise<boolean> {
    if (this.held.has(attachmentId)) return false;
    this.held.add(attachmentId);
    try {
      if (!(await this.ask(`SELECT pg_try_advisory_lock(${KEY}) AS yes`, attachmentId))) return false;
      try {
        await work();
      } finally {
        await this.ask(`SELECT pg_advisory_unlock(${KEY}) AS yes`, attachmentId).catch(() => false);
      }
      return true;
    } finally {
      this.held.delete(attachmentId);
      if (this.held.size === 0) await this.leave();
    }
  }

  private async ask(question: string, attachmentId: string): Promise<boolean> {
    this.session ??= this.connect();
    const session = this.session;
    try {
      const { rows } = await (await session).query<{ yes: boolean }>(question, [attachmentId]);
      return rows[0]?.yes ?? false;
    } catch (error) {
      // Whatever it still holds goes with it.
      if (this.session === session) await this.leave(true);
      throw error;
    }
  }

  private async connect(): Promise<PoolClient> {
    const pool = (this.source.driver as PostgresDriver).master as Pool;
    const client = await pool.connect();
    client.once('error', () => void this.leave(true));
    return client;
  }

  private async leave(isBroken = false): Promise<void> {
    const session = this.session;
    this.session = undefined;
    await session?.then(
      (client) => client.release(isBroken),
      () => undefined,
    );
  }
}
