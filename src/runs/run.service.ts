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
import { notContinuable, refusal, RunAdmission } from './run-admission.js';
import { RunFollower } from './run-follower.js';
import { RunProducer } from './run-producer.js';
import { RunRecovery } from './recovery/run-recovery.js';
import { UnconfirmedStarts } from './recovery/unconfirmed-starts.js';

/** A turn requested by a client. */
export interface StartRun {
  ownerId: string;
  /** Client-visible id; a new conversation when omitted. */
  conversationId?: string;
  /** Who answers when the conversation is new. */
  agent: string;
  /** Whether `agent` answers from now on in a conversation that had another one. */
  switchesAgent?: boolean;
  /** Not empty; storable text. */
  message: string;
  /** Given to the agent as data. */
  context?: Json;
  /** The client's options for the documents to answer from. */
  documents?: DocumentOptions;
  /** What the application adds to the agent's instructions. */
  instructions?: string;
  /** Earlier turns that the client keeps itself, in place of those that are stored; oldest first. */
  history?: readonly ChatTurn[];
  /** Model parameters, where the agent sets no others. */
  generation?: Generation;
  /** The format of the stream for this client and for clients that resume it; opaque to all but surfaces. */
  wire?: JsonObject;
  /** The API key that was used, for the accounts. */
  keyId?: string;
  groups?: Payer['groups'];
  /** Makes a repetition of the request get the same run. */
  claim?: IdempotencyClaim;
  /** What to do while the conversation is being answered; `reject` by default. */
  onBusy?: 'reject' | 'enqueue';
}

export interface StartedRun {
  runId: string;
  /** Client-visible id of the conversation. */
  conversationId: string;
}

/** All that happened in a run, and the last of it. */
export interface WholeRun {
  events: RunEvent[];
  end: TerminalEvent;
}

/** Messages that may wait in a conversation. */
const MAX_QUEUED = 16;
/** How long `stop` waits for a run of another process to end; it looks twice a second. */
const STOP_MS = 4_000;
const RUN_NOT_FOUND = 'Run not found';

/** The only way to take a turn, and to watch, stop and take up one. */
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
  ) {}

  /**
   * Stores the message and begins to answer it, or lets it wait. Whatever can be refused is refused here, before the
   * first byte; from here on a failure is an event. The run goes on when nobody watches it.
   * @throws ParleyError `foreign-attachment`; `run-active` while the conversation is being answered; `queue-full`;
   *   `idempotency-key-reused`; `too-many-runs`; `budget-exceeded`; `shutdown`, `overloaded` and `too-busy` while
   *   this process takes no runs
   */
  async start(request: StartRun): Promise<StartedRun> {
    const requestedAt = performance.now();
    this.refuseWhileBusy();
    await refuseForeignAttachments(this.attachments, request);
    const started = { runId: uuidv7(), conversationId: request.conversationId ?? uuidv7() };
    const run = await this.idempotency.once(request.claim, async () => {
      const row = toRow(request, started);
      await this.budgets.reserving({ ...row, groups: request.groups }, () =>
        this.begin(row, request.onBusy, requestedAt),
      );
      return started;
    });
    // A repetition may leave the conversation out, or name the one that was opened for it.
    if (request.conversationId && request.conversationId !== run.conversationId) throw keyReused();
    return run;
  }

  /**
   * Answers the message of a run that was not completed again: a new run, whose reply is shown in place of the old one.
   * @throws ParleyError `not-found`; `not-continuable` when it was completed or the conversation went on; as `start`
   */
  async continue(payer: Payer, runId: string, claim?: IdempotencyClaim): Promise<StartedRun> {
    this.refuseWhileBusy();
    const { conversationId } = await this.find(payer.ownerId, runId);
    const started = { runId: uuidv7(), conversationId };
    return this.idempotency.once(claim, async () => {
      const withResult = claim && { ...claim, result: { ...started } };
      // One whose answer is lost is always begun: there is no way back to what it has replaced.
      const restart = () =>
        this.admission.queued({ ...payer, runId: started.runId }, () =>
          this.unconfirmed.watching({ runId: started.runId, claim: true }, () =>
            this.runs.restart({ ...payer, runId }, started.runId, this.lease, withResult),
          ),
        );
      await this.budgets.reserving({ ...payer, ...started, message: '' }, async () => {
        const begun = await restart().catch((error: unknown) => {
          throw refusal(error);
        });
        if (!begun) throw notContinuable();
        this.producer.begin(begun);
      });
      return started;
    });
  }

  /** @throws ParleyError `not-found`, also for the run of another account */
  async find(ownerId: string, runId: string): Promise<StoredRun> {
    const run = isUuid(runId) ? await this.runs.find(ownerId, runId) : null;
    if (!run) throw notFound(RUN_NOT_FOUND);
    return run;
  }

  /** The run that is answering in a conversation, else the newest one there; null when there is none. */
  latest(ownerId: string, conversationId: string): Promise<StoredRun | null> {
    return this.runs.latest(ownerId, conversationId);
  }

  /**
   * Ends a run with what it has, wherever it is produced. Does nothing to one that is over.
   * @returns the run as it is then; still `streaming` when its process does not answer
   */
  async stop(ownerId: string, runId: string): Promise<StoredRun> {
    const { status } = await this.find(ownerId, runId);
    // A run that goes on at this moment is stopped where it is produced.
    if (status === 'waiting' && (await this.recovery.endWaiting(runId))) return this.find(ownerId, runId);
    if (status === 'queued' || status === 'streaming' || status === 'waiting') {
      await this.runs.requestStop(ownerId, runId);
      if (status === 'queued') this.budgets.settle(runId);
      if (!(await this.producer.end(runId, CANCELLED))) await this.finished(runId, STOP_MS);
    }
    return this.find(ownerId, runId);
  }

  /**
   * Replays a run and follows it to its end, wherever it is produced.
   * @param after offset of the last event already seen; 0 for the whole run
   * @param sink gets all events behind it in order; a `reset` where some are not to be had any more
   * @returns a function that stops watching
   */
  watch(runId: string, after: number, sink: RunSink): () => void {
    const live = this.liveRuns.get(runId);
    return live ? live.watch(after, sink) : this.follower.follow(runId, after, sink);
  }

  /** Waits for the end of a run, for surfaces that do not stream. @returns null when it takes longer than `withinMs` */
  finished(runId: string): Promise<WholeRun>;
  finished(runId: string, withinMs: number): Promise<WholeRun | null>;
  finished(runId: string, withinMs?: number): Promise<WholeRun | null> {
    return new Promise((resolve) => {
      const events: RunEvent[] = [];
      const settle = (run: WholeRun | null) => {
        clearTimeout(timer);
        // A run that is over is shown before there is anything to stop.
        queueMicrotask(() => unwatch());
        resolve(run);
      };
      const timer = withinMs === undefined ? undefined : setTimeout(settle, withinMs, null);
      const unwatch = this.watch(runId, 0, (news) => {
        events.push(...news);
        const end = news.at(-1);
        if (end && isTerminal(end)) settle({ events, end });
      });
    });
  }

  private refuseWhileBusy(): void {
    this.producer.refuseWhileDraining();
    this.admission.admit(this.producer.activeRuns);
  }

  private async begin(row: NewRun, onBusy: StartRun['onBusy'], requestedAt: number): Promise<void> {
    try {
      const begun = await this.admission.queued(row, () =>
        this.unconfirmed.watching(row, () => this.runs.start(row, this.lease)),
      );
      if (!begun) throw new ParleyError('unauthenticated', 'account-deleted', 'Not authenticated');
      this.producer.begin(begun, requestedAt);
    } catch (error) {
      if (onBusy !== 'enqueue' || !(error instanceof RunActiveError)) throw refusal(error);
      await this.enqueue(row);
    }
  }

  private async enqueue(run: NewRun): Promise<void> {
    if (!(await this.runs.enqueue(run, MAX_QUEUED)))
      throw new ParleyError('conflict', 'queue-full', 'Too many messages are waiting in this conversation');
    // The run before it may have ended meanwhile without seeing it.
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
