import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { FairLimiter } from '../limits/fair-limiter.js';

/** argon2id, which is the library's default, with OWASP's 19 MiB and two passes. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/**
 * Concurrent hashes: each takes 19 MiB and one of libuv's four threads, which files and DNS look-ups need as well.
 */
const AT_ONCE = 3;
/** Concurrent hashes per network, leaving a slot for others and a core for requests. */
const AT_ONCE_EACH = Math.max(1, Math.min(AT_ONCE, availableParallelism()) - 1);
/** Maximum queued hashes per network: a few seconds of hashing on two cores. */
const MAX_WAITING_EACH = 100;
const MAX_WAITING = 1_000;
/** Hash of a random password, so that an unknown address takes as long as a known one. */
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

  /** @param network of the client, for fair queueing */
  hash(password: string, network = ''): Promise<string> {
    return this.limiter.run(network, () => hash(prepare(password), COST));
  }

  /**
   * @param passwordHash null for an unknown account: takes as long and never matches
   * @param admit called after queueing, right before the expensive hash; throws to refuse
   * @param network of the client, for fair queueing
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
 * Normalises a password (NFKC), so that visually equal input matches whichever code points a keyboard produces,
 * including wide and ligature forms of input methods.
 */
const prepare = (password: string) => password.normalize('NFKC');

/** RFC 8265's rules for opaque strings, by which passwords were hashed before. */
const prepareAsBefore = (password: string) => password.replaceAll(/\p{Zs}/gu, ' ').normalize('NFC');

/**
 * The password forms a stored hash may be based on; some hashes are older than `prepare`. For most passwords the
 * forms are equal.
 */
const formsOf = (password: string) =>
  new Set([
    prepare(password),
    prepareAsBefore(password),
    password,
    password.normalize('NFC'),
    password.normalize('NFD'),
  ]);
