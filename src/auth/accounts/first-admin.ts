import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { Config } from '../../config/config.js';
import { SettingError } from '../../config/env.js';
import { DatabaseStart } from '../../database/database-start.js';
import type { User } from '../../database/entities/user.entity.js';
import { EmailTakenError, UsersRepository } from '../../database/repositories/users.repository.js';
import { AccountChanges } from './account-changes.js';
import { emailKey, parseEmail } from './email.js';
import { PasswordsService } from './passwords.service.js';

/**
 * Creates the admin of `ADMIN_EMAIL` and `ADMIN_PASSWORD` at the start. An existing admin account is not changed.
 */
@Injectable()
export class FirstAdmin implements OnApplicationBootstrap {
  constructor(
    private readonly config: Config,
    private readonly users: UsersRepository,
    private readonly passwords: PasswordsService,
    private readonly changes: AccountChanges,
    private readonly start: DatabaseStart,
    private readonly logger: Logger,
  ) {}

  /** @throws SettingError when ADMIN_EMAIL is no address */
  async onApplicationBootstrap(): Promise<void> {
    const { ADMIN_EMAIL, ADMIN_PASSWORD } = this.config.env;
    if (!ADMIN_EMAIL || !ADMIN_PASSWORD) return;
    const parsed = parseEmail(ADMIN_EMAIL);
    if ('reason' in parsed) throw new SettingError(`ADMIN_EMAIL is not an e-mail address: ${parsed.reason}`);
    await this.start.run(() => this.ensure(parsed.email, ADMIN_PASSWORD));
  }

  private async ensure(email: string, password: string): Promise<void> {
    const existing = await this.users.findByEmail(emailKey(email));
    if (!existing) await this.create(email, password);
    else if (!existing.isSuperuser) await this.promote(existing, password);
  }

  private async create(email: string, password: string): Promise<void> {
    const passwordHash = await this.passwords.hash(password);
    const rank = { groups: [this.config.env.ADMIN_GROUP], isSuperuser: true, isVerified: true };
    try {
      await this.users.insert({ id: randomUUID(), email, emailKey: emailKey(email), passwordHash, ...rank });
    } catch (error) {
      // Another process that is starting as well was quicker.
      if (!(error instanceof EmailTakenError)) throw error;
    }
  }

  /** Anyone could have registered the address before; the password proves that it is the operator's account. */
  private async promote(user: User, password: string): Promise<void> {
    if (!(await this.passwords.verify(password, user.passwordHash))) {
      this.logger.warn(
        'ADMIN_EMAIL is an account with a password other than ADMIN_PASSWORD: it is not made an admin',
      );
      return;
    }
    const groups = [...new Set([...user.groups, this.config.env.ADMIN_GROUP])];
    await this.users.update(user.id, { groups, isSuperuser: true, isVerified: true, isActive: true });
    await this.changes.announce(user.id);
  }
}
