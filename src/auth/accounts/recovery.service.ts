import { Injectable } from '@nestjs/common';
import { Mail } from '../../adapters/mail/mail.js';
import { ConcurrencyLimiter } from '../../common/concurrency/concurrency-limiter.js';
import { ParleyError } from '../../common/errors.js';
import { Logger } from '../../common/logger.js';
import { reasonOf } from '../../common/startup.js';
import type { User } from '../../database/entities/user.entity.js';
import { UsersRepository } from '../../database/repositories/users.repository.js';
import { AccountChanges } from './account-changes.js';
import { networkOf } from '../limits/network.js';
import { AuthLimits } from '../limits/auth-limits.js';
import { emailKey } from './email.js';
import { PasswordsService } from './passwords.service.js';
import { TokensService } from '../tokens.service.js';

/** Concurrent and queued background look-ups; further ones are dropped. */
const AT_ONCE = 2;
const MAX_WAITING = 1_000;

/** Password resets and verification of addresses. Never discloses whether an account exists. */
@Injectable()
export class RecoveryService {
  private readonly limiter = new ConcurrencyLimiter(AT_ONCE, MAX_WAITING);

  constructor(
    private readonly users: UsersRepository,
    private readonly tokens: TokensService,
    private readonly passwords: PasswordsService,
    private readonly limits: AuthLimits,
    private readonly changes: AccountChanges,
    private readonly mail: Mail,
    private readonly logger: Logger,
  ) {}

  /**
   * Mails a reset token if an active account exists. Returns immediately: the duration would disclose whether it
   * exists.
   */
  forgotPassword(email: string, ip: string): void {
    this.later(email, ip, async (user) => {
      if (!user?.isActive) return;
      await this.send(
        user,
        'Reset your password',
        'Use this token within an hour to choose a new password:',
        this.tokens.signReset(user.id, user.passwordHash),
      );
    });
  }

  /** Sets a new password, which revokes every token. @throws ParleyError `invalid` for a token that is not good now */
  async resetPassword(token: string, password: string, ip: string): Promise<void> {
    const claims = this.tokens.readReset(token);
    const user = claims && (await this.users.find(claims.sub));
    if (!claims || !user?.isActive || !this.tokens.fits(claims, user.passwordHash)) throw badResetToken();
    const passwordHash = await this.passwords.hash(password, networkOf(ip));
    // Compare-and-set: of two resets with one token only one succeeds.
    const changed = await this.users.update(user.id, { passwordHash }, { passwordHash: user.passwordHash });
    if (!changed) throw badResetToken();
    await this.changes.announce(user.id);
  }

  /** Mails a verification token if an active, unverified account exists. Returns immediately, as above. */
  requestVerification(email: string, ip: string): void {
    this.later(email, ip, async (user) => {
      if (!user?.isActive || user.isVerified) return;
      await this.send(
        user,
        'Confirm your address',
        'Use this token within an hour to confirm your address:',
        this.tokens.signVerify(user.id, user.email),
      );
    });
  }

  /** @throws ParleyError `invalid` for an invalid or used token, or one for another address */
  async verify(token: string): Promise<User> {
    const claims = this.tokens.readVerify(token);
    const user = claims && (await this.users.find(claims.sub));
    if (!user || user.email !== claims?.email) throw badVerifyToken();
    if (user.isVerified)
      throw new ParleyError('invalid', 'verify-user-already-verified', 'VERIFY_USER_ALREADY_VERIFIED');
    const verified = await this.users.update(user.id, { isVerified: true }, { email: user.email });
    if (!verified) throw badVerifyToken();
    return verified;
  }

  /** Looks up the account after the response is sent, with limited concurrency. */
  private later(email: string, ip: string, act: (user: User | null) => Promise<void>): void {
    const work = async () => {
      if (await this.limits.admitMail(email, ip)) await act(await this.users.findByEmail(emailKey(email)));
    };
    void this.limiter
      .run(work)
      .catch((error: unknown) => this.logger.warn({ reason: reasonOf(error) }, 'A mail was not sent'));
  }

  private async send({ email }: User, subject: string, lead: string, token: string): Promise<void> {
    const text = `${lead}\n\n${token}\n\nIf you did not ask for this, you need not do anything.\n`;
    await this.mail.send({ to: email, subject, text });
  }
}

const badResetToken = () =>
  new ParleyError('invalid', 'reset-password-bad-token', 'RESET_PASSWORD_BAD_TOKEN');
const badVerifyToken = () => new ParleyError('invalid', 'verify-user-bad-token', 'VERIFY_USER_BAD_TOKEN');
