import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { FairLimiter } from '../limits/fair-limiter.js';

/** argon2id, which is the library's default, with OWASP's 19 MiB and two passes. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Hashing takes 19 MiB and one of libuv's four threads, which files and name look-ups need as well. */
const AT_ONCE = 3;
/** One network leaves a place for others, and a core for their requests. */
const AT_ONCE_EACH = Math.max(1, Math.min(AT_ONCE, availableParallelism()) - 1);
/** Of one network: a few seconds of hashing on two cores. */
const MAX_WAITING_EACH = 100;
const MAX_WAITING = 1_000;
/** Hash of a random password: an unknown address must take as long as a known one. */
const DUMMY_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$sWEmZcel4VsVI6bm7NrcHg$+ucXRF7GUEUquE6wgQMBcSTGw/C4J60FlWM0FwjGk/Q';

/** Hashes and checks passwords off the event loop, a few at a time. */
@Injectable()
export class PasswordsService {
  private readonly limiter = new FairLimiter({
    atOnce: AT_ONCE,
    atOnceEach: AT_ONCE_EACH,
    maxWaitingEach: MAX_WAITING_EACH,
    maxWaiting: MAX_WAITING,
  });

  /** @param network of the client: networks take turns */
  hash(password: string, network = ''): Promise<string> {
    return this.limiter.run(network, () => hash(prepare(password), COST));
  }

  /**
   * @param passwordHash null when there is no such account: takes as long and is never right
   * @param admit called when the turn has come, right before the costly part; throws to refuse
   * @param network of the client: networks take turns
   */
  verify(
    password: string,
    passwordHash: string | null,
    admit: () => Promise<void> = async () => {},
    network = '',
  ): Promise<boolean> {
    return this.limiter.run(network, async () => {
      await admit();
      for (const form of formsOf(password))
        if (await verify(passwordHash ?? DUMMY_HASH, form)) return passwordHash !== null;
      return false;
    });
  }
}

/**
 * A password as it is hashed: text that looks the same is equal, whichever code points a keyboard produces. NFKC also
 * makes letters of their wide and ligature forms, as input methods write them.
 */
const prepare = (password: string) => password.normalize('NFKC');

/** RFC 8265's rules for opaque strings, by which passwords were hashed before. */
const prepareAsBefore = (password: string) => password.replaceAll(/\p{Zs}/gu, ' ').normalize('NFC');

/** What a hash may have been made of; some are older than `prepare`. For most passwords these are one. */
const formsOf = (password: string) =>
  new Set([
    prepare(password),
    prepareAsBefore(password),
    password,
    password.normalize('NFC'),
    password.normalize('NFD'),
  ]);
