import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Job } from 'bullmq';
import { Config } from '../../config/config.js';
import { IngestionQueue, type IngestionJob } from '../ingestion-queue.js';
import { IngestionTurns } from './ingestion-turns.js';
import { Places, PlaceYielded } from './places.js';

/** Interval at which a fully occupied worker searches for waiting owners. */
const POLL_INTERVAL_MS = 2_000;

/**
 * Shares the places of this worker between owners: an owner of several places releases one when another owner waits.
 */
@Injectable()
export class PlaceSharing implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly places: Places;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly queue: IngestionQueue,
    private readonly turns: IngestionTurns,
    { env }: Config,
  ) {
    this.places = new Places(env.INGESTION_CONCURRENCY);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.share(), POLL_INTERVAL_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /**
   * Counts a job as one that holds a place.
   * @param work gets a signal that is aborted when the place must be released
   */
  async hold<T>(job: Job<IngestionJob>, work: (yielded: AbortSignal) => Promise<T>): Promise<T> {
    const id = job.id!;
    const yielded = this.places.take(id, job.data.tenant);
    // Only the order of others depends on it.
    await this.turns.began(job.priority).catch(() => undefined);
    try {
      return await work(yielded);
    } finally {
      this.places.leave(id);
      if (yielded.reason instanceof PlaceYielded) await this.toNextTurn(job);
    }
  }

  /** Behind those who waited while it had its place. */
  private async toNextTurn(job: Job<IngestionJob>): Promise<void> {
    const [priority] = await this.turns.take([job.data.tenant]);
    await job.changePriority({ priority });
  }

  private async share(): Promise<void> {
    const holder = this.places.crowded;
    if (!holder) return;
    const waiting = await this.queue.waitingTenants().catch(() => []);
    if (waiting.some((tenant) => tenant !== holder)) this.places.yieldOne();
  }
}
