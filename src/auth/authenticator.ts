import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { AccountCache } from './account-cache.js';
import { notAuthenticated } from './access.js';
import type { Principal } from './principal.js';
import { TokensService } from './tokens.service.js';

/** Turns an access token into a caller, for the guard and for WebSocket doors. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly tokens: TokensService,
    private readonly accounts: AccountCache,
    private readonly config: Config,
  ) {}

  /**
   * @param token without the word `Bearer`
   * @returns the account as it is now, give or take the life of the cache; not as it was when the token was signed
   * @throws ParleyError `unauthenticated` for a bad or expired token, or an account that is gone or deactivated
   */
  async authenticate(token: string): Promise<Principal> {
    const claims = this.tokens.readAccess(token);
    const account = claims && (await this.accounts.get(claims.sub));
    if (!account?.isActive) throw notAuthenticated('Could not validate credentials');
    const { id, email, name, groups, isSuperuser } = account;
    return {
      id,
      email,
      name,
      groups,
      isSuperuser,
      isAdmin: isSuperuser || groups.includes(this.config.env.ADMIN_GROUP),
    };
  }
}
