import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';

/** A row of a conversation's running table. */
export interface StoredRunningRow {
  /** Counted from 1 in each conversation. */
  rowid: number;
  type: string;
  description: string;
}

export type NewRunningRow = Omit<StoredRunningRow, 'rowid'>;

/** The running tables of conversations. Rows are added and never removed, except with their conversation. */
@Injectable()
export class RunningRowsRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * The first rows, in order; none when there is no such conversation.
   * @param clientId of the conversation, as its owner's clients know it
   */
  async list(ownerId: string, clientId: string, limit: number): Promise<StoredRunningRow[]> {
    return this.source.query(
      `SELECT r.rowid, r.type, r.description
       FROM running_rows r JOIN conversations c ON c.id = r.conversation_id
       WHERE c.owner_id = $1 AND c.client_id = $2
       ORDER BY r.rowid
       LIMIT $3`,
      [ownerId, clientId, limit],
    );
  }

  /**
   * @param conversationRowId row id of the conversation, not the id clients see
   * @returns the number of the new row, or null when the conversation was deleted or is not the owner's
   */
  add(ownerId: string, conversationRowId: string, row: NewRunningRow): Promise<number | null> {
    return this.source.transaction(async (manager) => {
      const [mine]: unknown[] = await manager.query(
        'SELECT 1 FROM conversations WHERE id = $1 AND owner_id = $2 FOR NO KEY UPDATE',
        [conversationRowId, ownerId],
      );
      return mine ? appendRow(manager, conversationRowId, row) : null;
    });
  }
}

/**
 * Adds a row.
 * @param manager of a transaction that holds the conversation's row: numbers have no gaps and come once
 * @param conversationRowId the conversation's row id
 * @returns the number of the new row
 */
export async function appendRow(
  manager: EntityManager,
  conversationRowId: string,
  row: NewRunningRow & { attachmentId?: string },
): Promise<number> {
  const [added]: [{ rowid: number }] = await manager.query(
    `INSERT INTO running_rows (id, conversation_id, rowid, type, description, attachment_id)
     SELECT $1, $2, coalesce(max(rowid), 0) + 1, $3, $4, $5 FROM running_rows WHERE conversation_id = $2
     RETURNING rowid`,
    [uuidv7(), conversationRowId, row.type, row.description, row.attachmentId ?? null],
  );
  return added.rowid;
}
