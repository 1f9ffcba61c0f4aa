import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Budgets } from '../budgets/budgets.service.js';
import type { JsonObject } from '../common/json.js';
import { Logger } from '../common/logger.js';
import { isTransientStoreError } from '../common/transient-store-error.js';
import { ApprovalsRepository, type PendingRun } from '../database/repositories/runs/approvals.repository.js';
import { RunLeasesRepository } from '../database/repositories/runs/run-leases.repository.js';
import {
  RunsRepository,
  type BegunRun,
  type FinishedRun,
} from '../database/repositories/runs/runs.repository.js';
import { UsageRepository } from '../database/repositories/usage.repository.js';
import { withCited } from './cited-sources.js';
import { ProcessLease } from './recovery/process-lease.js';
import { LOST, UNSTORED, type Failure } from './run-endings.js';
import { endOf, type Outcome, type RunSnapshot } from './run-snapshot.js';

/** A reply waits for PostgreSQL for so long. */
const WAIT_TIMEOUT_MS = 60_000;
const RETRY_MS = 250;

export interface FinishedAs {
  /**
   * How it ended after all: `LOST` when it was not its process's own any more, `UNSTORED` when it could not be stored.
   */
  failure: Failure | null;
  /** The run that was waiting for this one, which has begun. */
  next: BegunRun | null;
}

/** Stores how a run ended, also when PostgreSQL is unavailable for a while. */
@Injectable()
export class RunFinisher {
  /** Whether a run that waits may begin when the one before it ends. */
  beginsNext = true;

  constructor(
    private readonly runs: RunsRepository,
    private readonly leases: RunLeasesRepository,
    private readonly approvals: ApprovalsRepository,
    private readonly lease: ProcessLease,
    private readonly budgets: Budgets,
    private readonly usage: UsageRepository,
    private readonly logger: Logger,
  ) {}

  /**
   * @param snapshot of the run without its last event
   * @param model that was called last
   */
  async finish(
    runId: string,
    snapshot: RunSnapshot,
    failure: Failure | null,
    { finishReason, usage }: Outcome = {},
    model?: string,
  ): Promise<FinishedAs> {
    // Deleted, or another process's: there is nothing to store it in.
    if (failure === LOST) return { failure, next: null };
    const run: FinishedRun = {
      runId,
      producer: this.lease.producer,
      status: failure?.status ?? 'complete',
      lastOffset: endOf(snapshot, failure).offset,
      failure,
      reply: snapshot.reply,
      sources: withCited(snapshot.sources, snapshot.reply) as JsonObject[] | null,
      state: snapshot.state,
      finishReason: finishReason ?? null,
      usage: usage ?? null,
      model: model ?? null,
    };
    try {
      const stored = await this.store(run);
      this.budgets.settle(runId);
      return stored ? { failure, next: stored.next } : { failure: LOST, next: null };
    } catch (error) {
      this.logger.error({ err: error, runId }, 'reply could not be stored');
      return { failure: UNSTORED, next: null };
    }
  }

  /**
   * Stores that a run waits for a person.
   * @param pending what it waits for, and what its agent needs to go on
   * @returns false when it cannot wait: it is to be stopped, is not this process's own any more, or could not be stored
   */
  async suspend(
    runId: string,
    snapshot: RunSnapshot,
    pending: PendingRun,
    { usage }: Outcome,
  ): Promise<boolean> {
    const { offset, reply, sources, state } = snapshot;
    const run = {
      runId,
      lastOffset: offset,
      reply,
      sources: sources as JsonObject[] | null,
      state,
      pending,
      usage: usage ?? null,
    };
    try {
      return await retrying(() => this.approvals.suspend(run, this.lease.producer));
    } catch (error) {
      this.logger.error({ err: error, runId }, 'a run that waits could not be stored');
      return false;
    }
  }

  /** Enters what a run has cost whose conversation was deleted meanwhile. Nothing when another process goes on with it. */
  async recordDeleted(run: BegunRun, { usage }: Outcome, model?: string): Promise<void> {
    if (!usage) return;
    const { runId, ownerId, agent, keyId } = run;
    try {
      await this.usage.addDeleted({ runId, ownerId, agent, keyId, model, usage });
      this.budgets.settle(runId);
    } catch (error) {
      this.logger.error({ err: error, runId }, 'the cost of a deleted run could not be stored');
    }
  }

  private async store(run: FinishedRun): Promise<{ next: BegunRun | null } | null> {
    const deadline = performance.now() + WAIT_TIMEOUT_MS;
    for (let isRepeated = false; ; isRepeated = true) {
      try {
        const stored = await this.runs.finish(run, this.beginsNext ? this.lease : null);
        if (stored || !isRepeated) return stored;
        // The first try may have succeeded although its response was lost. The sweep finds runs that wait then.
        const hasEnded = await this.leases.hasEnded(run.runId, run.producer, run.status);
        return hasEnded ? { next: null } : null;
      } catch (error) {
        if (!isTransientStoreError(error) || performance.now() > deadline) throw error;
        await sleep(RETRY_MS);
      }
    }
  }
}

/** Repeats what PostgreSQL has not answered. Twice must be as good as once. */
async function retrying<T>(work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + WAIT_TIMEOUT_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isTransientStoreError(error) || performance.now() > deadline) throw error;
      await sleep(RETRY_MS);
    }
  }
}
