import { Injectable } from '@nestjs/common';
import { ParleyError } from '../../common/errors.js';
import type { User } from '../../database/entities/user.entity.js';
import type { Slice } from '../../database/repositories/page.js';
import { UsersRepository, type UserFilters } from '../../database/repositories/users.repository.js';
import type { Principal } from '../principal.js';
import { RESET_SECONDS, TokensService } from '../tokens.service.js';
import { AccountsService } from './accounts.service.js';

export interface AdminUpdate {
  is_active?: boolean;
  is_verified?: boolean;
  groups?: string[];
}

/** Account management by admins, who cannot change superusers or lock themselves out. */
@Injectable()
export class AdminAccountsService {
  constructor(
    private readonly users: UsersRepository,
    private readonly accounts: AccountsService,
    private readonly tokens: TokensService,
  ) {}

  list(filters: UserFilters): Promise<Slice<User>> {
    return this.users.list(filters);
  }

  /** @throws ParleyError `not-found` */
  get(id: string): Promise<User> {
    return this.accounts.get(id);
  }

  /** @throws ParleyError `not-found`, `forbidden`, `conflict` when admins would deactivate themselves */
  async change(admin: Principal, id: string, update: AdminUpdate): Promise<User> {
    const user = await this.target(admin, id);
    if (user.id === admin.id && update.is_active === false) throw ownAccount();
    return this.accounts.changeFlags(user.id, update);
  }

  /** A token that resets the account's password. @throws ParleyError `not-found`, `forbidden`, `conflict` */
  async resetToken(admin: Principal, id: string): Promise<{ token: string; expiresAt: Date }> {
    const user = await this.target(admin, id);
    if (!user.isActive) throw new ParleyError('conflict', 'account-inactive', 'The account is deactivated');
    const token = this.tokens.signReset(user.id, user.passwordHash);
    return { token, expiresAt: new Date(Date.now() + RESET_SECONDS * 1000) };
  }

  private async target(admin: Principal, id: string): Promise<User> {
    const user = await this.accounts.get(id);
    if (user.isSuperuser && !admin.isSuperuser)
      throw new ParleyError('forbidden', 'superuser-only', 'Only superusers may change a superuser');
    return user;
  }
}

const ownAccount = () =>
  new ParleyError('conflict', 'own-account', 'Your own account cannot be deactivated here');
