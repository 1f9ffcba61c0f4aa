import { isIPv6 } from 'node:net';
import { Injectable } from '@nestjs/common';
import { ParleyError } from '../../common/errors.js';
import { Config } from '../../config/config.js';
import { emailKey } from '../accounts/email.js';
import { RateLimiter, type Limit } from './rate-limiter.js';

/** Failures only, by address and network: whoever knows the password is not held up by those who guess. */
const LOG_INS: Limit = { name: 'log-in', events: 10, seconds: 60 };
/** By network; wide enough for an office behind one address. */
const REGISTRATIONS: Limit = { name: 'register', events: 100, seconds: 60 };
/** By recipient. */
const MAILS: Limit = { name: 'mail', events: 5, seconds: 15 * 60 };

/** What one client may ask of the endpoints that need no token. `RATE_LIMITS=off` lets everything pass. */
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

  /** @throws ParleyError `rate-limited` after too many failures */
  async admitLogIn(email: string, ip: string): Promise<void> {
    if (this.off) return;
    refuseUntil(await this.limiter.wait(LOG_INS, logInKey(email, ip)));
  }

  async logInEnded(email: string, ip: string, { failed }: { failed: boolean }): Promise<void> {
    if (this.off) return;
    await (failed
      ? this.limiter.count(LOG_INS, logInKey(email, ip))
      : this.limiter.forget(LOG_INS, logInKey(email, ip)));
  }

  /** @returns false when the recipient has had enough mail for now */
  async admitMail(email: string): Promise<boolean> {
    return this.off || (await this.limiter.consume(MAILS, emailKey(email))) === 0;
  }
}

/** @param retryAfter seconds until the limit admits one more; 0 when it does now @throws ParleyError `rate-limited` */
function refuseUntil(retryAfter: number): void {
  if (retryAfter > 0)
    throw new ParleyError('rate-limited', 'too-many-attempts', 'Too many attempts. Please try again later.', {
      retryAfter,
    });
}

const logInKey = (email: string, ip: string) => `${networkOf(ip)} ${emailKey(email).slice(0, 320)}`;

/** An IPv4 address as it is, an IPv6 one by its /64: a single customer commonly has all of that. */
export function networkOf(ip: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(ip)?.[1];
  if (mapped || !isIPv6(ip)) return mapped ?? ip;
  const [head = '', tail] = ip.split('%')[0]!.split('::');
  const groups = head.split(':').filter(Boolean);
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter(Boolean).length;
  return [...groups, ...Array<string>(missing).fill('0'), ...(tail ?? '').split(':')].slice(0, 4).join(':');
}
