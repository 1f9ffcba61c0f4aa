import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { InvalidInput, notFound, ParleyError } from '../common/errors.js';
import type { Slice } from '../database/repositories/page.js';
import {
  EvalRunsRepository,
  type ListedResult,
  type StoredRun,
} from '../database/repositories/evaluations/eval-runs.repository.js';
import {
  EvalSetsRepository,
  type EvaluationPage,
  type StoredCase,
  type StoredSet,
} from '../database/repositories/evaluations/eval-sets.repository.js';
import { EmbeddingIndexes } from '../ingestion/indexes/embedding-indexes.js';
import { readCaseLines } from './case-lines.js';
import { EvaluationQueue } from './evaluation-queue.js';
import type { newRunSchema, newSetSchema } from './schemas.js';

/** Cases of a set. */
const MAX_CASES = 10_000;
const POLL_MS = 500;
/** Clients that follow longer reconnect. */
const FOLLOW_MS = 10 * 60_000;

/** Evaluation sets, their cases and runs, as admins see and change them. */
@Injectable()
export class EvaluationsService {
  constructor(
    private readonly sets: EvalSetsRepository,
    private readonly runs: EvalRunsRepository,
    private readonly indexes: EmbeddingIndexes,
    private readonly queue: EvaluationQueue,
  ) {}

  /** @throws ParleyError `not-found` when there is no such account */
  async create({ name, owner_id: ownerId }: z.output<typeof newSetSchema>): Promise<StoredSet> {
    const set = await this.sets.add(name, ownerId ?? null);
    if (!set) throw notFound('User not found');
    return set;
  }

  list(page: EvaluationPage): Promise<Slice<StoredSet>> {
    return this.sets.list(page);
  }

  /** @throws ParleyError `not-found` */
  async get(id: string): Promise<StoredSet> {
    const set = isId(id) ? await this.sets.find(id) : null;
    if (!set) throw notFound('Evaluation not found');
    return set;
  }

  /** Deletes a set with its cases, runs and results. @throws ParleyError `not-found` */
  async delete(id: string): Promise<void> {
    await this.sets.delete((await this.get(id)).id);
  }

  /**
   * Adds cases, or none of them.
   * @param body JSON Lines
   * @throws ParleyError `not-found`; `unsupported` for another type; `conflict` while a run is unfinished; InvalidInput
   */
  async addCases(id: string, body: unknown): Promise<{ added: number; cases: number }> {
    await this.get(id);
    if (typeof body !== 'string')
      throw new ParleyError(
        'unsupported',
        'unsupported-type',
        'Cases are sent as JSON Lines, with Content-Type: application/jsonl',
      );
    const cases = readCaseLines(body);
    const count = await this.sets.addCases(id, cases, MAX_CASES);
    if (count === 'busy') throw unfinished();
    if (count === 'full')
      throw new ParleyError(
        'too-large',
        'too-many-cases',
        `An evaluation has at most ${MAX_CASES.toLocaleString('en')} cases`,
      );
    return { added: cases.length, cases: count };
  }

  async listCases(id: string, page: EvaluationPage): Promise<Slice<StoredCase>> {
    return this.sets.listCases((await this.get(id)).id, page);
  }

  /**
   * Starts a run in the background.
   * @throws ParleyError `not-found`; `conflict` while another run is unfinished, or without cases; InvalidInput
   */
  async start(id: string, body: z.output<typeof newRunSchema>): Promise<StoredRun> {
    const { cases } = await this.get(id);
    if (cases === 0) throw new ParleyError('conflict', 'no-cases', 'The evaluation has no cases');
    const { config, baseline = null, tolerance } = body;
    if (baseline !== null && (await this.runs.find(baseline, id))?.status !== 'complete')
      throw invalid(['baseline'], 'Input should be a complete run of this evaluation', baseline);
    const { active, kept } = await this.indexes.current();
    const embedding = config.embedding ?? active.embeddings.model;
    if (!kept.some(({ embeddings }) => embeddings.model === embedding))
      throw invalid(['config', 'embedding'], 'Input should be an embedding model with an index', embedding);
    const { top_k, retrieval } = config;
    const run = await this.runs.add({
      setId: id,
      config: { top_k, retrieval, embedding },
      baselineId: baseline,
      tolerance,
    });
    if (!run) throw unfinished();
    await this.queue.enqueue(run.id);
    return run;
  }

  async listRuns(id: string, page: EvaluationPage): Promise<Slice<StoredRun>> {
    return this.runs.list((await this.get(id)).id, page);
  }

  /** @throws ParleyError `not-found`, also for a run of another set */
  async getRun(id: string, runId: string): Promise<StoredRun> {
    const run = isId(id) && isId(runId) ? await this.runs.find(runId, id) : null;
    if (!run) throw notFound('Run not found');
    return run;
  }

  async listResults(id: string, runId: string, page: EvaluationPage): Promise<Slice<ListedResult>> {
    return this.runs.listResults((await this.getRun(id, runId)).id, page);
  }

  /** Cancels a run that is unfinished; another one stays as it is. */
  async cancel(id: string, runId: string): Promise<StoredRun> {
    await this.getRun(id, runId);
    await this.runs.cancel(runId);
    return this.getRun(id, runId);
  }

  /** The states of a run until it has ended, each different from the previous. Ends also when it is deleted. */
  async *follow(first: StoredRun, signal: AbortSignal): AsyncGenerator<StoredRun> {
    const until = AbortSignal.any([signal, AbortSignal.timeout(FOLLOW_MS)]);
    for (let seen: StoredRun | null = null, run: StoredRun | null = first; run && !until.aborted;) {
      if (seen?.status !== run.status || seen.done !== run.done) yield (seen = run);
      if (run.endedAt) return;
      await sleep(POLL_MS, undefined, { signal: until, ref: false }).catch(() => undefined);
      // The query failed; the next poll retries.
      run = await this.runs.find(run.id, run.setId).catch(() => seen);
    }
  }
}

const isId = (id: string) => z.guid().safeParse(id).success;

const unfinished = () =>
  new ParleyError('conflict', 'evaluation-running', 'A run of this evaluation has not ended yet');

const invalid = (loc: string[], msg: string, input: unknown) =>
  new InvalidInput([{ type: 'value_error', loc: ['body', ...loc], msg, input }]);
