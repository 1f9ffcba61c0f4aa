import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { notFound, ParleyError } from '../../common/errors.js';
import type { ApiKey } from '../../database/entities/accounts/api-key.entity.js';
import { ApiKeysRepository } from '../../database/repositories/api-keys.repository.js';
import { AccountChanges } from '../accounts/account-changes.js';
import { notAuthenticated } from '../access.js';
import { Authenticator, CREDENTIALS_INVALID } from '../authenticator.js';
import type { Principal } from '../principal.js';
import type { Scope } from '../scopes.js';
import { hashOf, newSecret, shownPart } from './secret.js';

/** Maximum active keys per account. */
const MAX_KEYS = 50;

export interface NewKey {
  name: string;
  scopes: Scope[];
  expiresAt: Date | null;
}

/** Keys with which programs act for an account: making, listing, revoking and recognising them. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly authenticator: Authenticator,
    private readonly changes: AccountChanges,
  ) {}

  /**
   * @returns the key with its secret, which is not stored
   * @throws ParleyError `forbidden` for the scope `admin` when the owner is not an admin, `conflict` when there are
   * too many keys
   */
  async create(
    owner: Principal,
    { name, scopes, expiresAt }: NewKey,
  ): Promise<{ key: ApiKey; secret: string }> {
    if (scopes.includes('admin') && !owner.isAdmin)
      throw new ParleyError('forbidden', 'admin-only', 'Only admins may have keys with the scope admin');
    const secret = newSecret();
    const row = { id: randomUUID(), userId: owner.id, name, scopes: [...new Set(scopes)], expiresAt };
    const key = await this.keys.insert({ ...row, hash: hashOf(secret), prefix: shownPart(secret) }, MAX_KEYS);
    if (!key) throw new ParleyError('conflict', 'too-many-keys', `An account has at most ${MAX_KEYS} keys`);
    return { key, secret };
  }

  list(ownerId: string): Promise<ApiKey[]> {
    return this.keys.list(ownerId);
  }

  /** Ends a key and the connections that were opened with it. @throws ParleyError `not-found` */
  async revoke(ownerId: string, id: string): Promise<void> {
    if (!z.guid().safeParse(id).success || !(await this.keys.revoke(ownerId, id))) throw notFound();
    await this.changes.announce(ownerId);
  }

  /** The principal of an API key. @throws ParleyError `unauthenticated` */
  async identify(secret: string): Promise<Principal> {
    const key = await this.keys.findByHash(hashOf(secret));
    const principal = key && (await this.authenticator.authorize(key.userId, credentialOf(key)));
    if (!principal) throw notAuthenticated(CREDENTIALS_INVALID);
    await this.keys.touch(key);
    return principal;
  }
}

const credentialOf = ({ id, scopes, expiresAt }: ApiKey): Principal['credential'] => ({
  expiresAt,
  key: { id, scopes: scopes as Scope[] },
});
