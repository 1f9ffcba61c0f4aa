import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import { publish, subscribe } from '../../adapters/redis/redis.js';

const CHANNEL = 'parley:accounts';

/** Listener for cache invalidation of accounts. */
export interface AccountListener {
  /** The account, its tokens or its keys have changed, in this process or another replica. */
  onChange(accountId: string): void;
  /** Changes from other replicas may have been missed. */
  onGap(): void;
}

/** Announces changes of accounts to every replica, over Redis. */
@Injectable()
export class AccountChanges implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly listeners = new Set<AccountListener>();
  private unsubscribe = () => {};
  private connected = false;

  constructor(private readonly redis: Redis) {}

  /** Whether changes from other replicas are received; otherwise listeners have to poll. */
  get isConnected(): boolean {
    return this.connected;
  }

  onApplicationBootstrap(): void {
    this.unsubscribe = subscribe(this.redis, CHANNEL, (id) => this.changed(id), this.caughtUp, this.lost);
  }

  onModuleDestroy(): void {
    this.unsubscribe();
  }

  listen(listener: AccountListener): void {
    this.listeners.add(listener);
  }

  /** Announces a committed change. Resolves after the other replicas have been notified, or notification failed. */
  async announce(accountId: string): Promise<void> {
    this.changed(accountId);
    // While Redis is unavailable the other replicas detect their lost connection themselves.
    await publish(this.redis, CHANNEL, accountId).catch(() => undefined);
  }

  private changed(accountId: string): void {
    for (const listener of this.listeners) listener.onChange(accountId);
  }

  private readonly caughtUp = () => {
    this.connected = true;
    for (const listener of this.listeners) listener.onGap();
  };

  private readonly lost = () => {
    this.connected = false;
  };
}
