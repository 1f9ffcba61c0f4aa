/**
 * Work that brings something up to date for many callers at once. It runs once at a time; callers that arrive while it
 * runs share the next run, so that each call sees everything that was there when it was made.
 */
export class SharedTask {
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(private readonly work: () => Promise<void>) {}

  /** @throws the error of the run; the next call runs it again */
  run(): Promise<void> {
    this.next ??= this.running.then(() => {
      this.next = undefined;
      const run = this.work();
      this.running = run.catch(() => {});
      return run;
    });
    return this.next;
  }
}
