import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../../../common/json.js';
import type { MessageStatus } from '../../entities/message.entity.js';
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
  /** Client-visible id of the conversation; one that does not exist yet is opened. */
  conversationId: string;
  /** Of a conversation that is opened. */
  agent: string;
  /** Whether a conversation that is there already gets this agent too. */
  switchesAgent: boolean;
  /** Of a conversation that has none. */
  title: string;
  message: string;
  request: RunRequest;
  /** The format of the stream for the client; opaque here. */
  wire: JsonObject | null;
  /** The API key that was used. */
  keyId?: string;
  /** Makes a repetition of the request find this run; `result` is what it finds. */
  claim?: IdempotencyClaim & { result: JsonObject };
}

/** Who produces a run, and how long it may be silent. */
export interface Lease {
  producer: string;
  seconds: number;
}

/** A run that has just begun: all its producer needs. */
export interface BegunRun {
  runId: string;
  ownerId: string;
  conversationRowId: string;
  /** Client-visible id. */
  conversationId: string;
  agent: string;
  state: JsonObject;
  /** Tools that its owner has allowed in the conversation. */
  allowedTools: string[];
  /** Whether there is anything its owner could be answered from. */
  hasDocuments: boolean;
  /** Of its message. */
  position: number;
  message: string;
  request: RunRequest | null;
  keyId?: string;
  /** What an earlier run wrote in answer to the same message, when it was cut; this one goes on behind it. */
  continues?: string | null;
}

export interface FinishedRun {
  runId: string;
  producer: string;
  status: Exclude<RunStatus, 'queued' | 'streaming' | 'waiting'>;
  /** Of the last event. */
  lastOffset: number;
  failure: { code: string; message: string } | null;
  /** Left out of the conversation when it is empty. */
  reply: string;
  sources: JsonObject[] | null;
  state: JsonObject;
  /** Null for an answer that is whole, and where no model ended it. */
  finishReason: FinishReason | null;
  usage: RunUsage | null;
  /** The model that was called last. */
  model?: string | null;
}

/** Runs as their owners see them, and the two writes of a turn: its message before the answer, its reply after it. */
@Injectable()
export class RunsRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * Stores a message and its run in one statement, opening the conversation if there is none.
   * @returns null when the account does not exist any more
   * @throws RunActiveError when the conversation is being answered; KeyTakenError
   */
  async start(run: NewRun, lease: Lease): Promise<BegunRun | null> {
    // Two first messages at once: the one that comes second finds the conversation on its second try.
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
   * Stores a run that waits until those before it in its conversation are over.
   * @param max how many may wait in one conversation
   * @returns false when that many wait already, or the conversation does not exist any more
   * @throws KeyTakenError
   */
  async enqueue(run: NewRun, max: number): Promise<boolean> {
    const queued = { text: run.message, ...(run.switchesAgent && { agent: run.agent }) };
    const key = keyOf(run.claim);
    const values = [
      run.ownerId,
      run.conversationId,
      run.runId,
      run.request,
      run.wire,
      queued,
      max,
      ...key,
      run.keyId ?? null,
    ];
    return (await conflicts(this.run('enqueue-run', ENQUEUE, values))).length > 0;
  }

  /**
   * Takes the message of a run that was not completed up again, as a new run. What the old one wrote stays beside it.
   * @returns null when there is nothing to take up: it was completed, or the conversation went on
   * @throws RunActiveError when the conversation is being answered; KeyTakenError
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
   * Stores the reply and ends the run in one statement, in which the next one that waits begins.
   * @param next whether one may begin, and for how long it is held
   * @returns null when the run was no longer its producer's to finish: deleted, or taken over after its lease
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
    ]);
    return row ? { next: row.runId ? row : null } : null;
  }

  /** A run of an owner; null when there is none, or it belongs to another user. */
  async find(ownerId: string, runId: string): Promise<StoredRun | null> {
    // $1 the owner's id, $2 the run's id
    const sql = `${STORED} WHERE c.owner_id = $1 AND r.id = $2`;
    return ((await this.source.query(sql, [ownerId, runId])) as StoredRun[])[0] ?? null;
  }

  /** The run that is answering in a conversation; else the newest one there. */
  async latest(ownerId: string, conversationId: string): Promise<StoredRun | null> {
    // $1 the owner's id, $2 the conversation's id as clients know it
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
   * Asks the producer of a run to end it; one that waits is over at once, with the two events that every
   * run has. Does nothing to a run that is over.
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
