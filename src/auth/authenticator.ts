import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { AccountCache } from './accounts/account-cache.js';
import { notAuthenticated } from './access.js';
import type { Principal } from './principal.js';
import { accessClaims } from './tokens.service.js';

export const CREDENTIALS_INVALID = 'Could not validate credentials';

/** Turns the claims of a verified token into a caller: the last step of every strategy. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly accounts: AccountCache,
    private readonly config: Config,
  ) {}

  /**
   * @param claims of a token whose signature, audience and expiry were checked
   * @returns the account as it is now, give or take the life of the cache; not as it was when the token was signed
   * @throws ParleyError `unauthenticated` for claims of another kind, or an account that was deleted or deactivated
   */
  async identify(claims: unknown): Promise<Principal> {
    const access = accessClaims.safeParse(claims).data;
    const account = access && (await this.accounts.get(access.sub));
    if (!account?.isActive) throw notAuthenticated(CREDENTIALS_INVALID);
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
