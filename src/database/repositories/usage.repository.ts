import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { RunUsage } from '../entities/run.entity.js';
import { toSlice, type Slice, type UsageCursor } from './page.js';

/** Grouping keys of a user's usage; `key` is an API key. */
export const USAGE_GROUPS = ['day', 'agent', 'model', 'key'] as const;
/** Grouping keys of the usage of all accounts. */
export const ADMIN_USAGE_GROUPS = [...USAGE_GROUPS, 'user'] as const;
export type UsageGroup = (typeof ADMIN_USAGE_GROUPS)[number];

export interface UsageSum {
  /** A day in UTC as `2026-01-31`, an agent's id, a model's name, a key's or an account's id; empty for none. */
  group: string;
  runs: number;
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  reasoningTokens: number;
  /** Whether any of it was counted from the characters. */
  estimated: boolean;
}

export interface UsageRequest {
  /** All accounts when omitted. */
  userId?: string;
  by: UsageGroup;
  from: Date;
  /** Exclusive. */
  to: Date;
  limit: number;
  cursor?: UsageCursor;
}

const GROUP: Record<UsageGroup, string> = {
  day: `to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`,
  agent: 'agent',
  model: `coalesce(model, '')`,
  key: `coalesce(key_id::text, '')`,
  user: `coalesce(user_id::text, '')`,
};

/** Usage without a row in `runs`: of one whose conversation was deleted meanwhile, or of a summary. */
export interface OtherUsage {
  runId: string;
  ownerId: string;
  agent: string;
  keyId?: string;
  /** The model that was called last. */
  model?: string;
  usage: RunUsage;
}

/** Usage of runs. Rows are written by the statement that ends a run. */
@Injectable()
export class UsageRepository {
  constructor(private readonly source: DataSource) {}

  /** Records usage of no existing run. No effect if the run still exists or is already recorded. */
  async addOther(
    { runId, ownerId, agent, keyId, model, usage }: OtherUsage,
    status: 'complete' | 'failed',
  ): Promise<void> {
    const { inputTokens, outputTokens, cachedTokens = 0, reasoningTokens = 0, estimated } = usage;
    // $1 the run's id, $2 its owner's, $3 key or null, $4 and $5 agent and model, $6 to $10 as `RunUsage`, $11 status
    await this.source.query(
      `INSERT INTO usage (run_id, user_id, key_id, agent, model, status, input_tokens, output_tokens, cached_tokens,
         reasoning_tokens, estimated)
       SELECT $1, u.id, CASE WHEN u.id IS NOT NULL THEN $3::uuid END, $4, $5, $11, $6, $7, $8, $9, $10
       FROM (SELECT) AS one LEFT JOIN users u ON u.id = $2
       WHERE NOT EXISTS (SELECT FROM runs WHERE id = $1)
       ON CONFLICT DO NOTHING`,
      [
        runId,
        ownerId,
        keyId ?? null,
        agent,
        model ?? null,
        inputTokens,
        outputTokens,
        cachedTokens,
        reasoningTokens,
        estimated,
        status,
      ],
    );
  }

  /** Sums in the order of their groups; days from the newest on. */
  async sums({ userId, by, from, to, limit, cursor }: UsageRequest): Promise<Slice<UsageSum>> {
    const [order, isBehind] = by === 'day' ? ['DESC', '<'] : ['ASC', '>'];
    // $1 the account's id or null for all, $2 and $3 the time range, $4 cursor or null, $5 page size
    const rows: UsageSum[] = await this.source.query(
      `SELECT ${GROUP[by]} COLLATE "C" AS "group", count(*)::int AS runs,
         sum(input_tokens)::float8 AS "inputTokens", sum(output_tokens)::float8 AS "outputTokens",
         sum(cached_tokens)::float8 AS "cachedTokens", sum(reasoning_tokens)::float8 AS "reasoningTokens",
         bool_or(estimated) AS estimated
       FROM usage
       WHERE ($1::uuid IS NULL OR user_id = $1) AND at >= $2 AND at < $3
         AND ($4::text IS NULL OR ${GROUP[by]} COLLATE "C" ${isBehind} $4)
       GROUP BY 1 ORDER BY 1 ${order} LIMIT $5`,
      [userId ?? null, from, to, cursor?.[0] ?? null, limit + 1],
    );
    return toSlice(rows, limit, ({ group }) => [group]);
  }
}
