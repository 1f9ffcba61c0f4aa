import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { InvalidInput, notFound, ParleyError } from '../../common/errors.js';
import type { Erasure } from '../../database/entities/erasure.entity.js';
import type { User } from '../../database/entities/user.entity.js';
import { ErasuresRepository } from '../../database/repositories/accounts/erasures.repository.js';
import {
  EmailTakenError,
  UsersRepository,
  type UserChanges,
} from '../../database/repositories/users.repository.js';
import { AccountChanges } from './account-changes.js';
import { notAuthenticated } from '../access.js';
import { networkOf } from '../limits/network.js';
import { AuthLimits } from '../limits/auth-limits.js';
import { emailKey, parseEmail } from './email.js';
import { PasswordChecks } from './password-checks.service.js';
import { PasswordsService } from './passwords.service.js';
import type { UserUpdate } from '../schemas.js';

/** Log-in credentials. */
export interface Credentials {
  email: string;
  password: string;
}

/** Accounts: opening, entering, reading, changing and closing them. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly users: UsersRepository,
    private readonly passwords: PasswordsService,
    private readonly checks: PasswordChecks,
    private readonly limits: AuthLimits,
    private readonly changes: AccountChanges,
    private readonly erasures: ErasuresRepository,
  ) {}

  /**
   * @param email normalised
   * @param ip client address
   * @throws ParleyError `conflict` when the address is taken, `rate-limited`
   */
  async register({ email, password }: Credentials, ip: string): Promise<User> {
    await this.limits.admitRegistration(ip);
    const key = emailKey(email);
    if (await this.users.findByEmail(key)) throw alreadyExists();
    const passwordHash = await this.passwords.hash(password, networkOf(ip));
    return orIfTaken(
      this.users.insert({ id: randomUUID(), email, emailKey: key, passwordHash }),
      alreadyExists,
    );
  }

  /**
   * Checks credentials in constant time, whether or not the address is known.
   * @param email as sent by the client
   * @returns null for wrong credentials or a deactivated account
   * @throws ParleyError `rate-limited` after too many failures
   */
  async logIn({ email: written, password }: Credentials, ip: string): Promise<User | null> {
    const parsed = parseEmail(written);
    const email = 'email' in parsed ? parsed.email : written;
    const user = await this.checks.open(email, password, ip, () => this.users.findByEmail(emailKey(email)));
    return user?.isActive ? user : null;
  }

  /** The caller's own account. @throws ParleyError `unauthenticated` when it was just deleted */
  async own(id: string): Promise<User> {
    return (await this.users.find(id)) ?? accountDeleted();
  }

  /** @throws ParleyError `not-found`, also for an invalid UUID */
  async get(id: string): Promise<User> {
    const user = isUuid(id) ? await this.users.find(id) : null;
    if (!user) throw notFound();
    return user;
  }

  /**
   * Changes the caller's address and password. Requires the current password, so that a stolen access token cannot
   * take over the account. Ignores the flags, which only admins may change.
   * @param ip client address
   * @throws ParleyError `conflict`, `rate-limited`, `invalid` naming `current_password`
   */
  async changeOwn(id: string, update: UserUpdate, ip: string): Promise<User> {
    const { email, password, current_password, groups } = update;
    const user = await this.own(id);
    if (groups && !sameGroups(groups, user.groups))
      throw invalidField('groups', 'value_error', 'Only admins change groups');
    if (password || (email && email !== user.email)) await this.checkPassword(user, current_password, ip);
    return (await this.change(user, { email, password }, ip)) ?? accountDeleted();
  }

  /**
   * Changes any account; for the caller's own address and password as `changeOwn`.
   * @throws ParleyError `not-found`, `conflict`, `rate-limited`, `invalid` naming `current_password`
   */
  async changeAny(callerId: string, id: string, update: UserUpdate, ip: string): Promise<User> {
    const user = await this.get(id);
    const { email, password, current_password } = update;
    if (user.id === callerId && (password || (email && email !== user.email)))
      await this.checkPassword(user, current_password, ip);
    const changed = await this.change(user, update, ip);
    if (!changed) throw notFound();
    return changed;
  }

  /** Changes the fields that admins may change. @throws ParleyError `not-found` */
  async changeFlags(
    id: string,
    update: Pick<UserUpdate, 'is_active' | 'is_verified' | 'groups'>,
  ): Promise<User> {
    const changed = await this.change(await this.get(id), update, '');
    if (!changed) throw notFound();
    return changed;
  }

  /** Revokes the account's access tokens; with `everywhere` every log-in ends. */
  async logOut(id: string, { everywhere }: { everywhere: boolean }): Promise<void> {
    await (everywhere ? this.users.revokeTokens(id) : this.users.revokeAccessTokens(id));
    await this.changes.announce(id);
  }

  /**
   * Deletes an account and its data: database rows now, data in other stores soon after.
   * @throws ParleyError `not-found`
   */
  async delete(id: string): Promise<Erasure> {
    const erasure = isUuid(id) ? await this.erasures.erase(id) : null;
    if (!erasure) throw notFound();
    await this.changes.announce(id);
    return erasure;
  }

  /**
   * Deletes the caller's account; requires the password.
   * @throws ParleyError `rate-limited`, `invalid` naming `password`
   */
  async deleteOwn(id: string, password: string, ip: string): Promise<Erasure> {
    await this.checkPassword(await this.own(id), password, ip, 'password');
    return this.delete(id);
  }

  /** Wrong ones count as failed log-ins. */
  private async checkPassword(
    user: User,
    password: string | null | undefined,
    ip: string,
    field = 'current_password',
  ): Promise<void> {
    if (typeof password !== 'string') throw invalidField(field, 'missing', 'Field required');
    if (!(await this.checks.open(user.email, password, ip, async () => user)))
      throw invalidField(field, 'value_error', 'This is not the current password');
  }

  private async change(user: User, update: UserUpdate, ip: string): Promise<User | null> {
    const { email, password } = update;
    // A new address is unverified; only a superuser may mark it as verified.
    const moved = email && email !== user.email && { email, emailKey: emailKey(email), isVerified: false };
    const changes: UserChanges = {
      ...moved,
      ...(password && { passwordHash: await this.passwords.hash(password, networkOf(ip)) }),
      ...(typeof update.is_active === 'boolean' && { isActive: update.is_active }),
      ...(typeof update.is_superuser === 'boolean' && { isSuperuser: update.is_superuser }),
      ...(typeof update.is_verified === 'boolean' && { isVerified: update.is_verified }),
      ...(update.groups && { groups: update.groups }),
    };
    try {
      return await orIfTaken(this.users.update(user.id, changes), emailTaken);
    } finally {
      await this.changes.announce(user.id);
    }
  }
}

const isUuid = (id: string) => z.guid().safeParse(id).success;

export const alreadyExists = () =>
  new ParleyError('conflict', 'register-user-already-exists', 'REGISTER_USER_ALREADY_EXISTS');
const emailTaken = () =>
  new ParleyError('conflict', 'update-user-email-already-exists', 'UPDATE_USER_EMAIL_ALREADY_EXISTS');

const invalidField = (field: string, type: string, msg: string) =>
  new InvalidInput([{ type, loc: ['body', field], msg, input: null }]);
const sameGroups = (one: string[], other: string[]) =>
  one.length === other.length && one.every((group) => other.includes(group));

function accountDeleted(): never {
  throw notAuthenticated('Could not validate credentials');
}

async function orIfTaken<T>(work: Promise<T>, refusal: () => ParleyError): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof EmailTakenError ? refusal() : error;
  }
}
