import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { UsersRepository, type Account } from '../../database/repositories/users.repository.js';
import { AccountChanges } from './account-changes.js';

/** Changes are announced; an announcement that got lost is made up for by then. */
const TTL_MS = 10_000;
/** While announcements of other replicas cannot arrive. */
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

  /** @returns null when there is no such account */
  get(id: string): Promise<Account | null> {
    const ttl = this.changes.isConnected ? TTL_MS : STANDALONE_TTL_MS;
    const known = this.entries.get(id);
    if (known && Date.now() - known.loadedAt < ttl) return known.account;
    return this.load(id);
  }

  // The promise is kept, not its value: callers at the same time share one query, and a query that was
  // under way while the account changed is dropped with the rest.
  private load(id: string): Promise<Account | null> {
    const entry = { account: this.users.findAccount(id), loadedAt: Date.now() };
    this.entries.set(id, entry);
    entry.account.catch(() => {
      if (this.entries.peek(id) === entry) this.entries.delete(id);
    });
    return entry.account;
  }
}
