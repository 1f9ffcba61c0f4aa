import { Injectable } from '@nestjs/common';
import { ParleyError } from '../../common/errors.js';
import { AuthLimits } from '../limits/auth-limits.js';
import { networkOf } from '../limits/network.js';
import { RefusalPace } from '../limits/refusal-pace.js';
import { PasswordsService } from './passwords.service.js';

/** A record protected by a password, such as an account. */
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
   * @param subject key for counting guesses: an account's address, or another name
   * @param ip client address
   * @param find loads the record; null takes as long and never matches
   * @returns the record; null when the password is wrong
   * @throws ParleyError `rate-limited` after too many failures, `unavailable` when the queue is full
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
      // The limit is checked again after queueing: otherwise concurrent attempts would all pass before the first
      // failure is counted.
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
