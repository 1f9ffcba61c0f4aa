import { Injectable } from '@nestjs/common';
import { Mail } from '../../adapters/mail/mail.js';
import { ParleyError } from '../../common/errors.js';
import type { User } from '../../database/entities/user.entity.js';
import { UsersRepository } from '../../database/repositories/users.repository.js';
import { AccountChanges } from './account-changes.js';
import { AuthLimits } from '../limits/auth-limits.js';
import { emailKey } from './email.js';
import { PasswordsService } from './passwords.service.js';
import { TokensService } from '../tokens.service.js';

/** Forgotten passwords and unproven addresses. Who has an account is never told to whoever asks. */
@Injectable()
export class RecoveryService {
  constructor(
    private readonly users: UsersRepository,
    private readonly tokens: TokensService,
    private readonly passwords: PasswordsService,
    private readonly limits: AuthLimits,
    private readonly changes: AccountChanges,
    private readonly mail: Mail,
  ) {}

  /** Sends a reset token when there is an active account. */
  async forgotPassword(email: string): Promise<void> {
    const user = await this.users.findByEmail(emailKey(email));
    if (!user?.isActive) return;
    const token = this.tokens.signReset(user.id, user.passwordHash);
    await this.write(
      user,
      'Reset your password',
      'Use this token within an hour to choose a new password:',
      token,
    );
  }

  /** Sets a new password, which revokes every token. @throws ParleyError `invalid` for a token that is not good now */
  async resetPassword(token: string, password: string): Promise<void> {
    const claims = this.tokens.readReset(token);
    const user = claims && (await this.users.find(claims.sub));
    if (!claims || !user?.isActive || !this.tokens.fits(claims, user.passwordHash)) throw badResetToken();
    const passwordHash = await this.passwords.hash(password);
    // Of two resets with one token, one finds the password it was made for.
    const changed = await this.users.update(user.id, { passwordHash }, { passwordHash: user.passwordHash });
    if (!changed) throw badResetToken();
    await this.changes.announce(user.id);
  }

  /** Sends a verification token when there is an active account that is not verified. */
  async requestVerification(email: string): Promise<void> {
    const user = await this.users.findByEmail(emailKey(email));
    if (!user?.isActive || user.isVerified) return;
    const token = this.tokens.signVerify(user.id, user.email);
    await this.write(
      user,
      'Confirm your address',
      'Use this token within an hour to confirm your address:',
      token,
    );
  }

  /** @throws ParleyError `invalid` for a token that is not good for the account's address, or a second one */
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

  /** Does not wait for the mail server: the time it takes would tell that there is an account. */
  private async write({ email }: User, subject: string, lead: string, token: string): Promise<void> {
    if (!(await this.limits.admitMail(email))) return;
    const text = `${lead}\n\n${token}\n\nIf you did not ask for this, you need not do anything.\n`;
    void this.mail.send({ to: email, subject, text });
  }
}

const badResetToken = () =>
  new ParleyError('invalid', 'reset-password-bad-token', 'RESET_PASSWORD_BAD_TOKEN');
const badVerifyToken = () => new ParleyError('invalid', 'verify-user-bad-token', 'VERIFY_USER_BAD_TOKEN');
