import { Injectable } from '@nestjs/common';
import { ConcurrencyLimiter } from '../common/concurrency/concurrency-limiter.js';
import type { MessageRole } from '../database/entities/message.entity.js';
import type { StoredMessage } from '../database/repositories/messages.repository.js';
import type { ConversationName } from '../database/repositories/tree/held-conversation.js';
import { OutsideMessagesRepository } from '../database/repositories/tree/outside-messages.repository.js';
import { treeRefusal } from './tree-refusals.js';

/**
 * Concurrent writes, limited because they queue for the same conversation's lock: they must not occupy other
 * requests' connections.
 */
const AT_ONCE = 2;
const MAX_WAITING = 1_024;

/** Messages not written by runs: those of human agents who take over, and imported ones. */
@Injectable()
export class OutsideMessagesService {
  private readonly writes = new ConcurrencyLimiter(AT_ONCE, MAX_WAITING);

  constructor(private readonly messages: OutsideMessagesRepository) {}

  /**
   * Appends a message to the shown path.
   * @throws ParleyError `not-found`; `run-active` while the conversation is being answered; `too-busy`
   */
  add(name: ConversationName, message: { role: MessageRole; content: string }): Promise<StoredMessage> {
    return this.writes
      .run(() => this.messages.append(name, message))
      .catch((error: unknown) => {
        throw treeRefusal(error);
      });
  }
}
