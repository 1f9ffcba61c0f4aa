import { reasonOf, untilItSucceeds } from '../common/startup.js';
import { isTransientStoreError } from '../common/transient-store-error.js';
import { SettingError } from '../config/env.js';

/** How long a start waits for its database. */
export interface StartOptions {
  /** Seconds in which a server that cannot be reached, or takes too long, is tried again; 60. */
  waitSeconds?: number;
  /** What a person set, for sentences: `DATABASE_URL`, or `The embedded PostgreSQL`. */
  name?: string;
}

/** The start of a process on its database: whatever is done there until it serves shares one period of waiting. */
export class DatabaseStart {
  private readonly name: string;
  private readonly deadline: number;

  constructor({ waitSeconds = 60, name = 'DATABASE_URL' }: StartOptions = {}) {
    this.name = name;
    this.deadline = performance.now() + waitSeconds * 1_000;
  }

  /**
   * Takes a step of the start, and repeats it while the database cannot be reached or is too slow.
   * @param step does no harm when it is repeated, also after a success that it was not informed of
   * @throws SettingError when time is over; what `step` throws when another attempt cannot help
   */
  async run<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await untilItSucceeds(step, {
        what: this.name === 'DATABASE_URL' ? 'PostgreSQL of DATABASE_URL' : this.name,
        forMs: this.deadline - performance.now(),
        isFinal: (error) => !isTransientStoreError(error),
      });
    } catch (error) {
      throw isTransientStoreError(error) ? this.refusal(error) : error;
    }
  }

  /** Says in one sentence why the database cannot be used. */
  refusal(error: unknown): SettingError {
    return new SettingError(`${this.name} cannot be used: ${reasonOf(error)}${hintOn(error)}`, {
      cause: error,
    });
  }
}

/** What a person can do about errors whose words do not say it. */
function hintOn(error: unknown): string {
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  if (/CERT|SELF_SIGNED|ALTNAME|SIGNATURE/.test(code))
    return ' (name the authority of its certificate with sslrootcert=FILE, or set sslmode=no-verify)';
  if (message.includes('does not support SSL')) return ' (set sslmode=disable)';
  return '';
}
