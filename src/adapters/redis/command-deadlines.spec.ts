import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'ioredis';
import { CommandDeadlines } from './command-deadlines.js';

/** Blocks the event loop, like a long JSON document or a starved machine. */
function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Watches a command and returns its outcome. */
function watched(deadlines: CommandDeadlines, command: Command): Promise<string> {
  deadlines.watch(command);
  return command.promise.then(
    () => 'answered',
    (error: Error) => error.message,
  );
}

describe('the deadline of commands', () => {
  it('rejects what has no answer, again and again', async () => {
    const deadlines = new CommandDeadlines(25);
    for (const name of ['get', 'set']) {
      const outcome = watched(deadlines, new Command(name, ['key']));
      await sleep(100); // the deadline alone does not keep the process alive
      expect(await outcome).toBe(`Command timed out: ${name}`);
    }
  });

  it('leaves alone what has one', async () => {
    const deadlines = new CommandDeadlines(25);
    const answered = new Command('get', ['a']);
    const outcomes = [watched(deadlines, answered), watched(deadlines, new Command('get', ['b']))];
    answered.resolve('1');
    await sleep(100);
    expect(await Promise.all(outcomes)).toEqual(['answered', 'Command timed out: get']);
  });

  it('counts a pause of this process as a moment', async () => {
    const command = new Command('get', ['key']);
    const outcome = watched(new CommandDeadlines(250), command);
    stall(600);
    setImmediate(() => command.resolve('1')); // a response received during the pause is read after timers
    expect(await outcome).toBe('answered');
  });
});
