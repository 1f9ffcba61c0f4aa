import { Injectable } from '@nestjs/common';
import { DataSource, In, LessThan, type Repository, type SelectQueryBuilder } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import {
  EvalCase,
  EvalResult,
  EvalRun,
  type EvalMetrics,
} from '../../entities/operations/evaluation.entity.js';
import { toSlice, type Slice } from '../page.js';
import { typeOf, writeEvent } from '../webhooks/outbox-statements.js';
import { lockSet, UNFINISHED, type EvaluationPage, type StoredCase } from './eval-sets.repository.js';

export type StoredRun = Omit<EvalRun, 'set' | 'baseline'>;
export type NewRun = Pick<EvalRun, 'setId' | 'config' | 'baselineId' | 'tolerance'>;
export type CaseResult = Omit<EvalResult, 'run' | 'case' | 'runId'>;
/** A result as metrics are computed from it. */
export type MeasuredResult = Omit<CaseResult, 'hits'> & { answerable: boolean };
/** A result with its case. */
export type ListedResult = Omit<CaseResult, 'caseId'> & StoredCase;

const RUN = `id, set_id AS "setId", config, status, done, total, metrics, baseline_id AS "baselineId", tolerance, passed,
  error, created_at AS "createdAt", ended_at AS "endedAt"`;
const IS_UNFINISHED = "status IN ('queued', 'running')";

/** Runs of evaluations and their results. */
@Injectable()
export class EvalRunsRepository {
  private readonly runs: Repository<EvalRun>;
  private readonly results: Repository<EvalResult>;

  constructor(private readonly source: DataSource) {
    this.runs = source.getRepository(EvalRun);
    this.results = source.getRepository(EvalResult);
  }

  /** @returns null while another run of the set is unfinished */
  add({ setId, config, baselineId, tolerance }: NewRun): Promise<StoredRun | null> {
    return this.source.transaction(async (db) => {
      await lockSet(db, setId);
      // $1 the id, $2 the set, $3 to $5 as `NewRun`
      const rows: StoredRun[] = await db.query(
        `INSERT INTO eval_runs (id, set_id, config, baseline_id, tolerance, total)
         VALUES ($1, $2, $3, $4, $5, (SELECT count(*) FROM eval_cases WHERE set_id = $2))
         ON CONFLICT (set_id) WHERE ${IS_UNFINISHED} DO NOTHING RETURNING ${RUN}`,
        [uuidv7(), setId, JSON.stringify(config), baselineId, tolerance],
      );
      return rows[0] ?? null;
    });
  }

  /** Newest first. */
  async list(setId: string, { limit, cursor }: EvaluationPage): Promise<Slice<StoredRun>> {
    const rows = await this.runs.find({
      where: { setId, ...(cursor && { id: LessThan(cursor[0]) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return toSlice(rows, limit, ({ id }) => [id]);
  }

  /** @param setId null for a run of any set */
  find(id: string, setId: string | null): Promise<StoredRun | null> {
    return this.runs.findOneBy({ id, ...(setId && { setId }) });
  }

  /** Ids of those that are queued or running, oldest first. */
  async unfinished(limit: number): Promise<string[]> {
    const rows = await this.runs.find({
      where: { status: In(UNFINISHED) },
      select: { id: true },
      order: { id: 'ASC' },
      take: limit,
    });
    return rows.map(({ id }) => id);
  }

  /** @returns the run with its owner; null when it has ended or was deleted */
  async begin(id: string): Promise<(StoredRun & { ownerId: string | null }) | null> {
    // $1 the run
    const [rows]: [(StoredRun & { ownerId: string | null })[], number] = await this.source.query(
      `UPDATE eval_runs SET status = 'running' WHERE id = $1 AND ${IS_UNFINISHED}
       RETURNING ${RUN}, (SELECT owner_id FROM eval_sets WHERE eval_sets.id = set_id) AS "ownerId"`,
      [id],
    );
    return rows[0] ?? null;
  }

  /** The next cases of a run that have no result, in order. */
  nextCases(runId: string, limit: number): Promise<StoredCase[]> {
    return this.source
      .createQueryBuilder(EvalCase, 'c')
      .innerJoin(EvalRun, 'r', 'r.setId = c.setId AND r.id = :runId', { runId })
      .leftJoin(EvalResult, 'e', 'e.runId = r.id AND e.caseId = c.id')
      .select(['c.id', 'c.question', 'c.expected', 'c.tags'])
      .where('e.caseId IS NULL')
      .orderBy('c.id')
      .limit(limit)
      .getMany();
  }

  /** Records a result once. @returns false when the run was cancelled or deleted */
  async record(runId: string, { caseId, hits, rank, isShown, citedOk, ms }: CaseResult): Promise<boolean> {
    // $1 the run, $2 to $7 as `CaseResult`
    const [rows]: [unknown[], number] = await this.source.query(
      `WITH written AS (
         INSERT INTO eval_results (run_id, case_id, hits, rank, is_shown, cited_ok, ms)
         SELECT r.id, c.id, $3::jsonb, $4::int, $5::boolean, $6::boolean, $7::real FROM eval_runs r, eval_cases c
         WHERE r.id = $1 AND r.status = 'running' AND c.id = $2 ON CONFLICT DO NOTHING RETURNING 1
       )
       UPDATE eval_runs SET done = done + (SELECT count(*) FROM written) WHERE id = $1 AND status = 'running'
       RETURNING 1`,
      [runId, caseId, JSON.stringify(hits), rank, isShown, citedOk, ms],
    );
    return rows.length > 0;
  }

  /** Results of a run with their cases, in the order of the cases. */
  async listResults(runId: string, { limit, cursor }: EvaluationPage): Promise<Slice<ListedResult>> {
    const page = this.ofRun(runId)
      .addSelect([
        'c.id AS id',
        'c.question AS question',
        'c.expected AS expected',
        'c.tags AS tags',
        'e.hits AS hits',
      ])
      .limit(limit + 1);
    if (cursor) page.andWhere('e.caseId > :after', { after: cursor[0] });
    const rows = await page.getRawMany<ListedResult>();
    return toSlice(rows, limit, ({ id }) => [id]);
  }

  /** All results of a run, for its metrics. */
  measured(runId: string): Promise<MeasuredResult[]> {
    return this.ofRun(runId)
      .addSelect(['e.caseId AS "caseId"', `(c.expected ->> 'answerable')::boolean AS answerable`])
      .getRawMany<MeasuredResult>();
  }

  /** Results `e` of a run with their cases `c`, in the order of the cases. */
  private ofRun(runId: string): SelectQueryBuilder<EvalResult> {
    return this.results
      .createQueryBuilder('e')
      .innerJoin('e.case', 'c')
      .select(['e.rank AS rank', 'e.isShown AS "isShown"', 'e.citedOk AS "citedOk"', 'e.ms AS ms'])
      .where({ runId })
      .orderBy('e.caseId');
  }

  /**
   * Ends a run, and writes its event.
   * @returns false when it had ended already
   */
  async end(
    id: string,
    outcome: {
      status: 'complete' | 'failed';
      metrics: EvalMetrics | null;
      passed: boolean | null;
      error: string | null;
    },
  ): Promise<boolean> {
    const { status, metrics, passed, error } = outcome;
    const event = writeEvent('event', {
      type: typeOf('eval.completed'),
      userId: '(SELECT owner_id FROM eval_sets s WHERE s.id = ended.set_id)',
      payload: `jsonb_build_object('eval_id', ended.set_id, 'run_id', ended.id, 'status', ended.status, 'passed', ended.passed)`,
      from: 'ended',
    });
    // $1 the run, $2 to $5 the outcome
    const rows: unknown[] = await this.source.query(
      `WITH ended AS (
         UPDATE eval_runs SET status = $2, metrics = $3::jsonb, passed = $4, error = $5, ended_at = now()
         WHERE id = $1 AND ${IS_UNFINISHED} RETURNING id, set_id, status, passed
       ), ${event} SELECT FROM ended`,
      [id, status, metrics && JSON.stringify(metrics), passed, error],
    );
    return rows.length > 0;
  }

  /** @returns false when it had ended already */
  async cancel(id: string): Promise<boolean> {
    const { affected } = await this.runs.update(
      { id, status: In(UNFINISHED) },
      { status: 'cancelled', endedAt: () => 'now()' },
    );
    return Boolean(affected);
  }
}
