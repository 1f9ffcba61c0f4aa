import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, LessThan, type Repository } from 'typeorm';
import { ApiKey } from '../entities/accounts/api-key.entity.js';
import { lockAccount } from './lock-account.js';

export type NewApiKey = Pick<ApiKey, 'id' | 'userId' | 'name' | 'hash' | 'prefix' | 'scopes' | 'expiresAt'>;

/** The last use is rounded to the minute, so that a busy key is not written with each request. */
const USE_MS = 60_000;

/** API keys. The row of a revoked key is kept, for auditing. */
@Injectable()
export class ApiKeysRepository {
  private readonly keys: Repository<ApiKey>;

  constructor(private readonly source: DataSource) {
    this.keys = source.getRepository(ApiKey);
  }

  /**
   * @param max maximum active keys per account
   * @returns null when it is reached
   */
  insert(key: NewApiKey, max: number): Promise<ApiKey | null> {
    return this.source.transaction(async (manager) => {
      // Serializes concurrent inserts, so that each counts the previous ones.
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

  /**
   * @param hash of the secret
   * @returns null for an unknown or revoked key
   */
  findByHash(hash: Buffer): Promise<ApiKey | null> {
    return this.keys.findOneBy({ hash, revokedAt: IsNull() });
  }

  /** @returns whether the key exists and is not revoked */
  isLive(id: string): Promise<boolean> {
    return this.keys.existsBy({ id, revokedAt: IsNull() });
  }

  /** Updates the time of last use, at most once per interval. */
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
