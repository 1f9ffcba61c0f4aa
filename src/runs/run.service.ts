import { Injectable } from '@nestjs/common';
import { v7 as uuidv7, validate as isUuid } from 'uuid';
import type { ChatTurn, Generation } from '../adapters/chat-model/chat-model.js';
import type { DocumentOptions } from '../agents/agent.js';
import type { Payer } from '../budgets/budget-list.js';
import { Budgets } from '../budgets/budgets.service.js';
import { notFound, ParleyError } from '../common/errors.js';
import type { Json, JsonObject } from '../common/json.js';
import { conversationTitle } from '../common/text.js';
import { AttachmentsRepository } from '../database/repositories/documents/attachments.repository.js';
import type { IdempotencyClaim } from '../database/repositories/idempotency.repository.js';
import { RunLeasesRepository } from '../database/repositories/runs/run-leases.repository.js';
import { RunActiveError } from '../database/repositories/runs/run-conflicts.js';
import { RunsRepository, type NewRun } from '../database/repositories/runs/runs.repository.js';
import type { StoredRun } from '../database/repositories/runs/stored-run.js';
import { Idempotency, keyReused } from '../idempotency/idempotency.js';
import { LiveRuns } from './live-runs.js';
import { ProcessLease } from './recovery/process-lease.js';
import { isTerminal, type RunEvent, type RunSink, type TerminalEvent } from './run.js';
import { refuseForeignAttachments } from '../uploads/attachment-access.js';
import { CANCELLED } from './run-endings.js';
import { BusyConversations } from './approvals/busy-conversations.js';
import { notContinuable, RunAdmission } from './admission/run-admission.js';
import { RunFollower } from './run-follower.js';
import { RunProducer } from './run-producer.js';
import { RunRecovery } from './recovery/run-recovery.js';
import { UnconfirmedStarts } from './recovery/unconfirmed-starts.js';

/** A request for a turn. */
export interface StartRun {
  ownerId: string;
  /** Client-visible id; a new conversation by default. */
  conversationId?: string;
  /** Agent of a new conversation. */
  agent: string;
  /** Whether `agent` replaces the agent of an existing conversation. */
  switchesAgent?: boolean;
  /** Non-empty, storable text. */
  message: string;
  /** Passed to the agent as data. */
  context?: Json;
  /** The client's document options (retrieval scope). */
  documents?: DocumentOptions;
  /** Additional instructions from the application. */
  instructions?: string;
  /** Client-side history, oldest first; replaces the stored messages. */
  history?: readonly ChatTurn[];
  /** Model parameters; those set by the agent take precedence. */
  generation?: Generation;
  /** Stream format for this client and for clients that resume; opaque outside the surfaces. */
  wire?: JsonObject;
  keyId?: string; // API key of the request, for usage accounting
  groups?: Payer['groups'];
  /** Idempotency key: a retry of the request gets the same run. */
  claim?: IdempotencyClaim;
  /** Behaviour while the conversation is being answered; `reject` by default. */
  onBusy?: 'reject' | 'enqueue';
}

export interface StartedRun {
  runId: string;
  /** Client-visible id of the conversation. */
  conversationId: string;
}

/** All events of a run, and the terminal one. */
export type WholeRun = { events: RunEvent[]; end: TerminalEvent };

/** Maximum queued messages per conversation. */
const MAX_QUEUED = 16;
/** Deadline of `stop` for a run of another process, in ms; checkpoints read stop requests about twice a second. */
const STOP_MS = 4_000;
const RUN_NOT_FOUND = 'Run not found';

/** Entry point for turns: start, watch, stop and continue runs. */
@Injectable()
export class RunService {
  constructor(
    private readonly runs: RunsRepository,
    private readonly leases: RunLeasesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly idempotency: Idempotency,
    private readonly lease: ProcessLease,
    private readonly liveRuns: LiveRuns,
    private readonly follower: RunFollower,
    private readonly producer: RunProducer,
    private readonly unconfirmed: UnconfirmedStarts,
    private readonly admission: RunAdmission,
    private readonly recovery: RunRecovery,
    private readonly budgets: Budgets,
    private readonly busy: BusyConversations,
  ) {}

  /**
   * Stores the message; begins or queues its run, which needs no watchers. Refusals throw, later failures are events.
   * @throws ParleyError `foreign-attachment`; `run-active` while the conversation is being answered, or
   * `approval-pending` while its answer waits; `queue-full`;
   * `idempotency-key-reused`; `too-many-runs`; `budget-exceeded`; `shutdown`, `overloaded` and `too-busy` while
   * this process refuses runs
   */
  async start(request: StartRun): Promise<StartedRun> {
    const requestedAt = performance.now();
    this.admission.admit();
    await refuseForeignAttachments(this.attachments, request);
    const started = { runId: uuidv7(), conversationId: request.conversationId ?? uuidv7() };
    const run = await this.idempotency.once(request.claim, async () => {
      const row = toRow(request, started);
      await this.budgets.reserving({ ...row, groups: request.groups }, () =>
        this.begin(row, request.onBusy, requestedAt),
      );
      return started;
    });
    // A retry may omit the conversation id, or name the conversation created for it.
    if (request.conversationId && request.conversationId !== run.conversationId) throw keyReused();
    return run;
  }

  /**
   * Continues an incomplete run: a new run, whose reply replaces the old one in the conversation.
   * @throws ParleyError `not-found`; `not-continuable` when it was completed or is not the last; the errors of
   * `start`
   */
  async continue(payer: Payer, runId: string, claim?: IdempotencyClaim): Promise<StartedRun> {
    this.admission.admit();
    const { conversationId } = await this.find(payer.ownerId, runId);
    const started = { runId: uuidv7(), conversationId };
    return this.idempotency.once(claim, async () => {
      const withResult = claim && { ...claim, result: { ...started } };
      // An unconfirmed restart is always begun: the replaced run cannot be restored.
      const restart = () =>
        this.admission.queued({ ...payer, runId: started.runId }, () =>
          this.unconfirmed.watching({ runId: started.runId, claim: true }, () =>
            this.runs.restart({ ...payer, runId }, started.runId, this.lease, withResult),
          ),
        );
      await this.budgets.reserving({ ...payer, ...started, message: '' }, async () => {
        const begun = await restart().catch(async (error: unknown) => {
          throw await this.busy.refusal(error, { ...payer, conversationId });
        });
        if (!begun) throw notContinuable();
        this.producer.begin(begun);
      });
      return started;
    });
  }

  /** @throws ParleyError `not-found`, also for a run of another account */
  async find(ownerId: string, runId: string): Promise<StoredRun> {
    const run = isUuid(runId) ? await this.runs.find(ownerId, runId) : null;
    if (!run) throw notFound(RUN_NOT_FOUND);
    return run;
  }

  /** The active run of a conversation, or else its newest; null without runs. */
  latest(ownerId: string, conversationId: string): Promise<StoredRun | null> {
    return this.runs.latest(ownerId, conversationId);
  }

  /**
   * Stops a run in any process; it keeps its partial reply. No effect on a finished run.
   * @returns the run after the stop; still `streaming` when its process does not respond
   */
  async stop(ownerId: string, runId: string): Promise<StoredRun> {
    const { status } = await this.find(ownerId, runId);
    // A run that is resumed at this moment is stopped in its process.
    if (status === 'waiting' && (await this.recovery.endWaiting(runId))) return this.find(ownerId, runId);
    if (status === 'queued' || status === 'streaming' || status === 'waiting') {
      await this.runs.requestStop(ownerId, runId);
      if (status === 'queued') this.budgets.settle(runId);
      if (!(await this.producer.end(runId, CANCELLED))) await this.finished(runId, STOP_MS);
    }
    return this.find(ownerId, runId);
  }

  /**
   * Replays a run and follows it to its end, whichever process produces it.
   * @param after offset of the last event received; 0 for the whole run
   * @param sink receives all later events in order; a `reset` in place of unavailable ones
   * @returns a function that unsubscribes
   */
  watch(runId: string, after: number, sink: RunSink): () => void {
    const live = this.liveRuns.get(runId);
    return live ? live.watch(after, sink) : this.follower.follow(runId, after, sink);
  }

  /** Waits for the end of a run, for surfaces without streaming. @returns null after the timeout `withinMs` */
  finished(runId: string): Promise<WholeRun>;
  finished(runId: string, withinMs: number): Promise<WholeRun | null>;
  finished(runId: string, withinMs?: number): Promise<WholeRun | null> {
    return new Promise((resolve) => {
      const events: RunEvent[] = [];
      const settle = (run: WholeRun | null) => {
        clearTimeout(timer);
        // A finished run is shown synchronously, before `unwatch` is assigned.
        queueMicrotask(() => unwatch());
        resolve(run);
      };
      const timer = withinMs === undefined ? undefined : setTimeout(settle, withinMs, null);
      const unwatch = this.watch(runId, 0, (newEvents) => {
        events.push(...newEvents);
        const end = newEvents.at(-1);
        if (end && isTerminal(end)) settle({ events, end });
      });
    });
  }

  private async begin(row: NewRun, onBusy: StartRun['onBusy'], requestedAt: number): Promise<void> {
    try {
      const begun = await this.admission.queued(row, () =>
        this.unconfirmed.watching(row, () => this.runs.start(row, this.lease)),
      );
      if (!begun) throw new ParleyError('unauthenticated', 'account-deleted', 'Not authenticated');
      this.producer.begin(begun, requestedAt);
    } catch (error) {
      if (onBusy !== 'enqueue' || !(error instanceof RunActiveError))
        throw await this.busy.refusal(error, row);
      await this.enqueue(row);
    }
  }

  private async enqueue(run: NewRun): Promise<void> {
    if (!(await this.runs.enqueue(run, MAX_QUEUED)))
      throw new ParleyError('conflict', 'queue-full', 'Too many messages are waiting in this conversation');
    // The previous run may have ended before this one was queued.
    for (const next of await this.leases.promote(this.lease, run.runId)) this.producer.begin(next);
  }
}

function toRow(request: StartRun, started: StartedRun): NewRun {
  const { ownerId, agent, switchesAgent = false, message, wire = null, keyId, claim } = request;
  const { context, documents, instructions, history, generation } = request;
  return {
    ...started,
    ownerId,
    agent,
    switchesAgent,
    title: conversationTitle(message),
    message,
    request: { context, documents, instructions, history, generation },
    wire,
    keyId,
    claim: claim && { ...claim, result: { ...started } },
  };
}
