import { Injectable } from '@nestjs/common';
import { UsersRepository, type Account } from '../../database/repositories/users.repository.js';

/** How long another process may not notice that an account has been changed or deleted. */
const LIFE_MS = 10_000;
const MAX_ENTRIES = 10_000;

interface Entry {
  account: Promise<Account | null>;
  expires: number;
}

/** Spares a request its query for the caller's account. */
@Injectable()
export class AccountCache {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly users: UsersRepository) {}

  /** @returns null when there is no such account */
  get(id: string): Promise<Account | null> {
    const known = this.entries.get(id);
    if (known && known.expires > Date.now()) return known.account;
    return this.load(id);
  }

  /** Call after an account has been changed or deleted, when the change is committed. */
  forget(id: string): void {
    this.entries.delete(id);
  }

  // The promise is kept, not its value: callers at the same time share one query, and a query that was
  // under way while the account changed is forgotten with the rest.
  private load(id: string): Promise<Account | null> {
    const entry = { account: this.users.findAccount(id), expires: Date.now() + LIFE_MS };
    this.entries.delete(id);
    this.entries.set(id, entry);
    entry.account.catch(() => {
      if (this.entries.get(id) === entry) this.entries.delete(id);
    });
    if (this.entries.size > MAX_ENTRIES) this.dropOldest();
    return entry.account;
  }

  private dropOldest(): void {
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }
}
