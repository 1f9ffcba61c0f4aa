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
  /** Null while the first request is at work. */
  result: JsonObject | null;
}

const HOURS = 24;
/** A request that has not said what became of it by then is dead; its key may be claimed anew. */
const AT_WORK_SECONDS = 120;

const IS_OVER = `(created_at < now() - interval '${HOURS} hours'
  OR (result IS NULL AND created_at < now() - interval '${AT_WORK_SECONDS} seconds'))`;
const IS_THIS = 'user_id = $1 AND route = $2 AND key = $3';

/** Idempotency keys and what they stand for. */
@Injectable()
export class IdempotencyRepository {
  constructor(private readonly source: DataSource) {}

  /** @returns false when somebody has the key */
  async insert({ userId, route, key, bodyHash }: IdempotencyClaim): Promise<boolean> {
    const rows: unknown[] = await this.source.query(
      `INSERT INTO idempotency_keys (user_id, route, key, body_hash) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING RETURNING key`,
      [userId, route, key, bodyHash],
    );
    return rows.length > 0;
  }

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

  async complete({ userId, route, key }: IdempotencyClaim, result: JsonObject): Promise<void> {
    await this.source.query(`UPDATE idempotency_keys SET result = $4 WHERE ${IS_THIS}`, [
      userId,
      route,
      key,
      result,
    ]);
  }

  /** Frees the key of a request that came to nothing. */
  async release({ userId, route, key }: IdempotencyClaim): Promise<void> {
    await this.source.query(`DELETE FROM idempotency_keys WHERE ${IS_THIS} AND result IS NULL`, [
      userId,
      route,
      key,
    ]);
  }

  async deleteExpired(): Promise<void> {
    await this.source.query(`DELETE FROM idempotency_keys WHERE ${IS_OVER}`);
  }
}
