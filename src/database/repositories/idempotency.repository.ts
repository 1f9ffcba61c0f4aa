import { Injectable } from '@nestjs/common';
import { DataSource, Raw, type Repository } from 'typeorm';
import { IdempotencyKey } from '../entities/idempotency-key.entity.js';

/** A request that its client may repeat under a key. */
export interface IdempotencyClaim {
  userId: string;
  /** Method and path pattern, such as `POST /chat`; keys of other routes are other keys. */
  route: string;
  key: string;
  /** Distinguishes a repetition from another request under the same key. */
  bodyHash: string;
}

/** The hash of the first request under a key, and what that made. */
export type StoredClaim = Pick<IdempotencyKey, 'bodyHash' | 'result'>;

/** A concurrent request stored the key since it was looked up. */
export class KeyTakenError extends Error {}

/** Whether a key has expired, by the clock of PostgreSQL. @param createdAt the column */
const isExpired = (createdAt: string) => `${createdAt} < now() - interval '24 hours'`;

/**
 * Idempotency keys and what they stand for. The statement that does a thing stores its key: there is no state between.
 */
@Injectable()
export class IdempotencyRepository {
  private readonly keys: Repository<IdempotencyKey>;

  constructor(private readonly source: DataSource) {
    this.keys = source.getRepository(IdempotencyKey);
  }

  /** What a key stands for; null when it is free. One that is too old is freed. */
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
    // Others that delete several of them at once are not waited for: TypeORM locks no rows of a subquery.
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
