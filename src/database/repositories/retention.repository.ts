import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { retryConflicts } from '../retry-conflicts.js';
import { deleting, type DeletedConversations } from './deleting-conversations.js';

/** Conversations deleted per statement, with all their messages well within its deadline. */
const CONVERSATIONS = 50;
const ROWS = 1_000;

/** Excludes pinned conversations and those being answered; reading a conversation does not renew it. $1 the days */
const OLD_CONVERSATION = `pinned_at IS NULL AND last_message_at < now() - make_interval(days => $1)
  AND NOT EXISTS (SELECT FROM runs WHERE conversation_id = conversations.id AND status IN ('queued', 'streaming'))`;
const OLD = 'at < now() - make_interval(days => $1)';

/** Tables with a retention period, and the condition for expired rows of each. $1 the days. */
const EXPIRING = {
  conversations: { table: 'conversations', isOld: OLD_CONVERSATION },
  usage: { table: 'usage', isOld: OLD },
  audit: { table: 'audit_events', isOld: OLD },
  webhooks: { table: 'outbox', isOld: OLD },
} as const;

export type ExpiringTable = keyof typeof EXPIRING;

/** Deletes expired rows in batches. */
@Injectable()
export class RetentionRepository {
  constructor(private readonly source: DataSource) {}

  /** Number of rows the next sweep deletes. */
  async countOld(what: ExpiringTable, days: number): Promise<number> {
    const { table, isOld } = EXPIRING[what];
    const [row]: { count: number }[] = await this.source.query(
      `SELECT count(*)::int AS count FROM ${table} WHERE ${isOld}`,
      [days],
    );
    return row!.count;
  }

  /**
   * Deletes the oldest expired conversations; locked ones are skipped until the next sweep.
   * @returns their number, and ids of their runs that may still be logged
   */
  async deleteConversations(days: number): Promise<DeletedConversations> {
    const held = `SELECT id FROM conversations WHERE ${OLD_CONVERSATION}
      ORDER BY last_message_at LIMIT ${CONVERSATIONS} FOR UPDATE SKIP LOCKED`;
    const [row]: DeletedConversations[] = await retryConflicts(() =>
      this.source.query(deleting(held), [days]),
    );
    return row!;
  }

  /** @returns whether there may be more */
  async deleteUsage(days: number): Promise<boolean> {
    const [, deleted]: [unknown, number] = await this.source.query(
      `DELETE FROM usage WHERE run_id IN (SELECT run_id FROM usage WHERE ${OLD} LIMIT ${ROWS})`,
      [days],
    );
    return deleted === ROWS;
  }

  /** Webhook events with their deliveries. @returns whether there may be more */
  async deleteEvents(days: number): Promise<boolean> {
    const [, deleted]: [unknown, number] = await this.source.query(
      `DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE ${OLD} LIMIT ${ROWS})`,
      [days],
    );
    return deleted === ROWS;
  }
}
