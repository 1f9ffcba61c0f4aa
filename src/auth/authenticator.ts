import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { ApiKeysRepository } from '../database/repositories/api-keys.repository.js';
import { AccountCache } from './accounts/account-cache.js';
import { notAuthenticated } from './access.js';
import type { Credential, Principal } from './principal.js';
import { accessClaims } from './tokens.service.js';

export const CREDENTIALS_INVALID = 'Could not validate credentials';

/** Turns the claims of a verified token into a caller: the last step of every strategy. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly accounts: AccountCache,
    private readonly keys: ApiKeysRepository,
    private readonly config: Config,
  ) {}

  /**
   * @param claims of a token whose signature, audience and expiry were verified
   * @returns the current account (at most about a second stale), not that at the token's issue
   * @throws ParleyError `unauthenticated` for claims of another kind, a revoked token, or an account that was
   * deleted or deactivated
   */
  async identify(claims: unknown): Promise<Principal> {
    const access = accessClaims.safeParse(claims).data;
    const principal =
      access &&
      (await this.principalOf(access.sub, { epoch: access.epoch, expiresAt: new Date(access.exp * 1000) }));
    if (!principal) throw notAuthenticated(CREDENTIALS_INVALID);
    return principal;
  }

  /**
   * Re-authorizes a credential.
   * @returns null when it has expired or was revoked, or the account was deleted or deactivated
   */
  async authorize(accountId: string, credential: Credential): Promise<Principal | null> {
    if (credential.key && !(await this.keys.isLive(credential.key.id))) return null;
    return this.principalOf(accountId, credential);
  }

  /** As `authorize`, for a credential known not to be revoked individually. */
  async principalOf(accountId: string, credential: Credential): Promise<Principal | null> {
    const { expiresAt, epoch, key } = credential;
    if (expiresAt && expiresAt.getTime() <= Date.now()) return null;
    const account = await this.accounts.get(accountId);
    if (!account?.isActive || (epoch !== undefined && epoch !== account.tokenEpoch)) return null;
    const { id, email, name } = account;
    const groups = credential.groups ?? account.groups;
    // A key has its owner's rank only with the scope `admin`.
    const hasRank = !key || key.scopes.includes('admin');
    const isSuperuser = hasRank && account.isSuperuser;
    const isAdmin = isSuperuser || (hasRank && groups.includes(this.config.env.ADMIN_GROUP));
    return { id, email, name, groups, isSuperuser, isAdmin, credential };
  }
}
