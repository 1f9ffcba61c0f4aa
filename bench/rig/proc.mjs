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

/** CPU seconds that the machine has taken so far beside a process and all its descendants. */
export const foreignCpu = (root) => machineCpu() - familyCpu(root);

/** CPU seconds that a process and all its descendants have taken so far, those that have ended included. */
export function familyCpu(root) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => statOf(pid) ?? []);
  const family = all.filter(({ pid }) => pid === root);
  for (const { pid } of family) family.push(...all.filter(({ parent }) => parent === pid));
  return family.reduce((sum, { cpu, childrenCpu }) => sum + cpu + childrenCpu, 0);
}

/** How many files, and so sockets, a process of ours may open. */
export function fileLimit() {
  const [, soft] = /^Max open files\s+(\S+)/m.exec(read('self/limits')) ?? [];
  return soft === 'unlimited' ? Infinity : Number(soft);
}

function machineCpu() {
  const [user, nice, system, , , irq, softirq] = read('stat').split('\n')[0].match(/\d+/g).map(Number);
  return (user + nice + system + irq + softirq) * TICK_SECONDS;
}

function statOf(pid) {
  // The name may hold blanks and parentheses itself.
  const fields = read(`${pid}/stat`)
    .replace(/^.*\)\s/s, '')
    .split(' ');
  if (fields.length < 15) return undefined;
  const ticks = (at) => Number(fields[at]) * TICK_SECONDS;
  return {
    pid: Number(pid),
    parent: Number(fields[1]),
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
