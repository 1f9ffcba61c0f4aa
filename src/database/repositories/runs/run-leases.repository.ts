import { Injectable } from '@nestjs/common';
import { DataSource, type Repository } from 'typeorm';
import type { JsonObject } from '../../../common/json.js';
import type { MessageToolCall } from '../../entities/tool-calls/message-tool-call.js';
import { Run, type RunStatus, type RunUsage } from '../../entities/run.entity.js';
import type { BegunRun, Lease } from './runs.repository.js';
import { retryConflicts } from '../../retry-conflicts.js';
import { BEGUN_HERE, PROMOTE, PROMOTE_BEHIND, WITHDRAW } from './run-statements.js';

/** Usage of a run so far, and the last model called. */
export type CheckpointUsage = RunUsage & { model?: string };

/** Changes of a run since its last checkpoint. */
export interface Checkpoint {
  runId: string;
  /** Number of stored characters (code points) of the reply to keep; the rest is replaced. */
  keep: number;
  /** Text after the kept characters. */
  text: string;
  lastOffset: number;
  /** Null when unchanged. */
  state: JsonObject | null;
  sources: JsonObject[] | null;
  /** Total usage; null when unknown. */
  usage?: CheckpointUsage | null;
}

/** Result of a heartbeat. A run in neither list was locked by another transaction: its lease is unchanged. */
export interface Renewal {
  renewed: string[];
  /** Deleted, or owned by another process. */
  lost: string[];
}

export interface CheckpointAnswer {
  /** Runs whose checkpoint was stored; locked ones are skipped. */
  stored: ReadonlySet<string>;
  /** Runs with a requested stop. */
  stopped: string[];
  /** Deleted, or owned by another process. */
  lost: string[];
}

/** A run whose producer has exited, with its last checkpoint. */
export interface OrphanedRun {
  runId: string;
  partial: string;
  lastOffset: number;
  /** The run's state, or else the conversation's. */
  state: JsonObject;
  sources: JsonObject[] | null;
  /** Of a run that waited. */
  toolCalls: MessageToolCall[] | null;
  stopRequested: boolean;
  /** It waited for a person. */
  wasWaiting: boolean;
  /** As of the last checkpoint, or before it waited. */
  usage: CheckpointUsage | null;
}

/** Maximum runs taken over per statement. */
export const MAX_ORPHANS = 100;
const UNIQUE_VIOLATION = '23505';
const ORPHANED = `r.id AS "runId", r.partial, r.last_offset AS "lastOffset", r.sources,
  coalesce(r.state, c.state) AS state, r.stop_requested AS "stopRequested", coalesce(r.pending ? 'resume', false) AS "wasWaiting",
  r.pending -> 'toolCalls' AS "toolCalls", r.usage`;

/** Leases, checkpoints and recovery of runs. */
@Injectable()
export class RunLeasesRepository {
  private readonly runs: Repository<Run>;

  constructor(private readonly source: DataSource) {
    this.runs = source.getRepository(Run);
  }

  /** Pushes the leases of a producer's runs forward. */
  async renew(runIds: readonly string[], { producer, seconds }: Lease): Promise<Renewal> {
    // $1 the runs' ids, $2 the producer, $3 the lease in seconds
    const rows: { id: string; isRenewed: boolean }[] = await this.query(
      `WITH mine AS (
         SELECT id FROM runs WHERE id = ANY($1) AND producer = $2 AND status = 'streaming'
         FOR NO KEY UPDATE SKIP LOCKED
       ), renewed AS (
         UPDATE runs r SET lease_until = now() + make_interval(secs => $3) FROM mine
         WHERE r.id = mine.id AND r.producer = $2 AND r.status = 'streaming' RETURNING r.id
       )
       SELECT id, id IN (SELECT id FROM renewed) AS "isRenewed"
       FROM runs WHERE id = ANY($1) AND producer = $2 AND status = 'streaming'`,
      [runIds, producer, seconds],
    );
    const held = new Set(rows.map(({ id }) => id));
    return {
      renewed: rows.filter(({ isRenewed }) => isRenewed).map(({ id }) => id),
      lost: runIds.filter((id) => !held.has(id)),
    };
  }

  /** Stores checkpoints of several runs in one statement; idempotent. @param running all runs of the producer */
  async checkpoint(
    producer: string,
    checkpoints: readonly Checkpoint[],
    running: readonly string[],
  ): Promise<CheckpointAnswer> {
    // $1 the producer, $2 to $7 and $9 the fields of each `Checkpoint`, $8 ids of all its runs
    const rows: { id: string; isStopped: boolean; isStored: boolean }[] = await this.query(
      `WITH mine AS (
         SELECT id FROM runs WHERE id = ANY($2) AND producer = $1 AND status = 'streaming'
         FOR NO KEY UPDATE SKIP LOCKED
       ), written AS (
         UPDATE runs r
         SET partial = left(r.partial, w.keep) || w.text, last_offset = w.last_offset,
           state = coalesce(w.state, r.state), sources = coalesce(w.sources, r.sources),
           usage = coalesce(w.usage, r.usage)
         FROM mine, unnest($2::uuid[], $3::int[], $4::text[], $5::int[], $6::jsonb[], $7::jsonb[], $9::jsonb[])
           AS w (id, keep, text, last_offset, state, sources, usage)
         WHERE r.id = w.id AND mine.id = w.id AND r.producer = $1 AND r.status = 'streaming'
         RETURNING r.id
       )
       SELECT id, stop_requested AS "isStopped", id IN (SELECT id FROM written) AS "isStored"
       FROM runs WHERE id = ANY($8) AND producer = $1`,
      [
        producer,
        checkpoints.map(({ runId }) => runId),
        checkpoints.map(({ keep }) => keep),
        checkpoints.map(({ text }) => text),
        checkpoints.map(({ lastOffset }) => lastOffset),
        checkpoints.map(({ state }) => state && JSON.stringify(state)),
        checkpoints.map(({ sources }) => sources && JSON.stringify(sources)),
        running,
        checkpoints.map(({ usage }) => usage && JSON.stringify(usage)),
      ],
    );
    const held = new Set(rows.map(({ id }) => id));
    return {
      stored: new Set(rows.filter(({ isStored }) => isStored).map(({ id }) => id)),
      stopped: rows.filter(({ isStopped }) => isStopped).map(({ id }) => id),
      lost: running.filter((id) => !held.has(id)),
    };
  }

  /** Takes over runs with an expired lease, exclusively. At most `MAX_ORPHANS` per call. */
  async takeOver({ producer, seconds }: Lease): Promise<OrphanedRun[]> {
    // $1 the producer, $2 the lease in seconds
    const [rows]: [OrphanedRun[], number] = await this.query(
      `UPDATE runs r SET status = 'streaming', producer = $1, lease_until = now() + make_interval(secs => $2)
       FROM conversations c
       WHERE c.id = r.conversation_id AND r.id IN (
         SELECT id FROM runs WHERE status IN ('streaming', 'waiting') AND lease_until < now()
         LIMIT ${MAX_ORPHANS} FOR NO KEY UPDATE SKIP LOCKED
       )
       RETURNING ${ORPHANED}`,
      [producer, seconds],
    );
    return rows;
  }

  /** Takes over a run that waits for approval. @returns null when it is not waiting */
  async takeWaiting(runId: string, { producer, seconds }: Lease): Promise<OrphanedRun | null> {
    // $1 the run's id, $2 the producer, $3 the lease in seconds
    const [rows]: [OrphanedRun[], number] = await this.query(
      `UPDATE runs r SET status = 'streaming', producer = $2, lease_until = now() + make_interval(secs => $3)
       FROM conversations c
       WHERE c.id = r.conversation_id AND r.id = $1 AND r.status = 'waiting'
       RETURNING ${ORPHANED}`,
      [runId, producer, seconds],
    );
    return rows[0] ?? null;
  }

  /** Expires the leases of all runs in progress. Only for a sole process. */
  async expireAll(): Promise<void> {
    const expired = { leaseUntil: () => "now() - interval '1 second'" };
    await this.runs.update({ status: 'streaming' }, expired);
  }

  /**
   * Begins the oldest queued run of each idle conversation.
   * @param behind only in the conversation of this run; in all conversations when omitted
   */
  async promote({ producer, seconds }: Lease, behind?: string): Promise<BegunRun[]> {
    try {
      return await (behind === undefined
        ? this.query(PROMOTE, [producer, seconds])
        : this.query(PROMOTE_BEHIND, [producer, seconds, behind]));
    } catch (error) {
      // Another process was faster.
      if ((error as { code?: string }).code === UNIQUE_VIOLATION) return [];
      throw error;
    }
  }

  /** Filters runs by having begun with a producer, whether or not it received the response. */
  async begun(runIds: readonly string[], producer: string): Promise<BegunRun[]> {
    return this.query(BEGUN_HERE, [runIds, producer]);
  }

  /** Withdraws a run with its message, unless it has ended or belongs to another producer. */
  async withdraw(runId: string, producer: string): Promise<void> {
    await this.query(WITHDRAW, [runId, producer]);
  }

  /** Whether a run has ended as its producer requested, for a first attempt whose response was lost. */
  hasEnded(runId: string, producer: string, status: RunStatus): Promise<boolean> {
    return this.runs.existsBy({ id: runId, producer, status });
  }

  private query<T>(text: string, values: unknown[]): Promise<T> {
    return retryConflicts(() => this.source.query(text, values));
  }
}
