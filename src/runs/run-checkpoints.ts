import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Source } from '../agents/agent.js';
import type { JsonObject } from '../common/json.js';
import { Logger } from '../common/logger.js';
import { RunLeasesRepository, type Checkpoint } from '../database/repositories/runs/run-leases.repository.js';
import type { LiveRun } from './live-run.js';
import { ProcessLease } from './recovery/process-lease.js';
import { CANCELLED, LOST } from './run-endings.js';
import { RunProducer } from './run-producer.js';

/** Slightly below the documented checkpoint interval of 500 ms. */
const TICK_MS = 400;

/** The last stored checkpoint of a run. */
interface Saved {
  offset: number;
  /** Length of the stored reply in UTF-16 units, and in code points. */
  units: number;
  characters: number;
  state: JsonObject | null;
  sources: Source[] | null;
  retractions: number;
}

/** Stores checkpoints of the active runs and reads stop requests, in one statement for all runs. */
@Injectable()
export class RunCheckpoints implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly saved = new WeakMap<LiveRun, Saved>();
  private timer?: NodeJS.Timeout;
  private isBusy = false;

  constructor(
    private readonly producer: RunProducer,
    private readonly leases: RunLeasesRepository,
    private readonly lease: ProcessLease,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.tick(), TICK_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async tick(): Promise<void> {
    const runs = this.producer.liveRuns;
    if (runs.length === 0 || this.isBusy) return;
    this.isBusy = true;
    try {
      await this.store(runs);
    } catch (error) {
      this.logger.warn({ err: error }, 'checkpoints of runs could not be stored');
    } finally {
      this.isBusy = false;
    }
  }

  private async store(runs: readonly LiveRun[]): Promise<void> {
    const steps = runs
      .filter((run) => run.snapshot.offset > (this.saved.get(run)?.offset ?? 0))
      .map((run) => ({ run, ...step(run, this.saved.get(run) ?? NOTHING) }));
    const { stored, stopped, lost } = await this.leases.checkpoint(
      this.lease.producer,
      steps.map(({ checkpoint }) => checkpoint),
      runs.map(({ id }) => id),
    );
    for (const { run, saved } of steps) if (stored.has(run.id)) this.saved.set(run, saved);
    for (const id of stopped) void this.producer.end(id, CANCELLED);
    for (const id of lost) void this.producer.end(id, LOST);
  }
}

const NOTHING: Saved = { offset: 0, units: 0, characters: 0, state: null, sources: null, retractions: 0 };

/** The next checkpoint of a run, and the state that is saved by it. */
function step({ id, snapshot, usageSoFar }: LiveRun, saved: Saved): { checkpoint: Checkpoint; saved: Saved } {
  const { offset, reply, state, sources, retractions } = snapshot;
  // The stored text is a prefix of the reply, unless the reply was reset since.
  const { units, characters: keep } = retractions === saved.retractions ? saved : NOTHING;
  const text = reply.slice(units);
  const characters = keep + [...text].length;
  return {
    checkpoint: {
      runId: id,
      keep,
      text,
      lastOffset: offset,
      state: state === saved.state ? null : state,
      sources: sources === saved.sources ? null : (sources as JsonObject[] | null),
      usage: usageSoFar(),
    },
    saved: { offset, units: reply.length, characters, state, sources, retractions },
  };
}
