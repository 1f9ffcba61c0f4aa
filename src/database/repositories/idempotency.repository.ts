import { Injectable } from '@nestjs/common';
import { DataSource, Raw, type Repository } from 'typeorm';
import { IdempotencyKey } from '../entities/idempotency-key.entity.js';

/** An idempotency key and the fingerprint of its request. */
export interface IdempotencyClaim {
  userId: string;
  /** Method and path pattern, such as `POST /chat`; the namespace of the key. */
  route: string;
  key: string;
  /** Fingerprint that distinguishes a retry from another request under the same key. */
  bodyHash: string;
}

/** Fingerprint and result of the first request under a key. */
export type StoredClaim = Pick<IdempotencyKey, 'bodyHash' | 'result'>;

/** A concurrent request stored the key since it was looked up. */
export class KeyTakenError extends Error {}

/** Whether a key has expired, by the clock of PostgreSQL. @param createdAt the column */
const isExpired = (createdAt: string) => `${createdAt} < now() - interval '24 hours'`;

/**
 * Idempotency keys with their results. A key is stored by the statement of its action, so there is no intermediate
 * state.
 */
@Injectable()
export class IdempotencyRepository {
  private readonly keys: Repository<IdempotencyKey>;

  constructor(private readonly source: DataSource) {
    this.keys = source.getRepository(IdempotencyKey);
  }

  /** The result stored under a key; null when it is unused. An expired key is deleted. */
  async find({ userId, route, key }: Omit<IdempotencyClaim, 'bodyHash'>): Promise<StoredClaim | null> {
    const where = { userId, route, key };
    const stored = await this.keys
      .createQueryBuilder('stored')
      .select('stored.bodyHash', 'bodyHash')
      .addSelect('stored.result', 'result')
      .addSelect(isExpired('stored.createdAt'), 'isExpired')
      .where(where)
      .getRawOne<StoredClaim & { isExpired: boolean }>();
    if (!stored?.isExpired) return stored ?? null;
    await this.keys.delete({ ...where, createdAt: Raw(isExpired) });
    return null;
  }

  async deleteExpired(): Promise<void> {
    // SKIP LOCKED avoids waiting for concurrent deletions; TypeORM cannot lock rows of a subquery.
    await this.source.query(
      `DELETE FROM idempotency_keys WHERE (user_id, route, key) IN (
         SELECT user_id, route, key FROM idempotency_keys WHERE ${isExpired('created_at')} FOR UPDATE SKIP LOCKED
       )`,
    );
  }
}

/** The result of a statement that stores a key. @throws KeyTakenError when it exists */
export async function orKeyTaken<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const { constraint } = error as { constraint?: string };
    throw constraint === 'idempotency_keys_pkey' ? new KeyTakenError() : error;
  }
}
