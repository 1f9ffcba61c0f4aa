import { pino, type DestinationStream } from 'pino';

/** Lines that are kept back while a process starts: no more than these, for no longer than this. */
const MAX_HELD = 500;
const MAX_HOLD_MS = 60_000;

/**
 * Where log lines go: standard output, as JSON or, when that is a terminal, in a form for people. While a process starts
 * they can be kept back, so that what it prints about itself comes first.
 */
export class LogOutput implements DestinationStream {
  private readonly held: string[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param print takes a line of JSON with its line feed */
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

  /** Keeps lines back until `release`, or for as long as a start may wait for its servers. */
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

/** What all loggers of this process write to. */
export const logOutput = new LogOutput((line) => standardOutput.write(line));

/** To be called before anything logs; `logOutput.release()` ends the start, and so does the end of the process. */
export async function openLogs(): Promise<void> {
  logOutput.hold();
  process.once('exit', () => logOutput.release());
  if (!process.stdout.isTTY) return;
  const { readableFormat } = await import('./readable-logs.js');
  logOutput.setFormat(readableFormat(), (text) => process.stdout.write(text));
}
