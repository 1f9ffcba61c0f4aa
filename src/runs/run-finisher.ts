import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Budgets } from '../budgets/budgets.service.js';
import type { JsonObject } from '../common/json.js';
import { Logger } from '../common/logger.js';
import { isTransientStoreError } from '../common/transient-store-error.js';
import type { PendingRun } from '../database/entities/run.entity.js';
import { ApprovalsRepository } from '../database/repositories/runs/approvals.repository.js';
import { RunLeasesRepository } from '../database/repositories/runs/run-leases.repository.js';
import {
  RunsRepository,
  type BegunRun,
  type FinishedRun,
} from '../database/repositories/runs/runs.repository.js';
import { UsageRepository } from '../database/repositories/usage.repository.js';
import { withCited } from './cited-sources.js';
import { ProcessLease } from './recovery/process-lease.js';
import { endedCalls } from './tool-calls/made-calls.js';
import { LOST, UNSTORED, type Failure } from './run-endings.js';
import { endOf, type Outcome, type RunSnapshot } from './run-snapshot.js';

/** Deadline for storing a reply while PostgreSQL is unavailable, in ms. */
const WAIT_TIMEOUT_MS = 60_000;
const RETRY_MS = 250;

export interface FinishedAs {
  /**
   * The final outcome: `LOST` when this process no longer owned the run, `UNSTORED` when it could not be stored.
   */
  failure: Failure | null;
  /** The next queued run of the conversation, which has begun. */
  next: BegunRun | null;
}

/** Stores the end of a run; retries while PostgreSQL is unavailable. */
@Injectable()
export class RunFinisher {
  /** Whether the next queued run may begin when a run ends; false during shutdown. */
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
   * @param snapshot of the run without its terminal event
   * @param by the last model called, and the version of the agent
   */
  async finish(
    runId: string,
    snapshot: RunSnapshot,
    failure: Failure | null,
    { finishReason, usage }: Outcome = {},
    by: { model?: string; agentVersion?: number | null } = {},
  ): Promise<FinishedAs> {
    // Deleted or owned by another process: there is no row to update.
    if (failure === LOST) return { failure, next: null };
    const run: FinishedRun = {
      runId,
      producer: this.lease.producer,
      status: failure?.status ?? 'complete',
      lastOffset: endOf(snapshot, failure).offset,
      failure,
      reply: snapshot.reply,
      sources: withCited(snapshot.sources, snapshot.reply) as JsonObject[] | null,
      toolCalls: endedCalls(snapshot.toolCalls),
      state: snapshot.state,
      finishReason: finishReason ?? null,
      usage: usage ?? null,
      model: by.model ?? null,
      agentVersion: by.agentVersion ?? null,
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
   * Suspends a run until its tool calls are approved or rejected.
   * @param pending the approvals, and the agent's state for resuming
   * @returns false if it cannot be suspended: a stop was requested, the lease is lost, or it could not be stored
   */
  async suspend(
    runId: string,
    snapshot: RunSnapshot,
    pending: PendingRun,
    { usage }: Outcome,
  ): Promise<boolean> {
    const { offset, reply, sources, state, toolCalls } = snapshot;
    const run = {
      runId,
      lastOffset: offset,
      reply,
      sources: sources as JsonObject[] | null,
      state,
      pending: { ...pending, toolCalls },
      usage: usage ?? null,
    };
    try {
      return await retrying(() => this.approvals.suspend(run, this.lease.producer));
    } catch (error) {
      this.logger.error({ err: error, runId }, 'a run that waits could not be stored');
      return false;
    }
  }

  /**
   * Records the usage of a run whose conversation was deleted meanwhile. No effect if another process continues it.
   */
  async recordDeleted(run: BegunRun, { usage }: Outcome, model?: string): Promise<void> {
    if (!usage) return;
    const { runId, ownerId, agent, keyId } = run;
    try {
      await this.usage.addOther({ runId, ownerId, agent, keyId, model, usage }, 'failed');
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
        // The first attempt may have been committed although its response was lost. The sweep then finds queued
        // runs.
        const hasEnded = await this.leases.hasEnded(run.runId, run.producer, run.status);
        return hasEnded ? { next: null } : null;
      } catch (error) {
        if (!isTransientStoreError(error) || performance.now() > deadline) throw error;
        await sleep(RETRY_MS);
      }
    }
  }
}

/** Retries on transient errors of PostgreSQL until the deadline. `work` must be idempotent. */
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
