import { Injectable } from '@nestjs/common';
import { DataSource, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Message } from '../entities/message.entity.js';
import { Share } from '../entities/share.entity.js';
import { MESSAGE, type StoredMessage } from './messages.repository.js';
import type { ConversationName } from './tree/held-conversation.js';

export interface NewShare {
  tokenHash: string;
  passwordHash: string | null;
  /** Seconds; null for ever. */
  expiresIn: number | null;
}

/** A share for its owner. */
export interface ShareSummary {
  id: string;
  headId: string;
  hasPassword: boolean;
  expiresAt: Date | null;
  createdAt: Date;
}

/** A share for readers with its link. */
export interface OpenShare {
  headId: string;
  title: string | null;
  passwordHash: string | null;
  createdAt: Date;
}

const SUMMARY = `s.id, s.head_id AS "headId", s.password_hash IS NOT NULL AS "hasPassword", s.expires_at AS "expiresAt",
  s.created_at AS "createdAt"`;

/** Share links to snapshots of conversations. */
@Injectable()
export class SharesRepository {
  private readonly shares: Repository<Share>;

  constructor(private readonly source: DataSource) {
    this.shares = source.getRepository(Share);
  }

  /** Shares the shown path of a conversation. @returns null when the conversation does not exist or is empty */
  async create(name: ConversationName, share: NewShare): Promise<ShareSummary | null> {
    // $1 the owner's id, $2 client-visible id of the conversation, $3 to $6 id, token, password and lifetime of the
    // share
    const rows: ShareSummary[] = await this.source.query(
      `INSERT INTO shares AS s (id, conversation_id, head_id, token_hash, password_hash, expires_at)
       SELECT $3, c.id, c.head_id, $4, $5, now() + make_interval(secs => $6)
       FROM conversations c WHERE c.owner_id = $1 AND c.client_id = $2 AND c.head_id IS NOT NULL
       RETURNING ${SUMMARY}`,
      [name.ownerId, name.conversationId, uuidv7(), share.tokenHash, share.passwordHash, share.expiresIn],
    );
    return rows[0] ?? null;
  }

  /** Newest first, including expired ones. */
  async list({ ownerId, conversationId }: ConversationName): Promise<ShareSummary[]> {
    const shares = await this.shares.find({
      where: { conversation: { ownerId, clientId: conversationId } },
      order: { createdAt: 'DESC', id: 'DESC' },
      take: 200,
    });
    return shares.map(({ id, headId, passwordHash, expiresAt, createdAt }) => ({
      id,
      headId,
      hasPassword: passwordHash !== null,
      expiresAt,
      createdAt,
    }));
  }

  /** @returns false when the share does not exist */
  async revoke({ ownerId, conversationId }: ConversationName, shareId: string): Promise<boolean> {
    const conversation = { ownerId, clientId: conversationId };
    if (!(await this.shares.existsBy({ id: shareId, conversation }))) return false;
    const { affected } = await this.shares.delete({ id: shareId });
    return Boolean(affected);
  }

  /** @returns null when it does not exist, has expired, or its branch was deleted */
  async open(tokenHash: string): Promise<OpenShare | null> {
    const share = await this.shares
      .createQueryBuilder('s')
      .innerJoin('s.conversation', 'c')
      .innerJoin(Message, 'm', 'm.id = s.headId')
      .select(['s.headId AS "headId"', 'c.title AS title', 's.passwordHash AS "passwordHash"'])
      .addSelect('s.createdAt', 'createdAt')
      .where({ tokenHash })
      .andWhere('(s.expiresAt IS NULL OR s.expiresAt > now())')
      .getRawOne<OpenShare>();
    return share ?? null;
  }

  /** The newest messages on the path to a message, before a position, oldest first. */
  async messages(headId: string, limit: number, before = 2 ** 31 - 1): Promise<StoredMessage[]> {
    // $1 the last message of the path, $2 how many messages, $3 the position
    const rows: StoredMessage[] = await this.source.query(
      `WITH RECURSIVE path AS (
         SELECT id, parent_id, position FROM messages WHERE id = $1
         UNION ALL
         SELECT m.id, m.parent_id, m.position FROM path JOIN messages m ON m.id = path.parent_id
       )
       SELECT ${MESSAGE} FROM path JOIN messages m ON m.id = path.id
       WHERE path.position < $3 ORDER BY path.position DESC LIMIT $2`,
      [headId, limit, before],
    );
    return rows.toReversed();
  }
}
