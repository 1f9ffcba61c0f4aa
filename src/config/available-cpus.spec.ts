import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { availableCpus } from './available-cpus.js';

describe('the CPUs that a process may use', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'parley-cgroup-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** @param files by their path below the folder of control groups; `own` lists the groups of the process */
  const cpusWith = (files: Record<string, string>, own = '0::/') => {
    for (const [name, text] of Object.entries({ ...files, own })) {
      const file = join(root, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${text}\n`);
    }
    return availableCpus({ root, own: join(root, 'own') }, 8);
  };

  it.each<[what: string, files: Record<string, string>, own: string, cpus: number]>([
    ['no control groups', {}, '', 8],
    ['no limit', { 'cpu.max': 'max 100000' }, '0::/', 8],
    ['a limit of a container', { 'cpu.max': '300000 100000' }, '0::/', 3],
    ['a part of a CPU', { 'cpu.max': '250000 100000' }, '0::/', 2],
    ['less than one CPU', { 'cpu.max': '50000 100000' }, '0::/', 1],
    ['more than the machine has', { 'cpu.max': '6400000 100000' }, '0::/', 8],
    [
      'a limit of a service',
      { 'system.slice/parley.service/cpu.max': '400000 100000' },
      '0::/system.slice/parley.service',
      4,
    ],
    [
      'a lower limit above the own group',
      { 'pod/cpu.max': '200000 100000', 'pod/one/cpu.max': '400000 100000' },
      '0::/pod/one',
      2,
    ],
    [
      'version 1',
      { 'cpu/docker/a/cpu.cfs_quota_us': '500000', 'cpu/docker/a/cpu.cfs_period_us': '100000' },
      '4:memory:/docker/a\n3:cpu,cpuacct:/docker/a\n2:cpuset:/',
      5,
    ],
    [
      'version 1 without a limit',
      { 'cpu/cpu.cfs_quota_us': '-1', 'cpu/cpu.cfs_period_us': '100000' },
      '3:cpu:/',
      8,
    ],
    [
      'version 1 in a container',
      { 'cpu/cpu.cfs_quota_us': '150000', 'cpu/cpu.cfs_period_us': '50000' },
      '3:cpu,cpuacct:/docker/a',
      3,
    ],
  ])('with %s', (_what, files, own, cpus) => {
    expect(cpusWith(files, own)).toBe(cpus);
  });

  it('are at least one, and no more than Node counts', () => {
    const cpus = availableCpus();
    expect(cpus).toBeGreaterThanOrEqual(1);
    expect(cpus).toBeLessThanOrEqual(availableCpus({ root, own: root }));
  });
});
