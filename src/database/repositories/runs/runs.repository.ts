import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../../../common/json.js';
import type { MessageStatus } from '../../entities/message.entity.js';
import type { MessageToolCall } from '../../entities/tool-calls/message-tool-call.js';
import {
  Run,
  type FinishReason,
  type RunRequest,
  type RunStatus,
  type RunUsage,
} from '../../entities/run.entity.js';
import { prepared } from '../../prepared.js';
import { retryConflicts } from '../../retry-conflicts.js';
import type { IdempotencyClaim } from '../idempotency.repository.js';
import { conflicts, RunActiveError } from './run-conflicts.js';
import { RESTART } from './branch-statements.js';
import { ENQUEUE, FINISH, START } from './run-statements.js';
import { STORED, type StoredRun } from './stored-run.js';

export interface NewRun {
  runId: string;
  ownerId: string;
  /** Client-visible id of the conversation, which is created if it does not exist. */
  conversationId: string;
  /** Agent of a new conversation. */
  agent: string;
  /** Whether the agent replaces that of an existing conversation. */
  switchesAgent: boolean;
  /** Title for a conversation without one. */
  title: string;
  message: string;
  request: RunRequest;
  /** The format of the stream for the client; opaque here. */
  wire: JsonObject | null;
  keyId?: string;
  /** Idempotency claim: a retry finds this run; `result` is the stored result. */
  claim?: IdempotencyClaim & { result: JsonObject };
}

/** Owner of a run, and the lifetime of its lease without a heartbeat. */
export interface Lease {
  producer: string;
  seconds: number;
}

/** A run that has just begun, with all data for its producer. */
export interface BegunRun {
  runId: string;
  ownerId: string;
  conversationRowId: string;
  /** Client-visible id. */
  conversationId: string;
  agent: string;
  state: JsonObject;
  /** Tools permanently allowed by the owner in the conversation. */
  allowedTools: string[];
  /** Whether the owner has any searchable documents. */
  hasDocuments: boolean;
  position: number;
  message: string;
  request: RunRequest | null;
  keyId?: string;
  /** Reply of a truncated earlier run for the same message, which this run continues. */
  continues?: string | null;
}

export interface FinishedRun {
  runId: string;
  producer: string;
  status: Exclude<RunStatus, 'queued' | 'streaming' | 'waiting'>;
  lastOffset: number;
  failure: { code: string; message: string } | null;
  /** Not stored as a message when empty. */
  reply: string;
  sources: JsonObject[] | null;
  toolCalls?: MessageToolCall[] | null;
  state: JsonObject;
  /** Null for an answer that is whole, and where no model ended it. */
  finishReason: FinishReason | null;
  usage: RunUsage | null;
  model?: string | null;
  agentVersion?: number | null;
}

/** Runs as their owners see them, and the two writes of a turn: its message before the answer, its reply after it. */
@Injectable()
export class RunsRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * Stores a message and its run in one statement; creates the conversation if necessary.
   * @returns null when the account was deleted
   * @throws RunActiveError while the conversation is being answered; KeyTakenError
   */
  async start(run: NewRun, lease: Lease): Promise<BegunRun | null> {
    // Two concurrent first messages: the second one finds the conversation on its second attempt.
    const begun = (await this.tryStart(run, lease)) ?? (await this.tryStart(run, lease));
    if (!begun && (await this.hasQueued(run))) throw new RunActiveError();
    return begun;
  }

  private async tryStart(run: NewRun, lease: Lease): Promise<BegunRun | null> {
    const { runId, message, request } = run;
    const [begun] = await conflicts(
      this.run<Omit<BegunRun, 'runId' | 'message' | 'request'>>('start-run', START, [
        run.ownerId,
        run.conversationId,
        uuidv7(),
        run.agent,
        run.title,
        run.switchesAgent,
        runId,
        lease.producer,
        lease.seconds,
        request,
        run.wire,
        uuidv7(),
        message,
        ...keyOf(run.claim),
        run.keyId ?? null,
      ]),
    );
    return begun ? { ...begun, runId, message, request, keyId: run.keyId } : null;
  }

  /**
   * Enqueues a run behind those of its conversation.
   * @param max maximum queue length per conversation
   * @returns false when the queue is full, or the conversation was deleted
   * @throws KeyTakenError
   */
  async enqueue(run: NewRun, max: number): Promise<boolean> {
    const queued = { text: run.message, ...(run.switchesAgent && { agent: run.agent }) };
    const values = [
      run.ownerId,
      run.conversationId,
      run.runId,
      run.request,
      run.wire,
      queued,
      max,
      ...keyOf(run.claim),
      run.keyId ?? null,
    ];
    return (await conflicts(this.run('enqueue-run', ENQUEUE, values))).length > 0;
  }

  /**
   * Restarts an incomplete run as a new run for the same message; the old reply stays as a sibling.
   * @returns null when the run was completed, or is not the last
   * @throws RunActiveError while the conversation is being answered; KeyTakenError
   */
  async restart(
    old: { ownerId: string; runId: string },
    runId: string,
    lease: Lease,
    claim?: NewRun['claim'],
  ): Promise<BegunRun | null> {
    const values = [old.ownerId, old.runId, runId, lease.producer, lease.seconds, ...keyOf(claim)];
    const [begun] = await conflicts(this.run<BegunRun>('restart-run', RESTART, values));
    return begun ?? null;
  }

  /**
   * Stores the reply and ends the run; the same statement begins the next queued run.
   * @param next lease of the next run; null if none may begin
   * @returns null when the producer no longer owned the run: deleted, or taken over after its lease expired
   */
  async finish(run: FinishedRun, next: Lease | null): Promise<{ next: BegunRun | null } | null> {
    const [row] = await this.run<BegunRun>('finish-run', FINISH, [
      run.runId,
      run.producer,
      run.status,
      run.failure?.code ?? null,
      run.failure?.message ?? null,
      run.state,
      run.lastOffset,
      run.reply,
      run.sources && JSON.stringify(run.sources),
      next?.seconds ?? 0,
      run.runId,
      (run.status === 'complete' && !run.finishReason ? 'complete' : 'partial') satisfies MessageStatus,
      uuidv7(),
      next !== null,
      run.finishReason,
      run.usage,
      run.model ?? null,
      run.agentVersion ?? null,
      run.toolCalls ? JSON.stringify(run.toolCalls) : null,
    ]);
    return row ? { next: row.runId ? row : null } : null;
  }

  /** A run of an owner; null when it does not exist or belongs to another user. */
  async find(ownerId: string, runId: string): Promise<StoredRun | null> {
    // $1 the owner's id, $2 the run's id
    const sql = `${STORED} WHERE c.owner_id = $1 AND r.id = $2`;
    return ((await this.source.query(sql, [ownerId, runId])) as StoredRun[])[0] ?? null;
  }

  /** The active run of a conversation, or else its newest. */
  async latest(ownerId: string, conversationId: string): Promise<StoredRun | null> {
    // $1 the owner's id, $2 client-visible id of the conversation
    const sql = `${STORED} WHERE c.owner_id = $1 AND c.client_id = $2
      ORDER BY r.status IN ('streaming', 'waiting') DESC, r.created_at DESC LIMIT 1`;
    return ((await this.source.query(sql, [ownerId, conversationId])) as StoredRun[])[0] ?? null;
  }

  /** Runs whose owners are watching them, by id. */
  findWatched(runIds: readonly string[]): Promise<StoredRun[]> {
    // $1 the runs' ids
    return this.source.query(`${STORED} WHERE r.id = ANY($1)`, [runIds]);
  }

  /**
   * Requests a stop from the run's producer; a queued run ends immediately, with the two events that every run has.
   * No effect on a finished run.
   */
  async requestStop(ownerId: string, runId: string): Promise<void> {
    // $1 the owner's id, $2 the run's id
    await this.source.query(
      `UPDATE runs r SET stop_requested = true,
         status = CASE status WHEN 'queued' THEN 'cancelled' ELSE status END,
         error = CASE status WHEN 'queued' THEN 'cancelled' END,
         finished_at = CASE status WHEN 'queued' THEN now() END,
         last_offset = CASE status WHEN 'queued' THEN 2 ELSE last_offset END
       FROM conversations c
       WHERE c.id = r.conversation_id AND c.owner_id = $1 AND r.id = $2 AND r.status IN ('queued', 'streaming')`,
      [ownerId, runId],
    );
  }

  /** Runs a statement of this file's order of locks. */
  private run<T extends object>(name: string, text: string, values: unknown[]): Promise<T[]> {
    return retryConflicts(() => prepared<T>(this.source, name, text, values));
  }

  private hasQueued({ ownerId, conversationId }: NewRun): Promise<boolean> {
    return this.source.manager.exists(Run, {
      where: { status: 'queued', conversation: { ownerId, clientId: conversationId } },
    });
  }
}

/** The parameters of a claim: route, key, hash, result. */
const keyOf = (claim: NewRun['claim']) =>
  claim ? [claim.route, claim.key, claim.bodyHash, claim.result] : [null, null, null, null];
