import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import {
  AttachmentsRepository,
  type StoredAttachment,
} from '../database/repositories/documents/attachments.repository.js';

const POLL_MS = 500;

/** The last known state of an attachment, and the watchers waiting for a change. */
interface Watched {
  /** Undefined before the first query, null after a deletion. */
  state: StoredAttachment | null | undefined;
  text: string;
  waiting: Set<() => void>;
  watchers: number;
}

/** Watches attachments for changes. One query twice a second, for any number of attachments and watchers. */
@Injectable()
export class AttachmentWatch implements OnModuleDestroy {
  private readonly watched = new Map<string, Watched>();
  private timer?: NodeJS.Timeout;

  constructor(private readonly attachments: AttachmentsRepository) {}

  onModuleDestroy(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.watched.clear();
  }

  /**
   * The states of an attachment after a known one, each different from the previous; a slow reader misses
   * intermediate states. Ends on deletion, or when the signal is aborted.
   */
  async *follow(first: StoredAttachment, signal: AbortSignal): AsyncGenerator<StoredAttachment> {
    let seen = JSON.stringify(first);
    yield first;
    const watched = this.join(first.id);
    try {
      while (!signal.aborted) {
        if (watched.state === null) return;
        if (watched.state && watched.text !== seen) {
          seen = watched.text;
          yield watched.state;
        } else await nextPoll(watched, signal);
      }
    } finally {
      this.leave(first.id, watched);
    }
  }

  private join(id: string): Watched {
    const watched = this.watched.get(id) ?? { state: undefined, text: '', waiting: new Set(), watchers: 0 };
    watched.watchers++;
    this.watched.set(id, watched);
    this.timer ??= setTimeout(() => void this.look(), POLL_MS);
    return watched;
  }

  private leave(id: string, watched: Watched): void {
    watched.watchers--;
    if (watched.watchers === 0 && this.watched.get(id) === watched) this.watched.delete(id);
  }

  private async look(): Promise<void> {
    const ids = [...this.watched.keys()];
    // The query failed; the next poll retries.
    const found = await this.attachments.findWatched(ids).catch(() => null);
    if (found) {
      const states = new Map(found.map((attachment) => [attachment.id, attachment]));
      for (const id of ids) this.show(id, states.get(id) ?? null);
    }
    this.timer =
      this.timer && this.watched.size > 0 ? setTimeout(() => void this.look(), POLL_MS) : undefined;
  }

  private show(id: string, state: StoredAttachment | null): void {
    const watched = this.watched.get(id);
    if (!watched) return;
    const text = JSON.stringify(state);
    if (watched.text === text) return;
    Object.assign(watched, { state, text });
    for (const wake of watched.waiting) wake();
  }
}

/** Resolves on a change, or when the signal is aborted. */
function nextPoll({ waiting }: Watched, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      waiting.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    waiting.add(wake);
    signal.addEventListener('abort', wake);
    if (signal.aborted) wake();
  });
}
