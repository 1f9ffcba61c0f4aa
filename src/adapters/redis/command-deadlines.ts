import type { Command } from 'ioredis';

/** A deadline is counted in this many ticks. */
const TICKS = 5;

/**
 * Rejects commands without a response after a deadline, counting only the time in which this process was awake.
 * ioredis has a timer per command (`commandTimeout`): after a pause of the event loop it fires before the responses
 * received meanwhile are read, so that a slow process loses commands that Redis has executed. Here a pause counts
 * as one tick, whatever its length, and received responses are read first.
 */
export class CommandDeadlines {
  /** Commands by the tick in which they were sent, the newest first. */
  private readonly sent: Command[][] = Array.from({ length: TICKS }, () => []);
  private timer?: NodeJS.Timeout;

  /** @param deadlineMs a command is rejected between 4/5 of it and the whole */
  constructor(private readonly deadlineMs: number) {}

  watch(command: Command): void {
    this.sent[0]!.push(command);
    this.timer ??= setInterval(() => this.tick(), this.deadlineMs / TICKS).unref();
  }

  private tick(): void {
    const due = this.sent.pop()!.filter((command) => !command.isResolved);
    this.sent.unshift([]);
    if (due.length > 0) setImmediate(() => due.forEach(rejectUnanswered));
    if (this.sent.some(({ length }) => length > 0)) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

function rejectUnanswered(command: Command): void {
  if (!command.isResolved) command.reject(new Error(`Command timed out: ${command.name}`));
}
