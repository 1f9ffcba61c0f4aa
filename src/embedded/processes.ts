import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * One process for certain: a pid alone is given again to another program, after a container's restart within seconds.
 */
export interface ProcessIdentity {
  pid: number;
  startedAt: string;
}

/** A running process and its arguments, joined by blanks. */
export interface RunningProcess {
  pid: number;
  command: string;
}

/** Signals in the order they are tried, each with the milliseconds it is given. Signal 0 only waits. */
export type SignalLadder = ReadonlyArray<readonly [signal: NodeJS.Signals | 0, ms: number]>;

const hasProc = existsSync('/proc/self/stat');

function ps(...args: string[]): string {
  try {
    return execFileSync('ps', args, {
      encoding: 'utf8',
      env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' },
      timeout: 5_000,
    });
  } catch {
    return ''; // ps exits with 1 when no process matches
  }
}

function readProc(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** The identity of a running process; undefined when there is none or it is a zombie that was not reaped. */
export function identify(pid: number): ProcessIdentity | undefined {
  if (hasProc) {
    // Everything up to the last parenthesis is the program's name, which may hold blanks and parentheses itself.
    const fields = readProc(pid, 'stat')
      .replace(/^.*\)\s/s, '')
      .split(' ');
    const [state, startedAt] = [fields[0], fields[19]];
    return startedAt && state !== 'Z' ? { pid, startedAt } : undefined;
  }
  const [, state, startedAt] =
    /^\s*(\S+)\s+(.+?)\s*$/m.exec(ps('-o', 'stat=,lstart=', '-p', String(pid))) ?? [];
  return startedAt && !state?.startsWith('Z') ? { pid, startedAt } : undefined;
}

/** Whether that very process, not a later one of the same pid, is still running. */
export function isRunning(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startedAt === process.startedAt;
}

/**
 * The running processes whose command line contains the text.
 * @param program name of the executable file; without it an operator's `grep` for the text is found as well
 */
export function findByCommand(text: string, program?: string): RunningProcess[] {
  const processes = hasProc
    ? readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map((name) => ({ pid: Number(name), command: commandOf(Number(name)) }))
    : [...ps('-axww', '-o', 'pid=,command=').matchAll(/^\s*(\d+)\s+(.*)$/gm)].map(([, pid, command]) => ({
        pid: Number(pid),
        command: command ?? '',
      }));
  return processes.filter(
    (process) => process.command.includes(text) && (!program || isProgram(process, program)),
  );
}

/** By the executable file; where the system does not show it, by the first word of the command line. */
function isProgram({ pid, command }: RunningProcess, program: string): boolean {
  const executable = hasProc ? executableOf(pid) : command.split(/[\s:]/, 1)[0]!;
  return basename(executable) === program;
}

/** Also of a program whose file was replaced since it was started. */
function executableOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '');
  } catch {
    return ''; // ended, or not ours to look at or to signal
  }
}

/** The command line of a process, empty when there is none or it is a zombie. */
export function commandOf(pid: number): string {
  return (
    hasProc ? readProc(pid, 'cmdline').replaceAll('\0', ' ') : ps('-ww', '-o', 'command=', '-p', String(pid))
  ).trim();
}

/** Looks again every 20 ms; false when the condition did not come true in time. */
export async function waitUntil(condition: () => boolean, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (!condition()) {
    if (Date.now() >= deadline) return false;
    await sleep(20);
  }
  return true;
}

/** Sends one signal after the other to whatever `find` still finds; false when something outlived the last one. */
export async function endProcesses(find: () => number[], ladder: SignalLadder): Promise<boolean> {
  for (const [signal, ms] of ladder) {
    for (const pid of find()) {
      try {
        process.kill(pid, signal);
      } catch {
        // exited between the lookup and the signal, or not ours to signal: the wait below decides
      }
    }
    if (await waitUntil(() => find().length === 0, ms)) return true;
  }
  return false;
}
