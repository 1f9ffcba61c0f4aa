import { Injectable } from '@nestjs/common';
import type { ChatTurn } from '../adapters/chat-model/chat-model.js';
import { MessagesRepository } from '../database/repositories/messages.repository.js';

/** What of a conversation an agent is given at most; how much of it a model reads is decided for each model. */
const MAX_MESSAGES = 200;
const MAX_CHARS = 128 * 1024;
/** Of the user's earlier messages. */
const MAX_EARLIER = 200;
const MAX_EARLIER_CHARS = 400;

export interface RunHistory {
  /** Earlier turns, oldest first. */
  history: ChatTurn[];
  /** The user's earlier statements about themselves, oldest first. */
  earlier?: string[];
}

/** Reads the messages before a message. */
@Injectable()
export class RunHistories {
  constructor(private readonly messages: MessagesRepository) {}

  /** @param position of the message */
  async before(conversationRowId: string, position: number): Promise<RunHistory> {
    if (position === 1) return { history: [] };
    const limits = { limit: MAX_MESSAGES, maxChars: MAX_CHARS };
    const history = await this.messages.history(conversationRowId, position, limits);
    const first = history[0]?.position ?? position;
    if (first === 1) return { history };
    return {
      history,
      earlier: await this.messages.personal(conversationRowId, first, MAX_EARLIER, MAX_EARLIER_CHARS),
    };
  }
}
