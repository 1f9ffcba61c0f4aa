import { Injectable } from '@nestjs/common';
import type { SearchCursor, Slice } from '../../database/repositories/page.js';
import {
  MessageSearchRepository,
  type FoundMessage,
} from '../../database/repositories/search/message-search.repository.js';
import { MessageIndexer } from './message-indexer.js';
import { readQuery } from './search-query.js';
import { snippetOf, type Snippet } from './snippet.js';

/** Maximum time in ms that a search spends on indexing new messages. */
const INDEX_MS = 1_500;

export interface SearchHit extends Omit<FoundMessage, 'content'> {
  snippet: Snippet;
}

export interface SearchHits extends Slice<SearchHit> {
  /** False when new messages could not be indexed in time and were not searched. */
  isComplete: boolean;
}

export interface SearchRequest {
  ownerId: string;
  /** As people type it; see `readQuery`. */
  query: string;
  limit: number;
  cursor?: SearchCursor;
  agent?: string;
  from?: Date;
}

/** Searches an account's messages, on all branches of all its conversations, including messages just written. */
@Injectable()
export class MessageSearchService {
  constructor(
    private readonly indexer: MessageIndexer,
    private readonly messages: MessageSearchRepository,
  ) {}

  async search({ query, ...request }: SearchRequest): Promise<SearchHits> {
    const wanted = readQuery(query);
    if (!wanted) return { items: [], next: null, isComplete: true };
    const isComplete = await this.indexer.catchUp(INDEX_MS, request.ownerId);
    const { items, next } = await this.messages.find({ ...request, tsquery: wanted.tsquery });
    return {
      items: items.map(({ content, ...hit }) => ({ ...hit, snippet: snippetOf(content, wanted.words) })),
      next,
      isComplete,
    };
  }
}
