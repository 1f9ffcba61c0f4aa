import { jest } from '@jest/globals';
import type { Config } from '../../config/config.js';
import type { Logger } from '../../common/logger.js';
import { DatabaseStart } from '../../database/database-start.js';
import type { Renewal, RunLeasesRepository } from '../../database/repositories/runs/run-leases.repository.js';
import type { LiveRun } from '../live-run.js';
import type { LiveRuns } from '../live-runs.js';
import type { ProcessLease } from './process-lease.js';
import { RunLease } from './run-lease.js';
import type { RunProducer } from '../run-producer.js';
import type { RunRecovery } from './run-recovery.js';

const LEASE = { seconds: 10 };
/** Longer than the lease, and ending anywhere between two heartbeats. */
const OUTAGES_MS = [15_000, 15_300, 16_500, 17_700, 17_999];
/** Query deadline: during an outage a query fails no earlier, although the outage may be over by then. */
const DEADLINE_MS = 2_800;
/** A busy process hears its answers that much later than others. */
const BUSY_MS = 200;
/** Offsets between the heartbeats of two processes, in ms. */
const PHASES_MS = [0, 1, 700, 1_500, 2_300, 2_999];

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Replicas with one run each, over a database that can be unavailable; all on one clock. */
class World {
  isUnavailable = false;
  /** Runs treated as orphaned, by their original process. */
  readonly orphaned: string[] = [];
  private readonly leaseUntil = new Map<string, number>();

  start(name: string, busyMs: number): RunLease {
    this.leaseUntil.set(name, Date.now() + LEASE.seconds * 1_000);
    const producer = { liveRuns: [{ id: name }] as LiveRun[], end: async () => true };
    const leases = { renew: () => this.renew(name, busyMs) };
    const recovery = { sweep: () => this.sweep() };
    const replica = new RunLease(
      producer as Partial<RunProducer> as RunProducer,
      { renew: () => undefined } as Partial<LiveRuns> as LiveRuns,
      leases as Partial<RunLeasesRepository> as RunLeasesRepository,
      { producer: name, ...LEASE } as ProcessLease,
      recovery as Partial<RunRecovery> as RunRecovery,
      new DatabaseStart(),
      { warn: () => undefined } as Partial<Logger> as Logger,
      { isSole: false } as Partial<Config> as Config,
    );
    void replica.onApplicationBootstrap();
    return replica;
  }

  private async renew(name: string, busyMs: number): Promise<Renewal> {
    await this.reach();
    await wait(busyMs);
    this.leaseUntil.set(name, Date.now() + LEASE.seconds * 1_000);
    return { renewed: [name], lost: [] };
  }

  private async sweep(): Promise<void> {
    await this.reach();
    for (const [name, until] of this.leaseUntil)
      if (until < Date.now()) {
        this.orphaned.push(name);
        this.leaseUntil.delete(name);
      }
  }

  private async reach(): Promise<void> {
    if (!this.isUnavailable) return;
    await wait(DEADLINE_MS);
    throw new Error('unavailable');
  }
}

describe('the lease of runs', () => {
  let world: World;
  let replicas: RunLease[];
  beforeEach(() => {
    jest.useFakeTimers();
    world = new World();
    replicas = [];
  });
  afterEach(() => {
    for (const replica of replicas) replica.onApplicationShutdown();
    jest.useRealTimers();
  });

  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
  const start = async (name: string, busyMs = 0) => {
    const replica = world.start(name, busyMs);
    await pass(busyMs);
    replicas.push(replica);
    return replica;
  };

  const endure = async (outageMs: number) => {
    world.isUnavailable = true;
    await pass(outageMs);
    world.isUnavailable = false;
  };

  it.each(PHASES_MS)('outlasts an outage of the database, with heartbeats %i ms apart', async (phase) => {
    await start('one', BUSY_MS);
    await pass(phase);
    await start('two');
    for (const outage of OUTAGES_MS) {
      await pass(30_000);
      await endure(outage);
    }
    await pass(30_000);
    expect(world.orphaned).toEqual([]);
  });

  it.each(PHASES_MS)('outlasts a process that starts %i ms after an outage', async (phase) => {
    await start('one', BUSY_MS);
    for (const outage of OUTAGES_MS) {
      await pass(30_000);
      await endure(outage);
      await pass(phase);
      await start(`new after ${outage}`);
    }
    await pass(30_000);
    expect(world.orphaned).toEqual([]);
  });

  it.each(PHASES_MS)(
    'is over within 15 s when its process dies, with heartbeats %i ms apart',
    async (phase) => {
      const one = await start('one', BUSY_MS);
      await pass(phase);
      await start('two');
      await pass(20_000);
      one.onApplicationShutdown();
      await pass(15_000);
      expect(world.orphaned).toEqual(['one']);
    },
  );
});
