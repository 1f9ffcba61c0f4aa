import { setTimeout as sleep } from 'node:timers/promises';
import { types } from 'node:util';

const PAUSE_MS = 500;
/** Interval in ms at which a pending wait is logged again. */
const REMINDER_INTERVAL_MS = 10_000;

export interface StartupWait {
  /** Description of the awaited server. */
  what: string;
  /** Milliseconds in which attempts are begun. */
  forMs: number;
  /** Whether the error is permanent, so that retries cannot help. */
  isFinal: (error: unknown) => boolean;
  /** Prints a line for the operator; to the terminal by default. */
  print?: (line: string) => void;
}

/** Retries an attempt while required servers are starting, and logs the wait. @throws the last attempt's error */
export async function untilItSucceeds<T>(attempt: () => Promise<T>, wait: StartupWait): Promise<T> {
  const { what, forMs, isFinal, print = writeLine } = wait;
  const deadline = performance.now() + forMs;
  let printed = '';
  let remindAt = 0;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const now = performance.now();
      if (isFinal(error) || now + PAUSE_MS > deadline) throw error;
      const reason = reasonOf(error);
      if (reason !== printed || now >= remindAt) {
        print(`Waiting for ${what}, up to ${Math.round((deadline - now) / 1_000)} s more: ${reason}`);
        [printed, remindAt] = [reason, now + REMINDER_INTERVAL_MS];
      }
      await sleep(PAUSE_MS);
    }
  }
}

/**
 * An error's message; for an AggregateError without one (a refused connection to several addresses), that of its
 * first error.
 */
export function reasonOf(error: unknown): string {
  // Errors of sockets come from Node itself, which may have other classes of that name.
  if (!types.isNativeError(error)) return String(error);
  return 'errors' in error && Array.isArray(error.errors) ? reasonOf(error.errors[0]) : error.message;
}

const writeLine = (line: string) => void process.stderr.write(`${line}\n`);
