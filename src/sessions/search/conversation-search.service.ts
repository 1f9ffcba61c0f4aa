import { Injectable } from '@nestjs/common';
import {
  ConversationSearchRepository,
  type FoundConversation,
} from '../../database/repositories/search/conversation-search.repository.js';
import { MessageSearchService } from './message-search.service.js';

/** Maximum messages considered; several may be of one conversation. */
const MAX_HITS = 200;

/** Finds conversations of an account by their titles and their messages. */
@Injectable()
export class ConversationSearchService {
  constructor(
    private readonly conversations: ConversationSearchRepository,
    private readonly messages: MessageSearchService,
  ) {}

  /** Title matches first, latest activity first; then conversations with the best message matches. */
  async search(ownerId: string, query: string, limit: number): Promise<FoundConversation[]> {
    const { items } = await this.messages.search({ ownerId, query, limit: MAX_HITS });
    const found = new Set(items.map(({ conversationId }) => conversationId));
    return this.conversations.find(ownerId, query.trim(), [...found], limit);
  }
}
