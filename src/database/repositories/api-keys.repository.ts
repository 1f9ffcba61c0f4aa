import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, LessThan, type Repository } from 'typeorm';
import { ApiKey } from '../entities/accounts/api-key.entity.js';
import { lockAccount } from './lock-account.js';

export type NewApiKey = Pick<ApiKey, 'id' | 'userId' | 'name' | 'hash' | 'prefix' | 'scopes' | 'expiresAt'>;

/** The last use is rounded to the minute, so that a busy key is not written with each request. */
const USE_MS = 60_000;

/** Keys of programs. A revoked key stays as a row, for those who look back. */
@Injectable()
export class ApiKeysRepository {
  private readonly keys: Repository<ApiKey>;

  constructor(private readonly source: DataSource) {
    this.keys = source.getRepository(ApiKey);
  }

  /** @param max live keys of an account @returns null when it has as many */
  insert(key: NewApiKey, max: number): Promise<ApiKey | null> {
    return this.source.transaction(async (manager) => {
      // Of several at once each counts those before it.
      await lockAccount(manager, { id: key.userId });
      const live = await manager.countBy(ApiKey, { userId: key.userId, revokedAt: IsNull() });
      if (live >= max) return null;
      await manager.insert(ApiKey, key);
      return manager.findOneByOrFail(ApiKey, { id: key.id });
    });
  }

  /** The keys of an account that are not revoked, oldest first. */
  list(userId: string): Promise<ApiKey[]> {
    return this.keys.find({ where: { userId, revokedAt: IsNull() }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  /** @param hash of the secret @returns null for a secret of no key, or of one that was revoked */
  findByHash(hash: Buffer): Promise<ApiKey | null> {
    return this.keys.findOneBy({ hash, revokedAt: IsNull() });
  }

  /** @returns whether the key is there and not revoked */
  isLive(id: string): Promise<boolean> {
    return this.keys.existsBy({ id, revokedAt: IsNull() });
  }

  /** Notes that a key has been used, unless that was noted a moment ago. */
  async touch({ id, lastUsedAt }: Pick<ApiKey, 'id' | 'lastUsedAt'>): Promise<void> {
    const before = new Date(Date.now() - USE_MS);
    if (lastUsedAt && lastUsedAt > before) return;
    const where = lastUsedAt ? { id, lastUsedAt: LessThan(before) } : { id, lastUsedAt: IsNull() };
    await this.keys.update(where, { lastUsedAt: new Date() });
  }

  /** @returns false when the account has no such key */
  async revoke(userId: string, id: string): Promise<boolean> {
    const { affected } = await this.keys.update(
      { id, userId, revokedAt: IsNull() },
      { revokedAt: new Date() },
    );
    return Boolean(affected);
  }
}
