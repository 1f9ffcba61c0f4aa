import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/** Files of control groups; paths as in Linux. */
interface CgroupPaths {
  /** Where control groups are mounted. */
  root: string;
  /** The groups of this process. */
  own: string;
}

/**
 * Whole CPUs that this process may use, at least 1: those of the machine, or fewer with a limit of a container or
 * service, which Node does not read. In either version of control groups.
 */
export function availableCpus(
  { root, own }: CgroupPaths = { root: '/sys/fs/cgroup', own: '/proc/self/cgroup' },
  machine = availableParallelism(),
): number {
  const limits = groupsIn(own).flatMap((group) => [
    limitOf(read(join(root, group, 'cpu.max'))),
    limitOf(
      `${read(join(root, 'cpu', group, 'cpu.cfs_quota_us'))} ${read(join(root, 'cpu', group, 'cpu.cfs_period_us'))}`,
    ),
  ]);
  return Math.max(1, Math.floor(Math.min(machine, ...limits)));
}

/** The groups of this process and those above them, whose limits hold too. A container sees its own as the root. */
function groupsIn(file: string): string[] {
  const groups = new Set(['/']);
  for (const [, path] of read(file).matchAll(/^\d+:(?:|[\w,=]*\bcpu\b[\w,=]*):(\/.*)$/gm))
    for (let group = path!; group !== '/'; group = dirname(group)) groups.add(group);
  return [...groups];
}

/** CPUs by `QUOTA PERIOD` in microseconds; a quota of `max` or -1 is no limit. */
function limitOf(text: string): number {
  const [quota, period] = text.trim().split(/\s+/).map(Number);
  return quota && period && quota > 0 && period > 0 ? quota / period : Infinity;
}

/** `''` for a file that cannot be read. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
