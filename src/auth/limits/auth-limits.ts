import { Injectable } from '@nestjs/common';
import { ParleyError } from '../../common/errors.js';
import { Config } from '../../config/config.js';
import { emailKey } from '../accounts/email.js';
import { networkOf } from './network.js';
import { RateLimiter, type Limit } from './rate-limiter.js';

/*
 * Only failed log-ins are counted: other people's guesses must not lock out the owner of the password. The limit
 * for an account from one network is low; those of an account and of a network in total are higher, so that neither
 * many networks can guess one password nor one network many.
 */
const LOG_INS: Limit = { name: 'log-in', events: 10, seconds: 15 * 60 };
const LOG_INS_OF_ACCOUNT: Limit = { name: 'log-in-account', events: 100, seconds: 60 * 60 };
const LOG_INS_OF_NETWORK: Limit = { name: 'log-in-network', events: 100, seconds: 60 * 60 };
/** A network from which an account has logged in; failures from other networks do not lock out the owner there. */
const KNOWN_NETWORK: Limit = { name: 'log-in-known', events: 1, seconds: 30 * 24 * 60 * 60 };
/** Per network; wide enough for an office behind one address. */
const REGISTRATIONS: Limit = { name: 'register', events: 100, seconds: 60 };
/**
 * Audit events of unauthenticated clients, such as failed log-ins: anyone can cause them, and each is a row. Per
 * network, and for all networks together.
 */
const ANONYMOUS_EVENTS: Limit = { name: 'audit', events: 100, seconds: 60 * 60 };
const ALL_ANONYMOUS_EVENTS: Limit = { name: 'audit-all', events: 10_000, seconds: 60 * 60 };
/** Guesses at the code of the first admin, by network and in all. */
const FIRST_ADMIN: Limit = { name: 'first-admin', events: 10, seconds: 15 * 60 };
const FIRST_ADMIN_IN_ALL: Limit = { name: 'first-admin-all', events: 100, seconds: 60 * 60 };
/** By recipient. */
const MAILS: Limit = { name: 'mail', events: 5, seconds: 15 * 60 };
/** Per network that requests mail, for all recipients. */
const MAILS_OF_NETWORK: Limit = { name: 'mail-network', events: 100, seconds: 15 * 60 };

/** Rate limits of the unauthenticated endpoints. `RATE_LIMITS=off` disables them. */
@Injectable()
export class AuthLimits {
  private readonly off: boolean;

  constructor(
    private readonly limiter: RateLimiter,
    { env }: Config,
  ) {
    this.off = env.RATE_LIMITS === 'off';
  }

  /** @throws ParleyError `rate-limited` */
  async admitRegistration(ip: string): Promise<void> {
    if (this.off) return;
    refuseUntil(await this.limiter.consume(REGISTRATIONS, networkOf(ip)));
  }

  /**
   * An account under attack stays accessible from known networks, and for the first attempt from others.
   * @throws ParleyError `rate-limited` after too many failures
   */
  async admitLogIn(email: string, ip: string): Promise<void> {
    if (this.off) return;
    const pair = logInKey(email, ip);
    // In parallel: while Redis hangs, each command takes its full deadline.
    const [own, known, ofNetwork, ofAccount] = await Promise.all([
      this.limiter.look(LOG_INS, pair),
      this.limiter.look(KNOWN_NETWORK, pair),
      this.limiter.look(LOG_INS_OF_NETWORK, networkOf(ip)),
      this.limiter.look(LOG_INS_OF_ACCOUNT, accountKey(email)),
    ]);
    refuseUntil(own.wait);
    if (known.events > 0) return;
    refuseUntil(ofNetwork.wait);
    if (own.events > 0) refuseUntil(ofAccount.wait);
  }

  async logInEnded(email: string, ip: string, { failed }: { failed: boolean }): Promise<void> {
    if (this.off) return;
    const pair = logInKey(email, ip);
    if (failed)
      await Promise.all([
        this.limiter.count(LOG_INS, pair),
        this.limiter.count(LOG_INS_OF_ACCOUNT, accountKey(email)),
        this.limiter.count(LOG_INS_OF_NETWORK, networkOf(ip)),
      ]);
    else await Promise.all([this.limiter.forget(LOG_INS, pair), this.limiter.count(KNOWN_NETWORK, pair)]);
  }

  /** @throws ParleyError `rate-limited` */
  async admitFirstAdmin(ip: string): Promise<void> {
    if (this.off) return;
    refuseUntil(await this.limiter.consume(FIRST_ADMIN, networkOf(ip)));
    refuseUntil(await this.limiter.consume(FIRST_ADMIN_IN_ALL, 'all'));
  }

  /** @returns false when the limit of events of unauthenticated clients is reached */
  async admitAnonymousEvent(ip: string): Promise<boolean> {
    if (this.off) return true;
    const ofNetwork = await this.limiter.consume(ANONYMOUS_EVENTS, networkOf(ip));
    return ofNetwork === 0 && (await this.limiter.consume(ALL_ANONYMOUS_EVENTS, 'all')) === 0;
  }

  /** @returns false when the mail limit of the recipient or of the client is reached */
  async admitMail(email: string, ip: string): Promise<boolean> {
    if (this.off) return true;
    const ofNetwork = await this.limiter.consume(MAILS_OF_NETWORK, networkOf(ip));
    return ofNetwork === 0 && (await this.limiter.consume(MAILS, emailKey(email))) === 0;
  }
}

/**
 * @param retryAfter seconds until the limit admits another event; 0 when it does now
 * @throws ParleyError `rate-limited`
 */
function refuseUntil(retryAfter: number): void {
  if (retryAfter > 0)
    throw new ParleyError('rate-limited', 'too-many-attempts', 'Too many attempts. Please try again later.', {
      retryAfter,
    });
}

/** Bounds client input of any length. */
const accountKey = (email: string) => emailKey(email).slice(0, 320);
const logInKey = (email: string, ip: string) => `${networkOf(ip)} ${accountKey(email)}`;
