import { setTimeout as sleep } from 'node:timers/promises';
import { START, type RoomEntry, type RoomUpdate, type RoomStore } from './room-store.js';

/** When a failed read is tried again: for members of the room, and for clients that join. */
const RETRY_MS = 500;
const SECOND_TRY_MS = 100;

/** Someone who follows a room. All calls come in the order of the log. */
export interface RoomWatcher {
  /** Everything there is; first of all, and again whenever the thread of the log was lost. */
  onSync(messages: string[]): void;
  onEntry(entry: RoomEntry): void;
  /** The room could not be read before this watcher had seen anything. */
  onFailure(error: unknown): void;
}

/**
 * One room, followed by this process. Its steps are serialized, so that reads and notifications do not interleave:
 * each watcher sees the log once, from its first `onSync` on, without a gap or a double.
 */
export class LiveRoom {
  private readonly watchers = new Set<RoomWatcher>();
  private joining: RoomWatcher[] = [];
  /** Id of the newest entry the watchers have seen. */
  private seen = START;
  private steps = Promise.resolve();
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly room: string,
    private readonly store: RoomStore,
  ) {}

  get isEmpty(): boolean {
    return this.watchers.size === 0 && this.joining.length === 0;
  }

  join(watcher: RoomWatcher): void {
    this.joining.push(watcher);
    // Those who come while a read is waiting are served by the one read.
    if (this.joining.length === 1) this.step(() => this.admit());
  }

  leave(watcher: RoomWatcher): void {
    this.watchers.delete(watcher);
    this.joining = this.joining.filter((other) => other !== watcher);
  }

  receive(update: RoomUpdate): void {
    this.step(async () => {
      if (!isAfter(update.id, this.seen)) return;
      if (update.previous === this.seen) this.deliver([update]);
      else await this.catchUp();
    });
  }

  /** Reads what may have been missed. */
  refresh(): void {
    this.step(() => this.catchUp());
  }

  private step(action: () => Promise<void>): void {
    this.steps = this.steps.then(action).catch(() => this.tryAgain());
  }

  /** A failed read is made good by the next one, since `seen` has not moved; if nothing is announced, by this. */
  private tryAgain(): void {
    clearTimeout(this.retry);
    if (this.watchers.size > 0) this.retry = setTimeout(() => this.refresh(), RETRY_MS).unref();
  }

  private async admit(): Promise<void> {
    let entries: RoomEntry[];
    try {
      // No client is refused because one command was late.
      entries = await this.store.read(this.room).catch(async () => {
        await sleep(SECOND_TRY_MS);
        return this.store.read(this.room);
      });
    } catch (error) {
      for (const watcher of this.takeJoining()) watcher.onFailure(error);
      return;
    }
    this.resume(entries);
    for (const watcher of this.takeJoining()) {
      watcher.onSync(messagesIn(entries));
      this.watchers.add(watcher);
    }
  }

  /** All who wait to come in, those who came while the room was read as well. */
  private takeJoining(): RoomWatcher[] {
    const joining = this.joining;
    this.joining = [];
    return joining;
  }

  private async catchUp(): Promise<void> {
    if (this.watchers.size > 0) this.resume(await this.store.read(this.room));
  }

  /** Hands the watchers new entries of the log, or all of it when their last entry no longer exists. */
  private resume(entries: RoomEntry[]): void {
    const at = entries.findIndex(({ id }) => id === this.seen);
    const isWhole = at >= 0 || (this.seen === START && entries[0]?.message !== null);
    if (isWhole) this.deliver(entries.slice(at + 1));
    else if (this.seen !== (entries.at(-1)?.id ?? START)) {
      this.seen = entries.at(-1)?.id ?? START;
      for (const watcher of this.watchers) watcher.onSync(messagesIn(entries));
    }
  }

  private deliver(entries: readonly RoomEntry[]): void {
    for (const entry of entries) {
      this.seen = entry.id;
      for (const watcher of this.watchers) watcher.onEntry(entry);
    }
  }
}

/** The messages of a log since it was last cleared. */
export function messagesIn(entries: readonly RoomEntry[]): string[] {
  const cleared = entries.findLastIndex(({ message }) => message === null);
  return entries.slice(cleared + 1).map(({ message }) => message!);
}

/** Whether a stream id, `milliseconds-sequence`, is later than another. */
function isAfter(id: string, other: string): boolean {
  const [time = 0, sequence = 0] = id.split('-').map(Number);
  const [otherTime = 0, otherSequence = 0] = other.split('-').map(Number);
  return time === otherTime ? sequence > otherSequence : time > otherTime;
}
