import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AttachmentScope } from '../../entities/attachment.entity.js';
import { ATTACHMENT_COLUMNS, type StoredAttachment } from './attachments.repository.js';
import { KeyTakenError, type IdempotencyClaim } from '../idempotency.repository.js';
import { ACCOUNT_LOCK, openConversation, type ConversationKey } from '../open-conversation.js';
import { appendRow, type NewRunningRow } from '../running-rows.repository.js';

/** A file whose bytes are in the blob store already. */
export type NewAttachment = Pick<
  StoredAttachment,
  'id' | 'filename' | 'contentType' | 'sizeBytes' | 'sha256'
>;

/** The files of an account would take more room than it has. */
export class QuotaExceededError extends Error {}

/** A file that is to be accepted, and all that is to be written with it. */
export interface NewUpload {
  ownerId: string;
  scope: AttachmentScope;
  file: NewAttachment;
  /** Bytes all files of the account may take; left out for what no quota counts. */
  quota?: number;
  /** The conversation it is for, which is opened if there is none, and its row in the running table. */
  into?: Omit<ConversationKey, 'ownerId'> & { row: NewRunningRow };
  /** Makes a repetition of the request find what this one made. */
  claim?: IdempotencyClaim;
}

/** What came of an upload, also when it is told again. */
export interface AcceptedUpload {
  attachment: Omit<StoredAttachment, 'createdAt'>;
  /** Of its row in a running table. */
  rowid: number | null;
}

const IS_KEY = 'user_id = $1 AND route = $2 AND key = $3';

/** Files on their way in: each becomes a row, or nothing at all. */
@Injectable()
export class UploadsRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * Writes it all, or nothing. The account is locked meanwhile: uploads at once cannot share the last of a quota.
   * @returns null when the account does not exist any more
   * @throws QuotaExceededError, KeyTakenError
   */
  accept({ ownerId, scope, file, quota, into, claim }: NewUpload): Promise<AcceptedUpload | null> {
    return this.source.transaction(async (manager) => {
      const [account]: unknown[] = await manager.query(ACCOUNT_LOCK, [ownerId]);
      if (!account) return null;
      if (claim && (await isTaken(manager, claim))) throw new KeyTakenError();
      if (quota !== undefined && (await usedBytes(manager, ownerId)) + file.sizeBytes > quota)
        throw new QuotaExceededError();
      const conversationRowId = into && (await openConversation(manager, { ownerId, ...into }));
      const attachment = await insertRow(manager, file, { ownerId, scope, conversationRowId });
      const rowid =
        into && conversationRowId
          ? await appendRow(manager, conversationRowId, { ...into.row, attachmentId: file.id })
          : null;
      if (claim) await keep(manager, claim, { attachment, rowid });
      return { attachment, rowid };
    });
  }

  /** Bytes of the files of an account. */
  usedBytes(ownerId: string): Promise<number> {
    return usedBytes(this.source.manager, ownerId);
  }

  /** Whether a file was accepted. @param id a UUID */
  async isAccepted(id: string): Promise<boolean> {
    const rows: unknown[] = await this.source.query('SELECT FROM attachments WHERE id = $1', [id]);
    return rows.length > 0;
  }

  /** Takes an upload back of which it is not known whether it was ever committed, and frees its key. */
  withdraw(id: string, claim?: IdempotencyClaim): Promise<void> {
    return this.source.transaction(async (manager) => {
      await manager.query('DELETE FROM attachments WHERE id = $1', [id]);
      if (claim)
        await manager.query(
          `DELETE FROM idempotency_keys WHERE ${IS_KEY} AND result -> 'attachment' ->> 'id' = $4`,
          [claim.userId, claim.route, claim.key, id],
        );
    });
  }
}

async function insertRow(
  manager: EntityManager,
  file: NewAttachment,
  place: { ownerId: string; scope: AttachmentScope; conversationRowId?: string },
): Promise<StoredAttachment> {
  const [row]: [StoredAttachment] = await manager.query(
    `INSERT INTO attachments AS a (id, filename, content_type, size_bytes, sha256, scope, owner_id, conversation_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${ATTACHMENT_COLUMNS}`,
    [
      file.id,
      file.filename,
      file.contentType,
      file.sizeBytes,
      file.sha256,
      place.scope,
      // What everybody sees belongs to nobody: it stays when the admin who uploaded it goes.
      place.scope === 'system' ? null : place.ownerId,
      place.conversationRowId ?? null,
    ],
  );
  return row;
}

async function isTaken(manager: EntityManager, { userId, route, key }: IdempotencyClaim): Promise<boolean> {
  const rows: unknown[] = await manager.query(`SELECT FROM idempotency_keys WHERE ${IS_KEY}`, [
    userId,
    route,
    key,
  ]);
  return rows.length > 0;
}

async function keep(
  manager: EntityManager,
  { userId, route, key, bodyHash }: IdempotencyClaim,
  result: AcceptedUpload,
): Promise<void> {
  await manager.query(
    'INSERT INTO idempotency_keys (user_id, route, key, body_hash, result) VALUES ($1, $2, $3, $4, $5)',
    [userId, route, key, bodyHash, result],
  );
}

async function usedBytes(manager: EntityManager, ownerId: string): Promise<number> {
  const [row]: { used: number }[] = await manager.query(
    `SELECT coalesce(sum(size_bytes), 0)::float8 AS used FROM attachments WHERE owner_id = $1 AND scope = 'user'`,
    [ownerId],
  );
  return row?.used ?? 0;
}
