import { Injectable } from '@nestjs/common';
import { DataSource, Raw, type EntityManager } from 'typeorm';
import { RefreshToken } from '../entities/refresh-token.entity.js';
import { User } from '../entities/user.entity.js';
import { lockAccount } from './lock-account.js';
import type { Account } from './users.repository.js';

export type StoredToken = Pick<RefreshToken, 'id' | 'expiresAt'>;

/** Result of presenting a refresh token. */
export type Rotation = { next: StoredToken; account: Account } | { next: null; reused: boolean };

interface PresentedToken {
  family: string;
  spent: boolean;
  /** Spent a moment ago. */
  inGrace: boolean;
  successor: string | null;
  successorExpiresAt: Date | null;
  successorSpent: boolean | null;
}

/** Grace period in which a client that lost the response may retry. */
const GRACE = "interval '10 seconds'";

/**
 * Refresh tokens by family: a log-in starts one, each refresh adds a successor. Revoked tokens are deleted. Writers
 * lock the account's row first, so that nothing is added to a family while it is being revoked.
 */
@Injectable()
export class RefreshTokensRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * Starts a family and deletes the account's expired tokens.
   * @param passwordHash the verified one; no family is started if it has changed since
   * @returns false when the account was deleted or deactivated, or its password was changed
   */
  start(userId: string, passwordHash: string, token: StoredToken): Promise<boolean> {
    return this.source.transaction(async (manager) => {
      if (!(await lockAccount(manager, { id: userId, passwordHash, isActive: true }))) return false;
      await manager.delete(RefreshToken, { userId, expiresAt: Raw((column) => `${column} < now()`) });
      await insert(manager, userId, token.id, token);
      return true;
    });
  }

  /**
   * Exchanges a token for its successor. Reuse of a spent token revokes its family, except for a retry within the
   * grace period.
   */
  rotate(userId: string, tokenId: string, successor: StoredToken): Promise<Rotation> {
    return this.source.transaction(async (manager) => {
      const account = await lockAccount(manager, { id: userId, isActive: true });
      const token = await findPresented(manager, userId, tokenId);
      if (!account || !token) return { next: null, reused: false };
      if (!token.spent) {
        await insert(manager, userId, token.family, successor);
        const spent = { spentAt: () => 'now()', successorId: successor.id };
        await manager.update(RefreshToken, { id: tokenId }, spent);
        return { next: successor, account };
      }
      // The successor was used, so its client received the response: this is no retry.
      const { inGrace, successor: id, successorExpiresAt: expiresAt, successorSpent } = token;
      if (inGrace && id && expiresAt && !successorSpent) return { next: { id, expiresAt }, account };
      await manager.delete(RefreshToken, { family: token.family, userId });
      // Token theft: an access token issued with it may be stolen too.
      await revokeAccessTokens(manager, userId);
      return { next: null, reused: true };
    });
  }

  /**
   * Revokes the family of a token, and the account's access tokens, which belong to no family.
   * @returns false when it was revoked before: then nothing is changed
   */
  endFamily(userId: string, tokenId: string): Promise<boolean> {
    return this.source.transaction(async (manager) => {
      await lockAccount(manager, { id: userId });
      const token = await manager.findOneBy(RefreshToken, { id: tokenId, userId });
      if (!token) return false;
      await manager.delete(RefreshToken, { userId, family: token.family });
      await revokeAccessTokens(manager, userId);
      return true;
    });
  }
}

const revokeAccessTokens = (manager: EntityManager, userId: string) =>
  manager.increment(User, { id: userId }, 'tokenEpoch', 1);

const insert = (manager: EntityManager, userId: string, family: string, { id, expiresAt }: StoredToken) =>
  manager.insert(RefreshToken, { id, userId, family, expiresAt });

/** An unexpired token with its successor, by the clock of PostgreSQL. */
const findPresented = (manager: EntityManager, userId: string, tokenId: string) =>
  manager
    .createQueryBuilder(RefreshToken, 'token')
    .leftJoin(RefreshToken, 'successor', 'successor.id = token.successorId')
    .select('token.family', 'family')
    .addSelect('token.spentAt IS NOT NULL', 'spent')
    .addSelect(`coalesce(token.spentAt > now() - ${GRACE}, false)`, 'inGrace')
    .addSelect('successor.id', 'successor')
    .addSelect('successor.expiresAt', 'successorExpiresAt')
    .addSelect('successor.spentAt IS NOT NULL', 'successorSpent')
    .where({ id: tokenId, userId })
    .andWhere('token.expiresAt > now()')
    .getRawOne<PresentedToken>();
