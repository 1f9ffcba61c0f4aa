import { Injectable } from '@nestjs/common';
import { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { LogRedis } from '../adapters/redis/log-redis.js';
import { tryWrite } from '../adapters/redis/redis-access.js';
import { BlobStore } from '../adapters/blob-store/blob-store.js';
import { within } from '../common/time/within.js';

const DEADLINE_MS = 1_000;

/** Knows whether this process can do its work now. */
@Injectable()
export class Readiness {
  private draining = false;

  constructor(
    private readonly database: DataSource,
    private readonly redis: Redis,
    private readonly logs: LogRedis,
    private readonly blobs: BlobStore,
  ) {}

  /** From now on the process is not ready: it is about to leave. */
  drain(): void {
    this.draining = true;
  }

  /** @returns the names of unavailable dependencies; empty when ready. Answers within about a second. */
  async missing(): Promise<string[]> {
    const checks = await this.checks();
    const missing = Object.keys(checks).filter((name) => !checks[name]);
    return this.draining ? ['shutting down', ...missing] : missing;
  }

  /** Whether each server that is needed can be used. Answers within about a second. */
  async checks(): Promise<Record<string, boolean>> {
    const [database, redis, blobs] = await Promise.all([
      succeeds(this.checkDatabase()),
      succeeds(Promise.all([tryWrite(this.redis), this.logs.check()])),
      succeeds(this.blobs.check()),
    ]);
    return { database, redis, 'blob store': blobs };
  }

  /** A standby, or the former primary after a failover, answers reads and refuses writes. */
  private async checkDatabase(): Promise<void> {
    const [row] = await this.database.query<{ refused: boolean }[]>(
      `SELECT current_setting('transaction_read_only')::boolean AS refused`,
    );
    if (row?.refused) throw new Error('the database is read-only');
  }
}

async function succeeds(answer: Promise<unknown>): Promise<boolean> {
  try {
    await within(DEADLINE_MS, answer);
    return true;
  } catch {
    return false;
  }
}
