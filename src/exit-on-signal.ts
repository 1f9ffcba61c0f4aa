import type { Logger } from './common/logger.js';

/** The process has ended by then, whatever hangs. */
const DEADLINE_MS = 28_000;

/**
 * Ends the process in order, within a deadline.
 * @param leave ends everything; exit code 0 when it succeeds
 */
export function exitInOrder(leave: () => Promise<void>, logger: Logger): void {
  setTimeout(() => process.exit(1), DEADLINE_MS).unref();
  leave().then(
    () => process.exit(0),
    (error: unknown) => {
      logger.error({ err: error }, 'shutdown failed');
      process.exit(1);
    },
  );
}

/**
 * On the first SIGINT or SIGTERM the process leaves in order; a second one does not wait.
 * @param leave ends everything, by the signal that asked for it; exit code 0 when it succeeds
 */
export function exitOnSignal(leave: (signal: NodeJS.Signals) => Promise<void>, logger: Logger): void {
  let leaving = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (leaving) process.exit(1);
    leaving = true;
    exitInOrder(() => leave(signal), logger);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
}
