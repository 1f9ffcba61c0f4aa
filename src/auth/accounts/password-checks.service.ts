import { Injectable } from '@nestjs/common';
import { ParleyError } from '../../common/errors.js';
import { AuthLimits } from '../limits/auth-limits.js';
import { networkOf } from '../limits/network.js';
import { RefusalPace } from '../limits/refusal-pace.js';
import { PasswordsService } from './passwords.service.js';

/** An account, or anything else that a password opens. */
interface Locked {
  passwordHash: string | null;
}

/** Checks passwords within the limits on guesses. */
@Injectable()
export class PasswordChecks {
  private readonly pace = new RefusalPace();

  constructor(
    private readonly passwords: PasswordsService,
    private readonly limits: AuthLimits,
  ) {}

  /**
   * @param subject by which guesses are counted: an account's address, or a name that is no address
   * @param ip the client's address
   * @param find what the password opens; null takes as long and is never right
   * @returns what was found; null when the password is wrong
   * @throws ParleyError `rate-limited` after too many failures, `unavailable` when too many wait
   */
  async open<T extends Locked>(
    subject: string,
    password: string,
    ip: string,
    find: () => Promise<T | null>,
  ): Promise<T | null> {
    const network = networkOf(ip);
    const admit = () => this.limits.admitLogIn(subject, ip);
    try {
      await admit();
      const found = await find();
      // Asked again when the turn has come: of many attempts at once only the first few fail before the limit is known.
      const isRight = await this.passwords.verify(password, found?.passwordHash ?? null, admit, network);
      await this.limits.logInEnded(subject, ip, { failed: !isRight });
      return isRight ? found : null;
    } catch (error) {
      if (error instanceof ParleyError && ['rate-limited', 'unavailable'].includes(error.kind))
        await this.pace.wait(network);
      throw error;
    }
  }
}
