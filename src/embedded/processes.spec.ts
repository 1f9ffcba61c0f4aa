import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { commandOf, endProcesses, findByCommand, identify, isRunning, waitUntil } from './processes.js';

describe('processes', () => {
  it('identifies a process by its pid and start time, so that a reused pid is another process', () => {
    const self = identify(process.pid)!;
    expect(self.pid).toBe(process.pid);
    expect(isRunning(self)).toBe(true);
    expect(isRunning({ ...self, startedAt: `${self.startedAt}0` })).toBe(false);
  });

  it('does not take a program of an odd name for another', async () => {
    const child = spawn(process.execPath, [
      '-e',
      'process.title = ") R 1 (x"; setInterval(() => {}, 1e6); console.log("up")',
    ]);
    await once(child.stdout, 'data');
    expect(identify(child.pid!)?.startedAt).toMatch(/\d{2}/);
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  it('finds processes by their command line and ends one that ignores the first signal', async () => {
    const mark = `mark-${process.pid}-${Date.now()}`;
    const script = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1e6); console.log("up")';
    const child = spawn(process.execPath, ['-e', script, mark]);
    try {
      await once(child.stdout, 'data');
      const find = (): number[] => findByCommand(mark, basename(process.execPath)).map(({ pid }) => pid);
      expect(find()).toEqual([child.pid]);
      // An operator's command with that text is another program.
      expect(findByCommand(mark, 'postgres')).toEqual([]);
      expect(commandOf(child.pid!)).toContain(mark);

      expect(await endProcesses(find, [['SIGTERM', 50]])).toBe(false);
      const ended = await endProcesses(find, [
        ['SIGTERM', 50],
        ['SIGKILL', 5_000],
      ]);
      expect(ended).toBe(true);
      expect(await waitUntil(() => identify(child.pid!) === undefined, 5_000)).toBe(true);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('has nothing to say about a process that is not there', () => {
    expect(identify(2 ** 22 + 1)).toBeUndefined();
    expect(commandOf(2 ** 22 + 1)).toBe('');
  });
});
