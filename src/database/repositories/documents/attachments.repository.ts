import { Injectable } from '@nestjs/common';
import { Any, DataSource, type Repository, type SelectQueryBuilder } from 'typeorm';
import { Attachment, type AttachmentScope, type AttachmentStatus } from '../../entities/attachment.entity.js';
import { NIL } from 'uuid';
import { toInstant } from '../../../common/cursor.js';
import { toSlice, type AttachmentCursor, type Page, type Slice } from '../page.js';

/** A stored attachment, without its text. */
export type StoredAttachment = Pick<Attachment, keyof typeof STORED>;
const STORED = {
  id: true,
  scope: true,
  ownerId: true,
  filename: true,
  contentType: true,
  sizeBytes: true,
  sha256: true,
  status: true,
  error: true,
  warnings: true,
  caption: true,
  revision: true,
  chunkCount: true,
  chunksEmbedded: true,
  sourcePath: true,
  createdAt: true,
} as const;

/** The requesting user. Admins may read all attachments. */
export interface Viewer {
  id: string;
  isAdmin: boolean;
}

export interface AttachmentFilters extends Page<AttachmentCursor> {
  ownerId?: string;
  status?: AttachmentStatus;
  scope?: AttachmentScope;
}

/** An attachment and the revision to index. */
export type AttachmentRevision = Pick<Attachment, 'id' | 'revision'>;

/** Column values of an attachment that is pending re-indexing. */
export const INDEX_AGAIN = {
  status: 'pending',
  error: null,
  revision: () => 'revision + 1',
  chunksEmbedded: 0,
  updatedAt: () => 'now()',
} as const;
/** Batch size of updates, so that a statement stays well within its deadline. */
const BATCH = 1_000;

/** Attachments for the API. The owner is in every where clause except those for admins. */
@Injectable()
export class AttachmentsRepository {
  private readonly attachments: Repository<Attachment>;

  constructor(source: DataSource) {
    this.attachments = source.getRepository(Attachment);
  }

  /** The user's attachments and the system's, newest first. */
  listVisible(ownerId: string, page: Page<AttachmentCursor>): Promise<Slice<StoredAttachment>> {
    const visible = this.attachments.createQueryBuilder('a').where([{ ownerId }, { scope: 'system' }]);
    return listPage(visible, page);
  }

  /** @param id a UUID */
  findVisible({ id: ownerId, isAdmin }: Viewer, id: string): Promise<StoredAttachment | null> {
    const where = isAdmin
      ? { id }
      : [
          { id, ownerId },
          { id, scope: 'system' as const },
        ];
    return this.attachments.findOne({ where, select: STORED });
  }

  /** Attachments whose viewers were checked when they began to watch. @param ids UUIDs */
  findWatched(ids: readonly string[]): Promise<StoredAttachment[]> {
    return this.attachments.find({ where: { id: Any(ids) }, select: STORED });
  }

  /** Filters ids by visibility to a user. @param ids UUIDs */
  async visibleIds(ownerId: string, ids: readonly string[]): Promise<string[]> {
    const id = Any(ids);
    const where = [
      { id, ownerId },
      { id, scope: 'system' as const },
    ];
    const rows = await this.attachments.find({ where, select: { id: true } });
    return rows.map((row) => row.id);
  }

  /** Deletes an attachment of the user, or for admins one of the system. @returns false for any other */
  async delete({ id: ownerId, isAdmin }: Viewer, id: string): Promise<boolean> {
    const own = { id, scope: 'user', ownerId };
    const { affected } = await this.attachments
      .createQueryBuilder()
      .delete()
      .where(isAdmin ? [own, { id, scope: 'system' }] : own)
      .execute();
    return Boolean(affected);
  }

  /**
   * For admins: attachments of all users that match the filters, newest first.
   * @returns a page, and the total number
   */
  async adminList({
    ownerId,
    status,
    scope,
    ...page
  }: AttachmentFilters): Promise<Slice<StoredAttachment> & { total: number }> {
    const where = { ...(ownerId && { ownerId }), ...(status && { status }), ...(scope && { scope }) };
    const slice = await listPage(this.attachments.createQueryBuilder('a').where(where), page);
    return { ...slice, total: await this.attachments.countBy(where) };
  }

  count(status: AttachmentStatus): Promise<number> {
    return this.attachments.countBy({ status });
  }

  /**
   * Requests the re-indexing of an attachment.
   * @param id a UUID
   * @returns null when it does not exist
   */
  async bumpRevision(id: string): Promise<AttachmentRevision | null> {
    const { raw } = await this.attachments
      .createQueryBuilder()
      .update(INDEX_AGAIN)
      .where({ id })
      .returning(['id', 'revision'])
      .execute();
    return (raw as AttachmentRevision[])[0] ?? null;
  }

  /** Requests the re-indexing of all attachments, in batches. @param status filter; all when omitted */
  async *bumpAllRevisions(status?: AttachmentStatus): AsyncGenerator<AttachmentRevision[]> {
    for (let last: string = NIL; ;) {
      const { raw } = await this.attachments
        .createQueryBuilder()
        .update(INDEX_AGAIN)
        .where(
          `id IN (SELECT id FROM attachments WHERE id > :last AND (:status::text IS NULL OR status = :status)
           ORDER BY id LIMIT ${BATCH})`,
          { last, status: status ?? null },
        )
        .returning(['id', 'revision'])
        .execute();
      const rows = raw as AttachmentRevision[];
      if (rows.length === 0) return;
      last = rows.reduce((highest, { id }) => (id > highest ? id : highest), last);
      yield rows;
    }
  }
}

/** @param query for attachments `a` */
async function listPage(
  query: SelectQueryBuilder<Attachment>,
  { limit, offset, cursor }: Page<AttachmentCursor>,
): Promise<Slice<StoredAttachment>> {
  if (cursor) {
    const [at, id] = cursor;
    query.andWhere('(a.createdAt, a.id) < (:at::timestamptz, :id::uuid)', { at, id });
  }
  const { entities, raw } = await query
    .select(Object.keys(STORED).map((column) => `a.${column}`))
    .addSelect(toInstant('a.createdAt'), 'at')
    .orderBy('a.createdAt', 'DESC')
    .addOrderBy('a.id', 'DESC')
    .limit(limit + 1)
    .offset(cursor ? 0 : offset)
    .getRawAndEntities<{ at: string }>();
  return toSlice(entities, limit, ({ id }, i) => [raw[i]!.at, id]);
}
