import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { JsonObject } from '../../common/json.js';
import type { BegunRun, Lease } from './runs.repository.js';
import { PROMOTE } from './run-statements.js';

/** What was written of a run since its last checkpoint. */
export interface Checkpoint {
  runId: string;
  /** Characters (code points) of the reply that are stored already; what is behind them is replaced. */
  keep: number;
  /** What comes behind those. */
  text: string;
  lastOffset: number;
  /** Null when it has not changed. */
  state: JsonObject | null;
  sources: JsonObject[] | null;
}

/** A run whose producer has gone, with its last checkpoint. */
export interface OrphanedRun {
  runId: string;
  partial: string;
  lastOffset: number;
  /** Of the conversation, when the run has not said another. */
  state: JsonObject;
  sources: JsonObject[] | null;
  stopRequested: boolean;
}

/** Runs that are taken over at once. */
export const MAX_ORPHANS = 100;
const UNIQUE_VIOLATION = '23505';

/** What keeps running runs safe: leases, checkpoints, and the taking over of what was left behind. */
@Injectable()
export class RunLeasesRepository {
  constructor(private readonly source: DataSource) {}

  /** Pushes the leases of a producer's runs forward. @returns the ids that are still its own */
  async renew(runIds: readonly string[], { producer, seconds }: Lease): Promise<string[]> {
    const [rows]: [{ id: string }[], number] = await this.source.query(
      `UPDATE runs SET lease_until = now() + make_interval(secs => $3)
       WHERE id = ANY($1) AND producer = $2 AND status = 'streaming' RETURNING id`,
      [runIds, producer, seconds],
    );
    return rows.map((row) => row.id);
  }

  /**
   * Stores what was written of several runs, in one statement. Twice is as good as once.
   * @param running all runs of the producer
   * @returns those of them that somebody wants to stop
   */
  async checkpoint(
    producer: string,
    checkpoints: readonly Checkpoint[],
    running: readonly string[],
  ): Promise<string[]> {
    const rows: { id: string }[] = await this.source.query(
      `WITH written AS (
         UPDATE runs r
         SET partial = left(r.partial, w.keep) || w.text, last_offset = w.last_offset,
           state = coalesce(w.state, r.state), sources = coalesce(w.sources, r.sources)
         FROM unnest($2::uuid[], $3::int[], $4::text[], $5::int[], $6::jsonb[], $7::jsonb[])
           AS w (id, keep, text, last_offset, state, sources)
         WHERE r.id = w.id AND r.producer = $1 AND r.status = 'streaming'
       )
       SELECT id FROM runs WHERE id = ANY($8) AND producer = $1 AND stop_requested`,
      [
        producer,
        checkpoints.map(({ runId }) => runId),
        checkpoints.map(({ keep }) => keep),
        checkpoints.map(({ text }) => text),
        checkpoints.map(({ lastOffset }) => lastOffset),
        checkpoints.map(({ state }) => state && JSON.stringify(state)),
        checkpoints.map(({ sources }) => sources && JSON.stringify(sources)),
        running,
      ],
    );
    return rows.map(({ id }) => id);
  }

  /** Makes runs whose lease is over the caller's own, so that nobody else ends them. At most `MAX_ORPHANS` at once. */
  async takeOver({ producer, seconds }: Lease): Promise<OrphanedRun[]> {
    const [rows]: [OrphanedRun[], number] = await this.source.query(
      `UPDATE runs r SET producer = $1, lease_until = now() + make_interval(secs => $2)
       FROM conversations c
       WHERE c.id = r.conversation_id AND r.id IN (
         SELECT id FROM runs WHERE status = 'streaming' AND lease_until < now()
         LIMIT ${MAX_ORPHANS} FOR UPDATE SKIP LOCKED
       )
       RETURNING r.id AS "runId", r.partial, r.last_offset AS "lastOffset", r.sources,
         coalesce(r.state, c.state) AS state, r.stop_requested AS "stopRequested"`,
      [producer, seconds],
    );
    return rows;
  }

  /**
   * Begins the oldest runs that wait where nothing is being answered.
   * @param behind looks at the conversation of this run alone; at all of them when omitted
   */
  async promote({ producer, seconds }: Lease, behind?: string): Promise<BegunRun[]> {
    try {
      return await this.source.query(PROMOTE, [producer, seconds, behind ?? null]);
    } catch (error) {
      // Somebody else was quicker.
      if ((error as { code?: string }).code === UNIQUE_VIOLATION) return [];
      throw error;
    }
  }

  /** Whether a run has ended as its producer wanted, when the answer to its first try was lost. */
  async hasEnded(runId: string, producer: string, status: string): Promise<boolean> {
    const rows: unknown[] = await this.source.query(
      'SELECT 1 FROM runs WHERE id = $1 AND producer = $2 AND status = $3',
      [runId, producer, status],
    );
    return rows.length > 0;
  }
}
