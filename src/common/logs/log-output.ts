import { pino, type DestinationStream } from 'pino';

/** Buffer limits during start-up: lines, and ms. */
const MAX_HELD = 500;
const MAX_HOLD_MS = 60_000;

/**
 * Destination of log lines: standard output, as JSON or, on a terminal, in a readable format. During start-up lines
 * can be buffered, so that the start-up messages come first.
 */
export class LogOutput implements DestinationStream {
  private readonly held: string[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param print writes a line of JSON with its line feed */
  constructor(private print: (line: string) => void) {}

  write(line: string): void {
    if (!this.timer) return this.print(line);
    this.held.push(line);
    if (this.held.length >= MAX_HELD) this.release();
  }

  /** From now on lines are printed in this form. */
  setFormat(format: (line: string) => string, print: (text: string) => void): void {
    this.print = (line) => print(format(line));
  }

  /** Buffers lines until `release`, or up to the maximum start-up time. */
  hold(): void {
    this.timer ??= setTimeout(() => this.release(), MAX_HOLD_MS).unref();
  }

  release(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const line of this.held.splice(0)) this.print(line);
  }
}

const standardOutput = pino.destination({ dest: 1, sync: true });

/** Destination of all loggers of this process. */
export const logOutput = new LogOutput((line) => standardOutput.write(line));

/** To be called before anything is logged; the buffer is flushed by `logOutput.release()` or at process exit. */
export async function openLogs(): Promise<void> {
  logOutput.hold();
  process.once('exit', () => logOutput.release());
  if (!process.stdout.isTTY) return;
  const { readableFormat } = await import('./readable-logs.js');
  logOutput.setFormat(readableFormat(), (text) => process.stdout.write(text));
}
