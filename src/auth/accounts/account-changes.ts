import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import { subscribe } from '../../adapters/redis/redis.js';

const CHANNEL = 'parley:accounts';

/** Whoever keeps something that was true of an account. */
export interface AccountListener {
  /** The account, its tokens or its keys have changed, here or on another replica. */
  onChange(accountId: string): void;
  /** Changes of other replicas may have been missed. */
  onGap(): void;
}

/** Announces changes of accounts to every replica, over Redis. */
@Injectable()
export class AccountChanges implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly listeners = new Set<AccountListener>();
  private unsubscribe = () => {};
  private connected = false;

  constructor(private readonly redis: Redis) {}

  /** Changes of other replicas arrive; otherwise listeners have to look for themselves. */
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

  /** Call when the change is committed. Resolves when the other replicas have been notified, or cannot be. */
  async announce(accountId: string): Promise<void> {
    this.changed(accountId);
    // While Redis is unavailable the other replicas detect that they receive nothing.
    await this.redis.publish(CHANNEL, accountId).catch(() => undefined);
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
