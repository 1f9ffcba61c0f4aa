import { Injectable } from '@nestjs/common';
import { Redis } from 'ioredis';
import { LogRedis } from '../adapters/redis/log-redis.js';
import type { Erasure } from '../database/entities/erasure.entity.js';
import { IngestionQueue } from '../ingestion/ingestion-queue.js';

/** Keys scanned by one command, so that none takes long. */
const PAGE = 1_000;
const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;
/** A job of the queue; keys with its key as prefix belong to it. */
const JOB = /^parley:ingestion:([\da-f-]{36}-\d+)$/;

/** What an account has left in Redis: rooms and their index, logs of runs, jobs, and counters of its limits. */
@Injectable()
export class RedisTraces {
  constructor(
    private readonly redis: Redis,
    private readonly logs: LogRedis,
    private readonly queue: IngestionQueue,
  ) {}

  /**
   * Deletes every key whose name holds the account's id or address, or the id of one of its runs or files. @returns how
   * many
   */
  async delete(erasure: Erasure): Promise<number> {
    const ids = new Set([erasure.accountId, ...erasure.runIds, ...erasure.attachmentIds]);
    const isTrace = (key: string) =>
      key.includes(erasure.emailKey) || (key.match(UUID) ?? []).some((id) => ids.has(id));
    let deleted = 0;
    for (const server of new Set([this.redis, ...this.logs.servers()])) {
      let cursor = '0';
      do {
        const [next, keys] = await server.scan(cursor, 'MATCH', 'parley:*', 'COUNT', PAGE);
        cursor = next;
        for (const key of keys.filter(isTrace)) deleted += await this.deleteKey(server, key);
      } while (cursor !== '0');
    }
    await this.queue.forgetOwner(`user:${erasure.accountId}`);
    return deleted;
  }

  private async deleteKey(server: Redis, key: string): Promise<number> {
    if (!key.startsWith('parley:ingestion:')) return server.del(key);
    // The queue holds its jobs in lists; an active one ends by itself, and finds no file.
    const jobId = JOB.exec(key)?.[1];
    return jobId && (await this.queue.remove(jobId)) ? 1 : 0;
  }
}
