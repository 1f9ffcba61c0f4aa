import { Injectable } from '@nestjs/common';
import { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { BlobStore } from '../adapters/blob-store/blob-store.js';

const DEADLINE_MS = 1_000;

/** Knows whether this process can do its work now. */
@Injectable()
export class Readiness {
  private draining = false;

  constructor(
    private readonly database: DataSource,
    private readonly redis: Redis,
    private readonly blobs: BlobStore,
  ) {}

  /** From now on the process is not ready: it is about to leave. */
  drain(): void {
    this.draining = true;
  }

  /** @returns the names of what is missing; empty when ready. Answers within about a second. */
  async missing(): Promise<string[]> {
    const checks = await Promise.all([
      this.draining ? 'shutting down' : null,
      check('database', this.database.query('SELECT 1')),
      check('redis', this.redis.ping()),
      check('blob store', this.blobs.check()),
    ]);
    return checks.filter((name) => name !== null);
  }
}

async function check(name: string, answer: Promise<unknown>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), DEADLINE_MS);
  });
  try {
    await Promise.race([answer, late]);
    return null;
  } catch {
    return name;
  } finally {
    clearTimeout(timer);
  }
}
