import { Injectable } from '@nestjs/common';
import { DataSource, Raw, type EntityManager } from 'typeorm';
import { RefreshToken } from '../entities/refresh-token.entity.js';
import { User } from '../entities/user.entity.js';
import { lockAccount } from './lock-account.js';
import type { Account } from './users.repository.js';

export type StoredToken = Pick<RefreshToken, 'id' | 'expiresAt'>;

/** What came of presenting a refresh token. */
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

/** A client whose answer was lost may ask again for so long. */
const GRACE = "interval '10 seconds'";

/**
 * Refresh tokens by family: a log-in starts one, each refresh adds a successor. What is revoked is deleted.
 * Whoever changes a family locks the account's row first, so that nothing is added to a family that is being ended.
 */
@Injectable()
export class RefreshTokensRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * Starts a family and drops what has expired of the account's others.
   * @param passwordHash that was checked; if it has changed since, nothing is started
   * @returns false when the account was deleted or deactivated, or has another password now
   */
  start(userId: string, passwordHash: string, token: StoredToken): Promise<boolean> {
    return this.source.transaction(async (manager) => {
      if (!(await lockAccount(manager, { id: userId, passwordHash, isActive: true }))) return false;
      await manager.delete(RefreshToken, { userId, expiresAt: Raw((column) => `${column} < now()`) });
      await insert(manager, userId, token.id, token);
      return true;
    });
  }

  /** Spends a token for its successor. Reuse of a spent one ends its family, unless it is a retry in time. */
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
      // Whoever has used the successor has had the answer: then this is no retry.
      const { inGrace, successor: id, successorExpiresAt: expiresAt, successorSpent } = token;
      if (inGrace && id && expiresAt && !successorSpent) return { next: { id, expiresAt }, account };
      await manager.delete(RefreshToken, { family: token.family, userId });
      // It was stolen: an access token issued with it may have been stolen too.
      await revokeAccessTokens(manager, userId);
      return { next: null, reused: true };
    });
  }

  /**
   * Ends the family of a token, and with it the account's access tokens, which name no family.
   * @returns false when it had ended before: then nothing happens
   */
  endFamily(userId: string, tokenId: string): Promise<boolean> {
    return this.source.transaction(async (manager) => {
      await lockAccount(manager, { id: userId });
      // $1 the account's id, $2 the token's id
      const [, deleted]: [unknown, number] = await manager.query(
        `DELETE FROM refresh_tokens WHERE user_id = $1
         AND family = (SELECT family FROM refresh_tokens WHERE id = $2 AND user_id = $1)`,
        [userId, tokenId],
      );
      if (deleted > 0) await revokeAccessTokens(manager, userId);
      return deleted > 0;
    });
  }
}

const revokeAccessTokens = (manager: EntityManager, userId: string) =>
  manager.increment(User, { id: userId }, 'tokenEpoch', 1);

const insert = (manager: EntityManager, userId: string, family: string, { id, expiresAt }: StoredToken) =>
  manager.insert(RefreshToken, { id, userId, family, expiresAt });

/** A token that has not expired, with its successor: both as they are by the clock of PostgreSQL. */
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
