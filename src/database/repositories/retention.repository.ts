import { Injectable } from '@nestjs/common';
import { DataSource, type ObjectLiteral } from 'typeorm';
import { deleteBatch } from '../delete-batch.js';
import { AuditEvent } from '../entities/accounts/audit-event.entity.js';
import { Conversation } from '../entities/conversation.entity.js';
import { OutboxEvent } from '../entities/operations/webhook.entity.js';
import { Usage } from '../entities/usage.entity.js';
import { retryConflicts } from '../retry-conflicts.js';
import { deleting, type DeletedConversations } from './deleting-conversations.js';

/** Conversations deleted per statement, with all their messages well within its deadline. */
const CONVERSATIONS = 50;
const ROWS = 1_000;

/** Excludes pinned conversations and those being answered; reading a conversation does not renew it. */
const oldConversation = (days: string) => `pinned_at IS NULL
  AND last_message_at < now() - make_interval(days => ${days})
  AND NOT EXISTS (SELECT FROM runs WHERE conversation_id = conversations.id AND status IN ('queued', 'streaming'))`;
const OLD = 'at < now() - make_interval(days => :days)';

/** Rows with a retention period, and the condition for expired ones of each. */
const EXPIRING = {
  conversations: { entity: Conversation, isOld: oldConversation(':days') },
  usage: { entity: Usage, isOld: OLD },
  audit: { entity: AuditEvent, isOld: OLD },
  webhooks: { entity: OutboxEvent, isOld: OLD },
} as const;

export type ExpiringTable = keyof typeof EXPIRING;

/** Deletes expired rows in batches. */
@Injectable()
export class RetentionRepository {
  constructor(private readonly source: DataSource) {}

  /** Number of rows the next sweep deletes. */
  countOld(what: ExpiringTable, days: number): Promise<number> {
    const { entity, isOld } = EXPIRING[what];
    const rows = this.source.getRepository<ObjectLiteral>(entity);
    return rows.createQueryBuilder(rows.metadata.tableName).where(isOld, { days }).getCount();
  }

  /**
   * Deletes the oldest expired conversations; locked ones are skipped until the next sweep.
   * @returns their number, and ids of their runs that may still be logged
   */
  async deleteConversations(days: number): Promise<DeletedConversations> {
    // $1 the days
    const held = `SELECT id FROM conversations WHERE ${oldConversation('$1')}
      ORDER BY last_message_at LIMIT ${CONVERSATIONS} FOR UPDATE SKIP LOCKED`;
    const [row]: DeletedConversations[] = await retryConflicts(() =>
      this.source.query(deleting(held), [days]),
    );
    return row!;
  }

  /** @returns whether there may be more */
  deleteUsage(days: number): Promise<boolean> {
    return deleteBatch(this.source.getRepository(Usage), ROWS, { where: OLD, parameters: { days } });
  }

  /** Webhook events with their deliveries. @returns whether there may be more */
  deleteEvents(days: number): Promise<boolean> {
    return deleteBatch(this.source.getRepository(OutboxEvent), ROWS, { where: OLD, parameters: { days } });
  }
}
