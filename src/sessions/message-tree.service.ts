import { Injectable } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import { toCursor } from '../common/cursor.js';
import { notFound } from '../common/errors.js';
import {
  ConversationsRepository,
  type ConversationSummary,
} from '../database/repositories/conversations.repository.js';
import type { TreeCursor } from '../database/repositories/page.js';
import { ForksRepository } from '../database/repositories/tree/forks.repository.js';
import type { ConversationName } from '../database/repositories/tree/held-conversation.js';
import {
  MessageTreeRepository,
  type DeletedBranch,
  type Head,
  type TreeMessage,
} from '../database/repositories/tree/message-tree.repository.js';
import { DeletedRuns } from './deleted-runs.js';
import { requireMessageId, treeRefusal } from './tree-refusals.js';

/** A page of messages of all branches, in order from the beginning, and the cursor of the previous ones. */
export interface TreeSlice {
  conversation: ConversationSummary;
  messages: TreeMessage[];
  next: string | null;
}

/** Branches of stored conversations; `BranchesService` starts new ones. */
@Injectable()
export class MessageTreeService {
  constructor(
    private readonly conversations: ConversationsRepository,
    private readonly trees: MessageTreeRepository,
    private readonly forks: ForksRepository,
    private readonly deletedRuns: DeletedRuns,
  ) {}

  /** @throws ParleyError `not-found` */
  async read(
    { ownerId, conversationId }: ConversationName,
    { limit, cursor }: { limit: number; cursor?: TreeCursor },
  ): Promise<TreeSlice> {
    const conversation = await this.find(ownerId, conversationId);
    const found = await this.trees.list(conversation.id, limit + 1, cursor);
    const messages = found.slice(-limit);
    const [first] = messages;
    const next = first && found.length > limit ? toCursor([first.position, first.id]) : null;
    return { conversation, messages, next };
  }

  /**
   * Selects the path to another message, on every surface.
   * @param move.expected the head the client has seen; not checked when omitted
   * @param move.follow whether to select its newest descendant instead
   * @throws ParleyError `not-found`, `head-moved`, `run-active`
   */
  show(
    name: ConversationName,
    messageId: string,
    move: { expected?: string; follow: boolean },
  ): Promise<Head> {
    return refusing(this.trees.moveHead(name, requireMessageId(messageId), move));
  }

  /**
   * Deletes a message and all below it, with the runs that wrote them.
   * @throws ParleyError `not-found`, `only-branch`, `run-active`
   */
  async deleteBranch(name: ConversationName, messageId: string): Promise<DeletedBranch> {
    const deleted = await refusing(this.trees.deleteBranch(name, requireMessageId(messageId)));
    this.deletedRuns.announce(deleted.runIds);
    return deleted;
  }

  /**
   * Deletes the last message that is shown, alone.
   * @throws ParleyError `not-found`, `not-last`, `run-active`
   */
  async deleteLast(name: ConversationName, messageId: string): Promise<void> {
    const { runIds } = await refusing(this.trees.deleteLast(name, requireMessageId(messageId)));
    this.deletedRuns.announce(runIds);
  }

  /**
   * Forks a conversation: copies the shown path, or the path to another message, into a new one. Files uploaded to
   * the original are not copied.
   * @throws ParleyError `not-found`
   */
  async fork(name: ConversationName, messageId?: string): Promise<ConversationSummary> {
    const copyId = uuidv4();
    const last = messageId === undefined ? undefined : requireMessageId(messageId);
    await refusing(this.forks.fork(name, last, copyId));
    return this.find(name.ownerId, copyId);
  }

  private async find(ownerId: string, conversationId: string): Promise<ConversationSummary> {
    const conversation = await this.conversations.find(ownerId, conversationId);
    if (!conversation) throw notFound('Conversation not found');
    return conversation;
  }
}

const refusing = <T>(change: Promise<T>): Promise<T> =>
  change.catch((error: unknown) => {
    throw treeRefusal(error);
  });
