import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { MessageIndexRepository } from '../../database/repositories/search/message-index.repository.js';
import { Gauges } from '../../telemetry/gauges.js';
import { placedWords } from '../../search/words.js';
import { lexeme } from './search-query.js';

const SWEEP_MS = 30_000;
const MAX_CONVERSATIONS = 200;
const MAX_MESSAGES = 200;
/** PostgreSQL's limits of a tsvector: the highest position, and 256 positions per word. */
const MAX_POSITION = 16_383;
/** Words of a message that can be found; with more, a `tsvector` could grow too long. */
const MAX_WORDS = 60_000;

/**
 * Indexes messages for full-text search after they are written: those of one account when it searches, those of all
 * accounts periodically, so that a search has little left to index.
 */
@Injectable()
export class MessageIndexer implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private isBusy = false;
  private isOver = false;
  /** Number of conversations with unindexed messages at the last check. */
  private behind = 0;

  constructor(
    private readonly index: MessageIndexRepository,
    private readonly logger: Logger,
    gauges: Gauges,
  ) {
    gauges.add({
      name: 'parley_message_index_behind',
      help: 'Conversations with messages not indexed for search yet, as of the last sweep; at most 200',
      aggregation: 'max',
      read: () => this.behind,
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), SWEEP_MS).unref();
  }

  onApplicationShutdown(): void {
    this.isOver = true;
    clearInterval(this.timer);
  }

  /**
   * Indexes new messages, up to a deadline.
   * @param ownerId of all accounts when omitted
   * @returns whether the index is complete
   */
  async catchUp(withinMs: number, ownerId?: string): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    while (!this.isOver) {
      const stale = await this.index.stale(MAX_CONVERSATIONS, ownerId);
      if (!ownerId) this.behind = stale.length;
      if (stale.length === 0) return true;
      const ids = stale.map(({ id }) => id);
      for (let isMore = true; isMore;) {
        if (performance.now() > deadline || this.isOver) return false;
        const messages = await this.index.unindexed(ids, MAX_MESSAGES);
        await this.index.add(messages.map(({ id, content }) => ({ id, words: wordsOf(content) })));
        isMore = messages.length === MAX_MESSAGES;
      }
      await this.index.markIndexed(stale);
      if (!ownerId) this.behind = 0;
      if (stale.length < MAX_CONVERSATIONS) return true;
    }
    return false;
  }

  private async sweep(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      await this.catchUp(SWEEP_MS);
    } catch (error) {
      this.logger.warn({ err: error }, 'messages were not indexed');
    } finally {
      this.isBusy = false;
    }
  }
}

/** The words of a message with their positions, as the text of a `tsvector`. */
function wordsOf(content: string): string {
  const positions = new Map<string, number[]>();
  let position = 0;
  for (const { word } of placedWords(content)) {
    if (++position > MAX_WORDS) break;
    const places = positions.get(word);
    if (!places) positions.set(word, [Math.min(position, MAX_POSITION)]);
    else if (position <= MAX_POSITION) places.push(position);
  }
  return [...positions].map(([word, places]) => `${lexeme(word)}:${places.join(',')}`).join(' ');
}
