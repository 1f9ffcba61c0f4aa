import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { wholeEpochSeconds } from '../common/time/epoch.js';
import type { User } from '../database/entities/user.entity.js';
import {
  RefreshTokensRepository,
  type StoredToken,
} from '../database/repositories/refresh-tokens.repository.js';
import type { Account } from '../database/repositories/users.repository.js';
import { Logger } from '../common/logger.js';
import { notAuthenticated } from './access.js';
import { AccountChanges } from './accounts/account-changes.js';
import type { TokenPair } from './schemas.js';
import { REFRESH_SECONDS, TokensService } from './tokens.service.js';

/** Token pairs: a short-lived access token and a one-time refresh token. */
@Injectable()
export class TokenPairsService {
  constructor(
    private readonly tokens: TokensService,
    private readonly refreshTokens: RefreshTokensRepository,
    private readonly changes: AccountChanges,
    private readonly logger: Logger,
  ) {}

  /**
   * Starts a family of refresh tokens after the password was verified or set.
   * @throws ParleyError `unauthenticated` when the account has changed since
   */
  async start(user: User): Promise<TokenPair> {
    const token = newToken();
    if (!(await this.refreshTokens.start(user.id, user.passwordHash, token)))
      throw notAuthenticated('Invalid credentials');
    return this.pair(user, token);
  }

  /**
   * Exchanges a refresh token for a new pair. Reuse revokes the whole family, except within a few seconds and
   * before the successor was used: then the same successor is returned.
   * @throws ParleyError `unauthenticated`
   */
  async rotate(refreshToken: string): Promise<TokenPair> {
    const claims = this.tokens.readRefresh(refreshToken);
    if (!claims) throw notAuthenticated(this.explain(refreshToken));
    const rotation = await this.refreshTokens.rotate(claims.sub, claims.jti, newToken());
    if (rotation.next) return this.pair(rotation.account, rotation.next);
    if (rotation.reused) {
      this.logger.warn(
        { userId: claims.sub },
        'a refresh token was reused: the tokens of its log-in are revoked',
      );
      await this.changes.announce(claims.sub);
    }
    throw notAuthenticated('Refresh token has been revoked');
  }

  /**
   * Revokes the family and all access tokens of the account. No effect for an expired or revoked token.
   * @throws ParleyError `unauthenticated` for an access token
   */
  async end(refreshToken: string): Promise<void> {
    const claims = this.tokens.readRefresh(refreshToken);
    if (!claims && this.tokens.readAccess(refreshToken)) throw notAuthenticated('Expected a refresh token');
    if (claims && (await this.refreshTokens.endFamily(claims.sub, claims.jti)))
      await this.changes.announce(claims.sub);
  }

  private pair(account: Account, { id, expiresAt }: StoredToken): TokenPair {
    return {
      access_token: this.tokens.signAccess(account),
      refresh_token: this.tokens.signRefresh({ id, userId: account.id, expiresAt }),
      token_type: 'bearer',
    };
  }

  private explain(token: string): string {
    return this.tokens.readAccess(token) ? 'Expected a refresh token' : 'Could not validate credentials';
  }
}

/** In whole seconds, as tokens count them. */
const newToken = (): StoredToken => ({
  id: randomUUID(),
  expiresAt: new Date((wholeEpochSeconds() + REFRESH_SECONDS) * 1000),
});
