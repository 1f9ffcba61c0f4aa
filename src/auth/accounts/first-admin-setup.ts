import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ParleyError } from '../../common/errors.js';
import { Config } from '../../config/config.js';
import type { User } from '../../database/entities/user.entity.js';
import { FirstAdminRepository } from '../../database/repositories/accounts/first-admin.repository.js';
import {
  EmailTakenError,
  UsersRepository,
  type NewUser,
} from '../../database/repositories/users.repository.js';
import { AuthLimits } from '../limits/auth-limits.js';
import { networkOf } from '../limits/network.js';
import { AccountChanges } from './account-changes.js';
import { alreadyExists, type Credentials } from './accounts.service.js';
import { emailKey } from './email.js';
import { isCode, newFirstAdminCode } from './first-admin-code.js';
import { PasswordsService } from './passwords.service.js';

/** Set-up of the first admin of an installation, by a code printed on the server's terminal. */
@Injectable()
export class FirstAdminSetup {
  /** Cached: an admin exists. */
  private isDone = false;

  constructor(
    private readonly config: Config,
    private readonly users: UsersRepository,
    private readonly firstAdmin: FirstAdminRepository,
    private readonly passwords: PasswordsService,
    private readonly limits: AuthLimits,
    private readonly changes: AccountChanges,
  ) {}

  /** The set-up code, the same on every replica and after a restart; null when an admin exists. */
  async code(): Promise<string | null> {
    if (this.config.env.OIDC_ISSUER) return null;
    return this.firstAdmin.code(newFirstAdminCode(), this.config.env.ADMIN_GROUP);
  }

  /** Whether no admin exists yet; always false with an OpenID issuer, which names the admins. */
  async isOpen(): Promise<boolean> {
    if (this.isDone || this.config.env.OIDC_ISSUER) return false;
    this.isDone = await this.firstAdmin.hasAdmin(this.config.env.ADMIN_GROUP);
    return !this.isDone;
  }

  /**
   * Registers the first admin, or promotes the existing account that has this password.
   * @param ip client address
   * @throws ParleyError `admin-exists`, `rate-limited`, `wrong-code`, and the errors of `AccountsService.register`
   */
  async create({ email, password }: Credentials, typed: string, ip: string): Promise<User> {
    if (!(await this.isOpen())) throw adminExists();
    await this.limits.admitFirstAdmin(ip);
    const code = await this.code();
    if (code === null) throw adminExists();
    if (!isCode(code, typed))
      throw new ParleyError('forbidden', 'wrong-code', 'Wrong code. It is printed where Parley was started.');
    const key = emailKey(email);
    const existing = await this.users.findByEmail(key);
    if (existing && !(await this.passwords.verify(password, existing.passwordHash, undefined, networkOf(ip))))
      throw alreadyExists();
    const account = {
      id: existing?.id ?? randomUUID(),
      email: existing?.email ?? email,
      emailKey: key,
      passwordHash: existing?.passwordHash ?? (await this.passwords.hash(password, networkOf(ip))),
      groups: [...new Set([...(existing?.groups ?? []), this.config.env.ADMIN_GROUP])],
      isSuperuser: true,
      isVerified: true,
      isActive: true,
    };
    const admin = await this.save(account, code);
    await this.changes.announce(admin.id);
    return admin;
  }

  private async save(account: NewUser, code: string): Promise<User> {
    try {
      const saved = await this.firstAdmin.save(account, this.config.env.ADMIN_GROUP, code);
      if (!saved) throw adminExists();
      return saved;
    } catch (error) {
      throw error instanceof EmailTakenError ? alreadyExists() : error;
    }
  }
}

const adminExists = () => new ParleyError('not-found', 'admin-exists', 'There is an admin already');
