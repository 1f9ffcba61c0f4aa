import { Injectable } from '@nestjs/common';
import type { Generation } from '../adapters/chat-model/chat-model.js';
import { ModelError } from '../adapters/openai/model-error.js';
import type { Agent, AgentEvent } from '../agents/agent.js';
import { AgentRegistry } from '../agents/agent-registry.js';
import { AgentUnavailable } from '../agents/agent-unavailable.js';
import { ParleyError } from '../common/errors.js';
import { Logger } from '../common/logger.js';
import type { BegunRun } from '../database/repositories/runs/runs.repository.js';
import { AccountLimits } from '../limits/account-limits.js';
import { inCall } from '../telemetry/call-context.js';
import { Gauges } from '../telemetry/gauges.js';
import { counts } from '../telemetry/process-metrics.js';
import { traced } from '../telemetry/tracing.js';
import type { LiveRun } from './live-run.js';
import { LiveRuns } from './live-runs.js';
import { CANCELLED, DRAINING, EMPTY, LOST, RunStopped, TOO_LONG, type Failure } from './run-endings.js';
import { Compaction } from './compaction/compaction.js';
import type { ProducedRun } from './run-history.js';
import { RunOutput } from './run-output.js';
import { callOfRun, recordRun, RunTally } from './run-tally.js';
import { RunFinisher } from './run-finisher.js';
import { RunFollower } from './run-follower.js';
import type { LoggedEvent } from './run.js';
import { endOf, type RunSnapshot } from './run-snapshot.js';

/** Maximum length of a reply in UTF-16 units; a model that exceeds it is stopped. */
const MAX_REPLY = 1024 * 1024;

interface Running {
  live: LiveRun;
  stop: AbortController;
  done: Promise<void>;
}

/** Runs agents: numbers and logs their events, and stores the reply before emitting `completed`. */
@Injectable()
export class RunProducer {
  private readonly running = new Map<string, Running>();
  private draining = false;
  private graceIsOver = false;

  constructor(
    private readonly agents: AgentRegistry,
    private readonly compaction: Compaction,
    private readonly registry: LiveRuns,
    private readonly finisher: RunFinisher,
    private readonly follower: RunFollower,
    private readonly logger: Logger,
    private readonly limits: AccountLimits,
    gauges: Gauges,
  ) {
    gauges.add({
      name: 'parley_active_runs',
      help: 'Runs in progress',
      read: () => this.running.size,
    });
  }

  refuseWhileDraining(): void {
    if (!this.draining) return;
    throw new ParleyError('unavailable', 'shutdown', 'The server is shutting down', { retryAfter: 5 });
  }

  /** Number of runs in progress in this process. */
  get activeRuns(): number {
    return this.running.size;
  }

  /** Runs in progress in this process. */
  get liveRuns(): LiveRun[] {
    return [...this.running.values()].map(({ live }) => live);
  }

  /**
   * Starts a run and returns immediately.
   * @param requestedAt time of the request, by `performance.now()`
   */
  begin(run: BegunRun, requestedAt = performance.now()): void {
    const live = this.registry.open(run.runId, run.state);
    live.append({ type: 'started', conversationId: run.conversationId });
    this.run(run, live, requestedAt);
  }

  /** Resumes a run after an approval, following its earlier events. */
  resume(
    run: ProducedRun,
    { snapshot, events }: { snapshot: RunSnapshot; events: readonly LoggedEvent[] },
  ): void {
    const live = this.registry.open(run.runId, run.state, { snapshot, events });
    this.run(run, live, performance.now());
  }

  private run(run: ProducedRun, live: LiveRun, requestedAt: number): void {
    const stop = new AbortController();
    // Resumed and recovered runs count against the account's limit as well.
    const release = this.limits.hold('runs', run.ownerId, run.runId);
    const attributes = { 'parley.run.id': run.runId, 'parley.agent': run.agent };
    const done = inCall(callOfRun(run.runId), () =>
      traced('run', 'internal', attributes, (span) => {
        const produced = this.produce(run, live, stop, requestedAt);
        return produced.then((status) => span.set({ 'parley.run.status': status }));
      }),
    ).finally(() => {
      this.running.delete(run.runId);
      release();
    });
    this.running.set(run.runId, { live, stop, done });
    // Its request was accepted before the shutdown began.
    if (this.graceIsOver) stop.abort(new RunStopped(DRAINING));
  }

  /** Ends a run with its partial reply. @returns false if it is not in progress in this process */
  async end(runId: string, failure: Failure): Promise<boolean> {
    const run = this.running.get(runId);
    run?.stop.abort(new RunStopped(failure));
    await run?.done;
    return run !== undefined;
  }

  /**
   * Refuses new runs, waits for those in progress up to the grace period, then interrupts them with their partial
   * replies.
   * @param graceMs the grace period in ms
   */
  async drain(graceMs: number): Promise<void> {
    this.draining = true;
    this.finisher.beginsNext = false;
    const ended = () => Promise.all([...this.running.values()].map((run) => run.done));
    const grace = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref());
    await Promise.race([ended(), grace]);
    this.graceIsOver = true;
    for (const run of this.running.values()) run.stop.abort(new RunStopped(DRAINING));
    await ended();
    this.registry.flush();
  }

  /** @returns the final status */
  private async produce(
    run: ProducedRun,
    live: LiveRun,
    stop: AbortController,
    requestedAt: number,
  ): Promise<string> {
    const tally = new RunTally(run.usage);
    live.usageSoFar = () => tally.soFar();
    const agent = await this.agentOf(run);
    let failure = await this.answer(agent, run, live, stop, tally);
    if (!failure && tally.suspended) {
      const { approvals, resume } = tally.suspended;
      const isWaiting = await this.finisher.suspend(
        run.runId,
        live.snapshot,
        { approvals, resume },
        tally.outcome,
      );
      if (isWaiting) {
        this.registry.flush();
        this.release(live);
        return 'waiting';
      }
      // After a failed suspension nothing would read a stop request.
      failure = CANCELLED;
    }
    const { outcome, model } = tally;
    const by = { model, agentVersion: agent.version };
    const finished = await this.finisher.finish(run.runId, live.snapshot, failure, outcome, by);
    const status = finished.failure?.status ?? 'complete';
    recordRun({
      agent: agent.id,
      model,
      status,
      requestedAt,
      firstTokenAt: live.firstTokenAt,
      usage: outcome.usage,
    });
    if (finished.failure === LOST) {
      await this.finisher.recordDeleted(run, outcome, model);
      this.release(live);
      return status;
    }
    // A finished run is not taken over, and a run that could not be stored needs no lease.
    live.leaseUntil = Infinity;
    live.append(endOf(live.snapshot, finished.failure, outcome));
    if (finished.next) this.begin(finished.next);
    return status;
  }

  /** Moves the watchers of a deleted or taken-over run to its stored state. */
  private release(live: LiveRun): void {
    this.registry.release(live, (after, sink) => this.follower.follow(live.id, after, sink));
  }

  /** One that another replica has just created is read while the database answers. */
  private agentOf({ agent }: ProducedRun): Promise<Agent> {
    return this.agents.read(agent).catch(() => this.agents.get(agent));
  }

  /** Runs the agent. @returns the failure, or null */
  private async answer(
    agent: Agent,
    run: ProducedRun,
    live: LiveRun,
    stop: AbortController,
    tally: RunTally,
  ): Promise<Failure | null> {
    const { signal } = stop;
    const { format } = (run.request?.generation ?? {}) as Generation;
    const output = new RunOutput(live, run.continues ?? '', format !== undefined);
    const emit = (event: AgentEvent) => {
      // Usage of a stopped answer is counted too.
      if (event.type === 'usage' || event.type === 'request' || event.type === 'finish')
        return tally.add(event);
      if (signal.aborted || tally.suspended) return;
      if (event.type === 'suspend') {
        tally.suspended = event;
        return;
      }
      if (event.type === 'text') counts.streamedTokens += event.tokens.length;
      output.add(event);
      if (live.snapshot.reply.length > MAX_REPLY) stop.abort(new RunStopped(TOO_LONG));
    };
    try {
      const input = await this.compaction.inputOf(run, agent.context, emit, signal);
      await agent.answer(input, emit, signal);
      signal.throwIfAborted();
      output.end();
      return output.isEmpty && !tally.suspended ? EMPTY : null;
    } catch (error) {
      return this.explain(signal.aborted ? signal.reason : error, run.runId);
    } finally {
      output.end();
    }
  }

  private explain(error: unknown, runId: string): Failure {
    if (error instanceof RunStopped) return error.failure;
    const detail = error instanceof ModelError ? error.detail : undefined;
    this.logger.warn({ err: error, detail, runId }, 'run failed');
    const { code, message } =
      error instanceof ModelError || error instanceof AgentUnavailable
        ? error
        : { code: 'internal', message: 'The answer could not be completed.' };
    return { code, message, status: 'failed' };
  }
}
