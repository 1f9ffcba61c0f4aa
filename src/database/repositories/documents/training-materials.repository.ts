import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Only one process at a time syncs; any fixed number does. */
const SYNC_LOCK = 7_275_397;

/** What the training materials were last synced to, and whose turn it is to sync them. */
@Injectable()
export class TrainingMaterialsRepository {
  constructor(private readonly source: DataSource) {}

  /** The commit of the last sync that came to its end; null before the first. */
  async lastCommit(): Promise<string | null> {
    const [row]: { commit: string }[] = await this.source.query(
      'SELECT commit FROM training_materials WHERE id = 1',
    );
    return row?.commit ?? null;
  }

  async record(target: string, commit: string): Promise<void> {
    await this.source.query(
      `INSERT INTO training_materials (id, target, commit) VALUES (1, $1, $2)
       ON CONFLICT (id) DO UPDATE SET target = $1, commit = $2, synced_at = now()`,
      [target, commit],
    );
  }

  /**
   * Does the work unless some process is syncing already. The lock goes with its connection, so a process that
   * dies does not keep it.
   * @returns null when one is
   */
  async whileNobodySyncs<T>(work: () => Promise<T>): Promise<T | null> {
    const session = this.source.createQueryRunner();
    try {
      const [row]: { held: boolean }[] = await session.query('SELECT pg_try_advisory_lock($1) AS held', [
        SYNC_LOCK,
      ]);
      if (!row!.held) return null;
      try {
        return await work();
      } finally {
        await session.query('SELECT pg_advisory_unlock($1)', [SYNC_LOCK]);
      }
    } finally {
      await session.release();
    }
  }
}
