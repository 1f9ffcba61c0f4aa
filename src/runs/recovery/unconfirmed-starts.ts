import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { isTransientStoreError } from '../../common/transient-store-error.js';
import { RunLeasesRepository } from '../../database/repositories/runs/run-leases.repository.js';
import { ProcessLease } from './process-lease.js';
import { RunProducer } from '../run-producer.js';

const POLL_INTERVAL_MS = 250;

/** A start whose response was lost. */
interface Unconfirmed {
  runId: string;
  /** Whether the start has an idempotency key, so that a retry of its request finds the run. */
  isRepeatable: boolean;
  /** Expiry; after it the orphan sweep finds the run. */
  until: number;
}

/**
 * Starts that PostgreSQL may have committed although the response was lost and the request failed: no process would
 * produce such a run, and it would block its conversation until its lease expires. With an idempotency key the run
 * is begun, for the retry of the request. Without one it is withdrawn: the client sends the message again.
 */
@Injectable()
export class UnconfirmedStarts implements OnApplicationShutdown {
  private readonly starts = new Map<string, Unconfirmed>();
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly leases: RunLeasesRepository,
    private readonly lease: ProcessLease,
    private readonly producer: RunProducer,
    private readonly logger: Logger,
  ) {}

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    this.starts.clear();
  }

  /**
   * Starts a run; if the response is lost, polls for the run afterwards.
   * @throws the errors of `start`
   */
  async watching<T>(run: { runId: string; claim?: unknown }, start: () => Promise<T>): Promise<T> {
    try {
      return await start();
    } catch (error) {
      if (isTransientStoreError(error)) this.add(run.runId, run.claim !== undefined);
      throw error;
    }
  }

  private add(runId: string, isRepeatable: boolean): void {
    const until = performance.now() + this.lease.seconds * 1_000;
    this.starts.set(runId, { runId, isRepeatable, until });
    this.timer ??= setTimeout(() => void this.look(), POLL_INTERVAL_MS);
  }

  /** Looks up all unconfirmed starts in one query: there may be many while PostgreSQL is slow. */
  private async look(): Promise<void> {
    try {
      for (const run of await this.leases.begun([...this.starts.keys()], this.lease.producer)) {
        const isRepeatable = this.starts.get(run.runId)?.isRepeatable;
        this.starts.delete(run.runId);
        if (isRepeatable) this.producer.begin(run);
        else await this.leases.withdraw(run.runId, this.lease.producer);
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'unconfirmed starts could not be looked up');
    }
    for (const { runId, until } of this.starts.values())
      if (until < performance.now()) this.starts.delete(runId);
    this.timer = this.starts.size > 0 ? setTimeout(() => void this.look(), POLL_INTERVAL_MS) : undefined;
  }
}
