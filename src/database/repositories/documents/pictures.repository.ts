import { Injectable } from '@nestjs/common';
import { Any, DataSource, Like } from 'typeorm';
import { Attachment } from '../../entities/attachment.entity.js';
import { onPath, pathOf } from '../tree/path.js';

/** An image that belongs to a message. */
export interface MessagePicture {
  id: string;
  filename: string;
  /** By its content. */
  mediaType: string;
  sizeBytes: number;
}

const PICTURE = `a.id, a.filename, a.content_type AS "mediaType", a.size_bytes::float8 AS "sizeBytes"`;

/** Uploaded images. */
@Injectable()
export class PicturesRepository {
  constructor(private readonly source: DataSource) {}

  /** Images among attachments that the owner may see, in the order of `ids`. @param ids UUIDs */
  async named(ownerId: string, ids: readonly string[]): Promise<MessagePicture[]> {
    const image = { id: Any(ids), contentType: Like('image/%') };
    const found = await this.source.getRepository(Attachment).find({
      where: [
        { ...image, ownerId },
        { ...image, scope: 'system' as const },
      ],
      select: { id: true, filename: true, contentType: true, sizeBytes: true },
    });
    const order = ids.map((id) => id.toLowerCase());
    return found
      .toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
      .map(({ id, filename, contentType, sizeBytes }) => ({
        id,
        filename,
        mediaType: contentType,
        sizeBytes,
      }));
  }

  /**
   * Images uploaded into a conversation since the message of the user before this one, oldest first.
   * @param position of the message
   */
  uploadedBefore(ownerId: string, conversationRowId: string, position: number): Promise<MessagePicture[]> {
    // $1 row id of the conversation, $2 the owner's id, $3 the position
    return this.source.query(
      `WITH RECURSIVE ${pathOf('id = $1')}
       SELECT ${PICTURE} FROM attachments a
       WHERE a.conversation_id = $1 AND a.owner_id = $2 AND a.content_type LIKE 'image/%'
         AND a.created_at <= (SELECT max(m.created_at) FROM messages m
           WHERE m.conversation_id = $1 AND m.position = $3 AND ${onPath('m')})
         AND a.created_at > coalesce((SELECT max(m.created_at) FROM messages m
           WHERE m.conversation_id = $1 AND m.position < $3 AND m.role = 'user' AND ${onPath('m')}), '-infinity')
       ORDER BY a.created_at, a.id`,
      [conversationRowId, ownerId, position],
    );
  }
}
