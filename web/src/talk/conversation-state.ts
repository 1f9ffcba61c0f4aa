import type { Connection } from '../client/run-stream.js';
import { Signal } from '../client/signal.js';
import type { StoredSummary } from '../client/api.js';
import type { ShownMessage } from './shown-messages.js';

export interface ConversationState {
  messages: readonly ShownMessage[];
  /** Counts pages of older messages put before the ones shown. */
  olderPages: number;
  older: string | null;
  /** Shown below the last message that it stands for. */
  summary: StoredSummary | null;
  isLoading: boolean;
  connection: Connection | null;
  /** Message of the limit for which a request waits. */
  limit: string | null;
  /** Message of the last error. */
  problem: string | null;
  isMissing: boolean;
}

const EMPTY: ConversationState = {
  messages: [],
  olderPages: 0,
  older: null,
  summary: null,
  isLoading: false,
  connection: null,
  limit: null,
  problem: null,
  isMissing: false,
};

/** The state of a conversation, with all changes batched per frame. */
export class PaintedState {
  readonly signal = new Signal<ConversationState>(EMPTY);
  /** The state to paint in the next frame. */
  next: ConversationState = EMPTY;
  private frame = 0;

  /** Paints immediately, except while an answer is streaming. A hidden tab has no frames, and needs none. */
  change(change: Partial<ConversationState>): void {
    this.next = { ...this.next, ...change };
    if (this.next.connection !== 'open' || document.hidden) {
      cancelAnimationFrame(this.frame);
      this.frame = 0;
      this.signal.set(this.next);
      return;
    }
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.signal.set(this.next);
    });
  }
}
