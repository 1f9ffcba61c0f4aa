import { Injectable } from '@nestjs/common';
import { DataSource, Raw, type EntityManager } from 'typeorm';
import { Attachment, type AttachmentScope } from '../../entities/attachment.entity.js';
import { IdempotencyKey } from '../../entities/idempotency-key.entity.js';
import type { StoredAttachment } from './attachments.repository.js';
import { KeyTakenError, type IdempotencyClaim } from '../idempotency.repository.js';
import { lockAccount } from '../lock-account.js';
import { openConversation, type ConversationKey } from '../open-conversation.js';
import { appendRow, type NewRunningRow } from '../running-rows.repository.js';

/** A file whose bytes are in the blob store already. */
export type NewAttachment = Pick<
  StoredAttachment,
  'id' | 'filename' | 'contentType' | 'sizeBytes' | 'sha256'
>;

/** The account's storage quota would be exceeded. */
export class QuotaExceededError extends Error {}

/** A file to accept, with the rows to write in the same transaction. */
export interface NewUpload {
  ownerId: string;
  scope: AttachmentScope;
  file: NewAttachment;
  /** Storage quota of the account in bytes; undefined for files without a quota. */
  quota?: number;
  /** The target conversation, created if it does not exist, and the row of its running table. */
  into?: Omit<ConversationKey, 'ownerId'> & { row: NewRunningRow };
  /** Idempotency claim: a retry finds the first result. */
  claim?: IdempotencyClaim;
}

/** The result of an upload, also for a repeated request. */
export interface AcceptedUpload {
  attachment: Omit<StoredAttachment, 'createdAt'>;
  /** Number of its row in the running table. */
  rowid: number | null;
}

/** Accepts uploads atomically: a row for each file, or none. */
@Injectable()
export class UploadsRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * Stores an upload in one transaction. Locks the account, so that concurrent uploads cannot exceed the quota.
   * @returns null when the account was deleted
   * @throws QuotaExceededError, KeyTakenError
   */
  accept({ ownerId, scope, file, quota, into, claim }: NewUpload): Promise<AcceptedUpload | null> {
    return this.source.transaction(async (manager) => {
      if (!(await lockAccount(manager, { id: ownerId }))) return null;
      if (claim && (await manager.existsBy(IdempotencyKey, keyOf(claim)))) throw new KeyTakenError();
      if (quota !== undefined && (await usedBytes(manager, ownerId)) + file.sizeBytes > quota)
        throw new QuotaExceededError();
      const conversationRowId = into && (await openConversation(manager, { ownerId, ...into }));
      const attachment = await insertRow(manager, file, { ownerId, scope, conversationRowId });
      const rowid =
        into && conversationRowId
          ? await appendRow(manager, conversationRowId, { ...into.row, attachmentId: file.id })
          : null;
      const accepted = { attachment, rowid };
      if (claim) await insertKey(manager, claim, { ...accepted });
      return accepted;
    });
  }

  /** Bytes of the files of an account. */
  usedBytes(ownerId: string): Promise<number> {
    return usedBytes(this.source.manager, ownerId);
  }

  /** Whether a file was accepted. @param id a UUID */
  isAccepted(id: string): Promise<boolean> {
    return this.source.manager.existsBy(Attachment, { id });
  }

  /** Withdraws an upload whose commit is unconfirmed, and releases its key. */
  withdraw(id: string, claim?: IdempotencyClaim): Promise<void> {
    return this.source.transaction(async (manager) => {
      await manager.delete(Attachment, { id });
      if (claim)
        await manager.delete(IdempotencyKey, {
          ...keyOf(claim),
          result: Raw((column) => `${column} -> 'attachment' ->> 'id' = :id`, { id }),
        });
    });
  }
}

/** Columns that PostgreSQL sets. */
type DefaultColumns = Pick<
  Attachment,
  'status' | 'warnings' | 'revision' | 'chunkCount' | 'chunksEmbedded' | 'createdAt'
>;

async function insertRow(
  manager: EntityManager,
  file: NewAttachment,
  place: { ownerId: string; scope: AttachmentScope; conversationRowId?: string },
): Promise<StoredAttachment> {
  const row = {
    ...file,
    scope: place.scope,
    // System attachments have no owner: they stay when the admin who uploaded them is deleted.
    ownerId: place.scope === 'system' ? null : place.ownerId,
    conversationRowId: place.conversationRowId ?? null,
    error: null,
    caption: null,
    sourcePath: null,
  };
  const { generatedMaps } = await manager.insert(Attachment, row);
  return { ...row, ...(generatedMaps as [DefaultColumns])[0] };
}

const insertKey = (manager: EntityManager, claim: IdempotencyClaim, result: object) =>
  manager.insert(IdempotencyKey, { ...claim, result });

const keyOf = ({ userId, route, key }: IdempotencyClaim) => ({ userId, route, key });

const usedBytes = async (manager: EntityManager, ownerId: string): Promise<number> =>
  (await manager.sum(Attachment, 'sizeBytes', { ownerId, scope: 'user' })) ?? 0;
