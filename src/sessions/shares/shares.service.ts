import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { PasswordChecks } from '../../auth/accounts/password-checks.service.js';
import { PasswordsService } from '../../auth/accounts/passwords.service.js';
import { toCursor } from '../../common/cursor.js';
import { notFound, ParleyError } from '../../common/errors.js';
import { Config } from '../../config/config.js';
import { ConversationsRepository } from '../../database/repositories/conversations.repository.js';
import type { StoredMessage } from '../../database/repositories/messages.repository.js';
import type { MessageCursor } from '../../database/repositories/page.js';
import {
  SharesRepository,
  type OpenShare,
  type ShareSummary,
} from '../../database/repositories/shares.repository.js';
import type { ConversationName } from '../../database/repositories/tree/held-conversation.js';

/** Length of a link's random token. */
const TOKEN_BYTES = 32;

/** A reader of a share: the password sent, and the client's address. */
export interface Reader {
  password?: string;
  ip: string;
}

export interface SharedConversation extends Pick<OpenShare, 'title' | 'createdAt'> {
  messages: StoredMessage[];
  next: string | null;
}

/** Share links, by which anyone can read a snapshot of a conversation; off unless SHARES=on. */
@Injectable()
export class SharesService {
  constructor(
    private readonly shares: SharesRepository,
    private readonly conversations: ConversationsRepository,
    private readonly passwords: PasswordsService,
    private readonly checks: PasswordChecks,
    private readonly config: Config,
  ) {}

  /**
   * Shares the shown path.
   * @param wish.expiresIn seconds
   * @returns the share, and the token of its link, which is not stored
   * @throws ParleyError `sharing-off`, `not-found`
   */
  async create(
    name: ConversationName,
    wish: { expiresIn?: number; password?: string },
  ): Promise<{ share: ShareSummary; token: string }> {
    this.requireOn();
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const passwordHash = wish.password === undefined ? null : await this.passwords.hash(wish.password);
    const share = await this.shares.create(name, {
      tokenHash: hashOf(token),
      passwordHash,
      expiresIn: wish.expiresIn ?? null,
    });
    if (!share) throw notFound('Conversation not found');
    return { share, token };
  }

  /** @throws ParleyError `not-found` */
  async list(name: ConversationName): Promise<ShareSummary[]> {
    const shares = await this.shares.list(name);
    if (shares.length === 0 && !(await this.conversations.find(name.ownerId, name.conversationId)))
      throw notFound('Conversation not found');
    return shares;
  }

  /** @throws ParleyError `not-found` */
  async revoke(name: ConversationName, shareId: string): Promise<void> {
    if (!isUuid(shareId) || !(await this.shares.revoke(name, shareId))) throw notFound('Share not found');
  }

  /**
   * The messages of a share: newest page first, each page oldest first.
   * @throws ParleyError `not-found`, also while sharing is off; `share-password` without the right password;
   * `rate-limited` after too many wrong ones
   */
  async read(
    token: string,
    { password, ip }: Reader,
    { limit, cursor }: { limit: number; cursor?: MessageCursor },
  ): Promise<SharedConversation> {
    const tokenHash = hashOf(token);
    const share = this.config.env.SHARES === 'on' ? await this.shares.open(tokenHash) : null;
    if (!share) throw notFound('Share not found');
    if (share.passwordHash !== null) await this.checkPassword(tokenHash, share, { password, ip });
    const messages = await this.shares.messages(share.headId, limit, cursor?.[0]);
    const [first] = messages;
    const next = first && first.position > 1 ? toCursor([first.position]) : null;
    return { title: share.title, createdAt: share.createdAt, messages, next };
  }

  /** Wrong ones count as failed log-ins of the link. */
  private async checkPassword(tokenHash: string, share: OpenShare, { password, ip }: Reader): Promise<void> {
    const open = (given: string) => this.checks.open(`share ${tokenHash}`, given, ip, async () => share);
    if (!password || !(await open(password)))
      throw new ParleyError('unauthenticated', 'share-password', 'This share needs a password');
  }

  private requireOn(): void {
    if (this.config.env.SHARES !== 'on')
      throw new ParleyError('forbidden', 'sharing-off', 'Sharing is off on this server');
  }
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
