import { reasonOf, untilItSucceeds } from '../common/startup.js';
import { isTransientStoreError } from '../common/transient-store-error.js';
import { SettingError } from '../config/env.js';

/** Options for waiting for the database at the start. */
export interface StartOptions {
  /** Seconds of retrying while the server is unreachable or too slow; 60 by default. */
  waitSeconds?: number;
  /** Name of the setting, for error messages: `DATABASE_URL`, or `The embedded PostgreSQL`. */
  name?: string;
}

/** Retries for the start of a process on its database: all steps until it serves share one deadline. */
export class DatabaseStart {
  private readonly name: string;
  private readonly deadline: number;

  constructor({ waitSeconds = 60, name = 'DATABASE_URL' }: StartOptions = {}) {
    this.name = name;
    this.deadline = performance.now() + waitSeconds * 1_000;
  }

  /**
   * Runs a step of the start, with retries while the database is unreachable or too slow.
   * @param step idempotent, as it may be repeated after a success whose response was lost
   * @throws SettingError after the deadline; the step's error when it is permanent
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

  /** The reason why the database cannot be used, in one sentence. */
  refusal(error: unknown): SettingError {
    return new SettingError(`${this.name} cannot be used: ${reasonOf(error)}${hintOn(error)}`, {
      cause: error,
    });
  }
}

/** Advice for errors whose message does not name the remedy. */
function hintOn(error: unknown): string {
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  if (/CERT|SELF_SIGNED|ALTNAME|SIGNATURE/.test(code))
    return ' (name the authority of its certificate with sslrootcert=FILE, or set sslmode=no-verify)';
  if (message.includes('does not support SSL')) return ' (set sslmode=disable)';
  return '';
}
