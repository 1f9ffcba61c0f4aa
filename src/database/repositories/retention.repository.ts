import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { retryConflicts } from '../retry-conflicts.js';
import { deleting, type DeletedConversations } from './deleting-conversations.js';

/** Conversations that are deleted by one statement, well within its deadline with all their messages. */
const CONVERSATIONS = 50;
const ROWS = 1_000;

/** Pinned ones stay, and those that are being answered; reading a conversation does not make it younger. */
const OLD_CONVERSATION = `pinned_at IS NULL AND last_message_at < now() - make_interval(days => $1)
  AND NOT EXISTS (SELECT FROM runs WHERE conversation_id = conversations.id AND status IN ('queued', 'streaming'))`;
const OLD = 'at < now() - make_interval(days => $1)';

/** What can be kept for some time only, and the rows that are too old of each. $1 the days. */
const AGED = {
  conversations: { table: 'conversations', isOld: OLD_CONVERSATION },
  usage: { table: 'usage', isOld: OLD },
  audit: { table: 'audit_events', isOld: OLD },
  webhooks: { table: 'outbox', isOld: OLD },
} as const;

export type Aged = keyof typeof AGED;

/** Deletes what is too old, a batch at a time. */
@Injectable()
export class RetentionRepository {
  constructor(private readonly source: DataSource) {}

  /** How many rows the next sweep deletes. */
  async countOld(what: Aged, days: number): Promise<number> {
    const { table, isOld } = AGED[what];
    const [row]: { count: number }[] = await this.source.query(
      `SELECT count(*)::int AS count FROM ${table} WHERE ${isOld}`,
      [days],
    );
    return row!.count;
  }

  /**
   * Deletes the oldest conversations; one that another statement holds is left for the next sweep.
   * @returns how many, and ids of their runs that may still be logged
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

  /** Events of webhooks with their deliveries. @returns whether there may be more */
  async deleteEvents(days: number): Promise<boolean> {
    const [, deleted]: [unknown, number] = await this.source.query(
      `DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE ${OLD} LIMIT ${ROWS})`,
      [days],
    );
    return deleted === ROWS;
  }
}
