import { readFileSync } from 'node:fs';
import { identify, type ProcessIdentity } from '../../src/embedded/processes.js';

const childrenOf = (pid: number): number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return []; // it has ended
  }
};

/** All processes that a process has started, directly or not. */
export const descendantsOf = (pid: number): ProcessIdentity[] =>
  childrenOf(pid).flatMap((child) => [identify(child) ?? [], descendantsOf(child)].flat());

/** The API workers of a primary process. */
export const apiWorkersOf = (pid: number): number[] =>
  childrenOf(pid).filter((child) =>
    readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('cluster-worker.js'),
  );
