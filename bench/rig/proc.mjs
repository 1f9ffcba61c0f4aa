/** Reads figures of processes and the machine from /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks of /proc, which are 10 ms on every Linux there is. */
const TICK_SECONDS = 0.01;

/** CPU seconds a process has taken so far, in all its threads. */
export const cpuOf = (pid) => statOf(pid)?.cpu ?? 0;

/** Resident bytes of a process. */
export function rssOf(pid) {
  const [, kB = 0] = /^VmRSS:\s+(\d+) kB/m.exec(read(`${pid}/status`)) ?? [];
  return Number(kB) * 1024;
}

/**
 * Bytes of a process, where those that it shares with others count in part.
 * @returns undefined when they may not be read
 */
export function proportionalBytesOf(pid) {
  const [, kB] = /^Pss:\s+(\d+) kB/m.exec(read(`${pid}/smaps_rollup`)) ?? [];
  return kB === undefined ? undefined : Number(kB) * 1024;
}

/** CPU seconds that the machine has taken so far beside a process and all its descendants. */
export const foreignCpu = (root) => machineCpu() - familyCpu(root);

/** CPU seconds that a process and all its descendants have taken so far, those that have ended included. */
export const familyCpu = (root) =>
  familyOf(root).reduce((sum, { cpu, childrenCpu }) => sum + cpu + childrenCpu, 0);

/** A process and all its descendants. */
export function familyOf(root) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => statOf(pid) ?? []);
  const family = all.filter(({ pid }) => pid === root);
  for (const { pid } of family) family.push(...all.filter(({ parent }) => parent === pid));
  return family;
}

/** Whether a process that was seen before still runs, and not a later one of the same pid. */
export function stillRuns({ pid, startedAt }) {
  const now = statOf(pid);
  return now?.startedAt === startedAt && now.state !== 'Z';
}

/** How many files, and so sockets, a process of ours may open. */
export function fileLimit() {
  const [, soft] = /^Max open files\s+(\S+)/m.exec(read('self/limits')) ?? [];
  return soft === 'unlimited' ? Infinity : Number(soft);
}

function machineCpu() {
  const [line] = read('stat').split('\n');
  const [user, nice, system, , , irq, softirq] = (line.match(/\d+/g) ?? []).map(Number);
  return (user + nice + system + irq + softirq) * TICK_SECONDS;
}

function statOf(pid) {
  // The name may hold blanks and parentheses itself.
  const fields = read(`${pid}/stat`)
    .replace(/^.*\)\s/s, '')
    .split(' ');
  if (fields.length < 20) return undefined;
  const ticks = (at) => Number(fields[at]) * TICK_SECONDS;
  return {
    pid: Number(pid),
    state: fields[0],
    parent: Number(fields[1]),
    startedAt: fields[19],
    cpu: ticks(11) + ticks(12),
    /** Of those that have ended. */
    childrenCpu: ticks(13) + ticks(14),
  };
}

function read(file) {
  try {
    return readFileSync(`/proc/${file}`, 'utf8');
  } catch {
    return ''; // it ended, or is not ours to read
  }
}
