import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Unique identity of a process: pids are reused, after a container's restart within seconds. */
export interface ProcessIdentity {
  pid: number;
  startedAt: string;
}

/** A running process and its arguments, joined by blanks. */
export interface RunningProcess {
  pid: number;
  command: string;
}

/** Escalating signals, each with its timeout in ms. Signal 0 only waits. */
export type SignalSequence = ReadonlyArray<readonly [signal: NodeJS.Signals | 0, ms: number]>;

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

/** The identity of a running process; undefined if there is none or it is a zombie. */
export function identify(pid: number): ProcessIdentity | undefined {
  if (hasProc) {
    // Everything up to the last parenthesis is the program's name, which may contain blanks and parentheses.
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

/** Whether the same process is still running, not a later one with its pid. */
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

/** By the executable file; where the system does not expose it, by the first word of the command line. */
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

/** The command line of a process; empty if there is none or it is a zombie. */
export function commandOf(pid: number): string {
  return (
    hasProc ? readProc(pid, 'cmdline').replaceAll('\0', ' ') : ps('-ww', '-o', 'command=', '-p', String(pid))
  ).trim();
}

/** Polls every 20 ms; false after the timeout. */
export async function waitUntil(condition: () => boolean, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (!condition()) {
    if (Date.now() >= deadline) return false;
    await sleep(20);
  }
  return true;
}

/** Sends escalating signals to the processes that `find` returns; false when one outlives the last signal. */
export async function endProcesses(find: () => number[], signals: SignalSequence): Promise<boolean> {
  for (const [signal, ms] of signals) {
    for (const pid of find()) {
      try {
        process.kill(pid, signal);
      } catch {
        // exited since the lookup, or not permitted: the wait below decides
      }
    }
    if (await waitUntil(() => find().length === 0, ms)) return true;
  }
  return false;
}
