import { Injectable } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import { notFound, ParleyError } from '../common/errors.js';
import type { JsonObject } from '../common/json.js';
import {
  ConversationsRepository,
  type ConversationPage,
  type ConversationSummary,
  type NewConversation,
} from '../database/repositories/conversations.repository.js';
import { CitedDocumentsRepository } from '../database/repositories/documents/cited-documents.repository.js';
import type { IdempotencyClaim } from '../database/repositories/idempotency.repository.js';
import {
  SummariesRepository,
  type StoredSummary,
} from '../database/repositories/tree/summaries.repository.js';
import {
  MessagesRepository,
  type AskedQuestion,
  type StoredMessage,
} from '../database/repositories/messages.repository.js';
import { toCursor } from '../common/cursor.js';
import type { MessageCursor, Slice } from '../database/repositories/page.js';
import { Idempotency } from '../idempotency/idempotency.js';
import { IngestionQueue } from '../ingestion/ingestion-queue.js';
import { DeletedRuns } from './deleted-runs.js';
import { documentsOf, withDeletions } from './deleted-sources.js';

/** Stored conversations, for their owners. */
@Injectable()
export class ConversationsService {
  constructor(
    private readonly conversations: ConversationsRepository,
    private readonly messages: MessagesRepository,
    private readonly cited: CitedDocumentsRepository,
    private readonly queue: IngestionQueue,
    private readonly idempotency: Idempotency,
    private readonly deletedRuns: DeletedRuns,
    private readonly summaries: SummariesRepository,
  ) {}

  /** Newest activity first. */
  list(ownerId: string, page: ConversationPage): Promise<Slice<ConversationSummary>> {
    return this.conversations.list(ownerId, page);
  }

  count(ownerId: string): Promise<number> {
    return this.conversations.count(ownerId);
  }

  isForeign(ownerId: string, clientId: string): Promise<boolean> {
    return this.conversations.isForeign(ownerId, clientId);
  }

  /**
   * A conversation with its newest messages, or those before a cursor, oldest first.
   * @param missing message of the 404, which differs between surfaces
   */
  async read(
    ownerId: string,
    clientId: string,
    page: MessagePage,
    missing: string,
  ): Promise<ConversationHistory> {
    const conversation = await this.conversations.find(ownerId, clientId);
    if (!conversation) throw notFound(missing);
    return { conversation, ...(await this.messagesOf(conversation, page)) };
  }

  /** A conversation by the number its owner counts it by. */
  async byNumber(ownerId: string, number: number, missing: string): Promise<ConversationSummary> {
    const conversation = await this.conversations.findByNumber(ownerId, number);
    if (!conversation) throw notFound(missing);
    return conversation;
  }

  /** A conversation by its client-visible id. @param missing message of the 404 */
  async find(ownerId: string, clientId: string, missing: string): Promise<ConversationSummary> {
    const conversation = await this.conversations.find(ownerId, clientId);
    if (!conversation) throw notFound(missing);
    return conversation;
  }

  /** Messages of a loaded conversation, as `MessagesRepository.listed`. */
  listed(
    { id }: ConversationSummary,
    page: { limit: number; behind?: string; newestFirst: boolean },
  ): Promise<StoredMessage[]> {
    return this.messages.listed(id, page);
  }

  /** As `MessagesRepository.question`, for a loaded conversation. */
  question({ id }: ConversationSummary, runId: string): Promise<StoredMessage | null> {
    return this.messages.question(id, runId);
  }

  /** One message of a loaded conversation. @param missing message of the 404 */
  async message({ id }: ConversationSummary, messageId: string, missing: string): Promise<StoredMessage> {
    const message = await this.messages.find(id, messageId);
    if (!message) throw notFound(missing);
    return message;
  }

  /** The newest messages of a loaded conversation, or those before a cursor, oldest first. */
  async messagesOf({ id }: ConversationSummary, { limit, cursor }: MessagePage): Promise<MessageSlice> {
    const stored = await this.messages.latest(id, limit, cursor?.[0]);
    const messages = withDeletions(stored, await this.cited.existing(documentsOf(stored)));
    const [oldest] = messages;
    return { messages, next: oldest && oldest.position > 1 ? toCursor([oldest.position]) : null };
  }

  /** What stands for the earlier messages of the shown path in prompts; null without a summary. */
  summary({
    id,
    messageCount,
  }: Pick<ConversationSummary, 'id' | 'messageCount'>): Promise<StoredSummary | null> {
    return messageCount > 2 ? this.summaries.latest(id) : Promise.resolve(null);
  }

  /** As `read`; empty when the conversation does not exist. */
  async messagesIfAny(ownerId: string, clientId: string, page: MessagePage): Promise<MessageSlice> {
    const conversation = await this.conversations.find(ownerId, clientId);
    return conversation ? this.messagesOf(conversation, page) : { messages: [], next: null };
  }

  /** The newest user messages of a conversation, oldest first; empty when it does not exist. */
  questionsIfAny(ownerId: string, clientId: string, limit: number): Promise<AskedQuestion[]> {
    return this.messages.latestQuestions(ownerId, clientId, limit);
  }

  /**
   * Creates a conversation without a message; idempotent for requests with the same claim.
   * @param conversation gets a new id if it has none
   * @returns its number
   * @throws ParleyError `idempotency-key-reused`
   */
  async open(
    conversation: Omit<NewConversation, 'clientId'> & { clientId?: string },
    claim?: IdempotencyClaim,
  ): Promise<number> {
    const opened = await this.idempotency.once(claim, async () => {
      const number = await this.conversations.create({ clientId: uuidv4(), ...conversation }, claim);
      if (number === null) throw new ParleyError('unauthenticated', 'account-deleted', 'Not authenticated');
      return { number };
    });
    return opened.number;
  }

  /**
   * Renames, pins, or replaces the client's metadata; omitted fields are unchanged.
   * @param missing message of the 404
   * @returns the conversation after the change
   */
  async change(
    ownerId: string,
    clientId: string,
    change: { title?: string; pinned?: boolean; metadata?: JsonObject },
    missing: string,
  ): Promise<ConversationSummary> {
    await this.conversations.change(ownerId, clientId, change);
    const conversation = await this.conversations.find(ownerId, clientId);
    if (!conversation) throw notFound(missing);
    return conversation;
  }

  rename(ownerId: string, clientId: string, title: string): Promise<void> {
    return this.conversations.rename(ownerId, clientId, title);
  }

  /** Their files and running answers go with them. */
  async deleteAll(ownerId: string): Promise<void> {
    this.deletedRuns.announce(await this.conversations.deleteAll(ownerId));
    await this.queue.requestPurge();
  }

  /** Its files and its running answer go with it. @param missing the sentence of the 404 */
  async delete(ownerId: string, clientId: string, missing: string): Promise<void> {
    const runIds = await this.conversations.delete(ownerId, clientId);
    if (!runIds) throw notFound(missing);
    this.deletedRuns.announce(runIds);
    await this.queue.requestPurge();
  }
}

/** A page of messages: the newest, or those before a cursor. */
export interface MessagePage {
  limit: number;
  cursor?: MessageCursor;
}

/** Messages, oldest first, and where the older ones are; null before the first. */
export interface MessageSlice {
  messages: StoredMessage[];
  next: string | null;
}

export interface ConversationHistory extends MessageSlice {
  conversation: ConversationSummary;
}
