import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { JsonObject } from '../../common/json.js';

/** A request that its client may repeat under a key. */
export interface IdempotencyClaim {
  userId: string;
  /** Method and path pattern, such as `POST /chat`; keys of other routes are other keys. */
  route: string;
  key: string;
  /** Tells a repetition from another request under the same key. */
  bodyHash: string;
}

export interface StoredClaim {
  bodyHash: string;
  /** What the first request made. */
  result: JsonObject;
}

/** Somebody else has stored the key of a request since it was looked for. */
export class KeyTakenError extends Error {}

const IS_OVER = `created_at < now() - interval '24 hours'`;
const IS_THIS = 'user_id = $1 AND route = $2 AND key = $3';

/** Idempotency keys and what they stand for. The statement that does a thing stores its key: there is no state between. */
@Injectable()
export class IdempotencyRepository {
  constructor(private readonly source: DataSource) {}

  /** What a key stands for; null when it is free. One that is too old is freed. */
  async find({ userId, route, key }: IdempotencyClaim): Promise<StoredClaim | null> {
    const values = [userId, route, key];
    const [stored]: (StoredClaim & { isOver: boolean })[] = await this.source.query(
      `SELECT body_hash AS "bodyHash", result, ${IS_OVER} AS "isOver" FROM idempotency_keys WHERE ${IS_THIS}`,
      values,
    );
    if (!stored?.isOver) return stored ?? null;
    await this.source.query(`DELETE FROM idempotency_keys WHERE ${IS_THIS} AND ${IS_OVER}`, values);
    return null;
  }

  async deleteExpired(): Promise<void> {
    // Whoever else deletes several of them at once is not waited for.
    await this.source.query(
      `DELETE FROM idempotency_keys WHERE (user_id, route, key) IN (
         SELECT user_id, route, key FROM idempotency_keys WHERE ${IS_OVER} FOR UPDATE SKIP LOCKED
       )`,
    );
  }
}

/** What a statement answers that stores a key. @throws KeyTakenError when somebody has it */
export async function orKeyTaken<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const { constraint } = error as { constraint?: string };
    throw constraint === 'idempotency_keys_pkey' ? new KeyTakenError() : error;
  }
}
