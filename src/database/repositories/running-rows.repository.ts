import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Conversation } from '../entities/conversation.entity.js';
import { RunningRow } from '../entities/running-row.entity.js';

/** A row of a conversation's running table. */
export type StoredRunningRow = Pick<RunningRow, 'rowid' | 'type' | 'description'>;

export type NewRunningRow = Omit<StoredRunningRow, 'rowid'>;

/** The running tables of conversations. Rows are added and never removed, except with their conversation. */
@Injectable()
export class RunningRowsRepository {
  private readonly rows: Repository<RunningRow>;

  constructor(private readonly source: DataSource) {
    this.rows = source.getRepository(RunningRow);
  }

  /**
   * The first rows, in order; empty when the conversation does not exist.
   * @param clientId client-visible id of the conversation
   */
  list(ownerId: string, clientId: string, limit: number): Promise<StoredRunningRow[]> {
    return this.rows
      .createQueryBuilder('row')
      .innerJoin('row.conversation', 'conversation')
      .select('row.rowid', 'rowid')
      .addSelect('row.type', 'type')
      .addSelect('row.description', 'description')
      .where({ conversation: { ownerId, clientId } })
      .orderBy('row.rowid')
      .limit(limit)
      .getRawMany<StoredRunningRow>();
  }

  /**
   * @param conversationRowId row id of the conversation, not the id clients see
   * @returns the number of the new row, or null when the conversation was deleted or is not the owner's
   */
  add(ownerId: string, conversationRowId: string, row: NewRunningRow): Promise<number | null> {
    return this.source.transaction(async (manager) => {
      const held = await manager.findOne(Conversation, {
        where: { id: conversationRowId, ownerId },
        select: { id: true },
        lock: { mode: 'for_no_key_update' },
      });
      return held ? appendRow(manager, conversationRowId, row) : null;
    });
  }
}

/**
 * Appends a row.
 * @param manager of a transaction that has locked the conversation's row: numbers are unique and without gaps
 * @param conversationRowId the conversation's row id
 * @returns the number of the new row
 */
export async function appendRow(
  manager: EntityManager,
  conversationRowId: string,
  row: NewRunningRow & { attachmentId?: string },
): Promise<number> {
  // $1 id of the row, $2 row id of the conversation, $3 type, $4 description, $5 attachment's id or null
  const [added]: [{ rowid: number }] = await manager.query(
    `INSERT INTO running_rows (id, conversation_id, rowid, type, description, attachment_id)
     SELECT $1, $2, coalesce(max(rowid), 0) + 1, $3, $4, $5 FROM running_rows WHERE conversation_id = $2
     RETURNING rowid`,
    [uuidv7(), conversationRowId, row.type, row.description, row.attachmentId ?? null],
  );
  return added.rowid;
}
