import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { UsersRepository, type Account } from '../../database/repositories/users.repository.js';
import { AccountChanges } from './account-changes.js';

/** Expiry in ms. Changes are announced over Redis; this bounds the staleness when an announcement is lost. */
const TTL_MS = 10_000;
/** Expiry in ms while Redis is disconnected. */
const STANDALONE_TTL_MS = 1_000;
const MAX_ENTRIES = 10_000;

interface Entry {
  account: Promise<Account | null>;
  loadedAt: number;
}

/** Spares a request its query for the caller's account. A change is seen within a second, on every replica. */
@Injectable()
export class AccountCache {
  private readonly entries = new LRUCache<string, Entry>({ max: MAX_ENTRIES });

  constructor(
    private readonly users: UsersRepository,
    private readonly changes: AccountChanges,
  ) {
    changes.listen({ onChange: (id) => this.entries.delete(id), onGap: () => this.entries.clear() });
  }

  /** @returns null when the account does not exist */
  get(id: string): Promise<Account | null> {
    const ttl = this.changes.isConnected ? TTL_MS : STANDALONE_TTL_MS;
    const known = this.entries.get(id);
    if (known && Date.now() - known.loadedAt < ttl) return known.account;
    return this.load(id);
  }

  // Caches the promise, not its value: concurrent callers share one query, and a query pending during a change is
  // invalidated as well.
  private load(id: string): Promise<Account | null> {
    const entry = { account: this.users.findAccount(id), loadedAt: Date.now() };
    this.entries.set(id, entry);
    entry.account.catch(() => {
      if (this.entries.peek(id) === entry) this.entries.delete(id);
    });
    return entry.account;
  }
}
