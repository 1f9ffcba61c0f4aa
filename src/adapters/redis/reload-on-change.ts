import type { Redis } from 'ioredis';
import { publish, subscribe } from './redis.js';

/** Finds changes that were announced while Redis was unavailable. */
const POLL_MS = 10_000;

/**
 * Keeps what every replica holds in memory of rare changes, such as the list of agents: reads it at start, when a replica
 * announces a change, and every ten seconds. Loads run one after the other, so that an older read never replaces a newer one.
 */
export class ReloadOnChange {
  private loading: Promise<void> = Promise.resolve();
  private unsubscribe = () => {};
  private timer?: NodeJS.Timeout;

  /**
   * @param channel on which changes are announced
   * @param read replaces what is in memory
   * @param onError a read failed: what is in memory stays
   */
  constructor(
    private readonly redis: Redis,
    private readonly channel: string,
    private readonly read: () => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Resolves after the first load, also when that failed. */
  async start(): Promise<void> {
    const load = () => this.load().catch(this.onError);
    await load();
    const reload = () => void load();
    this.unsubscribe = subscribe(this.redis, this.channel, reload, reload);
    this.timer = setInterval(reload, POLL_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.unsubscribe();
  }

  /** Call when a change is committed. Resolves when the other replicas have been notified, or cannot be. */
  async announce(): Promise<void> {
    await this.load();
    await publish(this.redis, this.channel, '').catch(() => undefined);
  }

  /** Reads, after loads in progress. */
  load(): Promise<void> {
    this.loading = this.loading.catch(() => undefined).then(this.read);
    return this.loading;
  }
}
