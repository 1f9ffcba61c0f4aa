import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { User } from '../entities/user.entity.js';
import type { Account } from './users.repository.js';

export interface StoredToken {
  id: string;
  expiresAt: Date;
}

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

const PRESENTED = `
  SELECT t.family, t.spent_at IS NOT NULL AS spent, coalesce(t.spent_at > now() - ${GRACE}, false) AS "inGrace",
    s.id AS successor, s.expires_at AS "successorExpiresAt", s.spent_at IS NOT NULL AS "successorSpent"
  FROM refresh_tokens t LEFT JOIN refresh_tokens s ON s.id = t.successor_id
  WHERE t.id = $1 AND t.user_id = $2 AND t.expires_at > now()`;

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
      const [account]: unknown[] = await manager.query(
        'SELECT 1 FROM users WHERE id = $1 AND password_hash = $2 AND is_active FOR NO KEY UPDATE',
        [userId, passwordHash],
      );
      if (!account) return false;
      await manager.query('DELETE FROM refresh_tokens WHERE user_id = $1 AND expires_at < now()', [userId]);
      await insert(manager, userId, token.id, token);
      return true;
    });
  }

  /** Spends a token for its successor. Reuse of a spent one ends its family, unless it is a retry in time. */
  rotate(userId: string, tokenId: string, successor: StoredToken): Promise<Rotation> {
    return this.source.transaction(async (manager) => {
      const [account]: Account[] = await manager.query(
        `SELECT id, email, name, groups, is_active AS "isActive", is_superuser AS "isSuperuser",
           token_epoch AS "tokenEpoch"
         FROM users WHERE id = $1 AND is_active FOR NO KEY UPDATE`,
        [userId],
      );
      const [token]: PresentedToken[] = await manager.query(PRESENTED, [tokenId, userId]);
      if (!account || !token) return { next: null, reused: false };
      if (!token.spent) {
        await insert(manager, userId, token.family, successor);
        await manager.query('UPDATE refresh_tokens SET spent_at = now(), successor_id = $2 WHERE id = $1', [
          tokenId,
          successor.id,
        ]);
        return { next: successor, account };
      }
      // Whoever has used the successor has had the answer: then this is no retry.
      const { inGrace, successor: id, successorExpiresAt: expiresAt, successorSpent } = token;
      if (inGrace && id && expiresAt && !successorSpent) return { next: { id, expiresAt }, account };
      await manager.query('DELETE FROM refresh_tokens WHERE family = $1 AND user_id = $2', [
        token.family,
        userId,
      ]);
      // It was stolen from somebody: an access token that came with it may have been too.
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
      await manager.query('SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE', [userId]);
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
  manager.query('INSERT INTO refresh_tokens (id, user_id, family, expires_at) VALUES ($1, $2, $3, $4)', [
    id,
    userId,
    family,
    expiresAt,
  ]);
