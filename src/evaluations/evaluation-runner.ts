import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { BlobMissingError, BlobStore, textKey } from '../adapters/blob-store/blob-store.js';
import { toSource } from '../agents/documents/document-search.js';
import { Logger } from '../common/logger.js';
import { AdvisoryLocks } from '../database/advisory-locks.js';
import {
  EvalRunsRepository,
  type CaseResult,
  type StoredRun,
} from '../database/repositories/evaluations/eval-runs.repository.js';
import type { StoredCase } from '../database/repositories/evaluations/eval-sets.repository.js';
import { Retriever, type RetrievedPassage } from '../ingestion/retrieval/retriever.js';
import { isExpected } from './expected-passage.js';
import { metricsOf, passes } from './metrics.js';

/** `busy`: another process works on that run. `stopped`: the signal came before the end. */
export type RunOutcome = 'done' | 'busy' | 'stopped';

/** Retrieval found less than there is: such numbers would be wrong. */
class DegradedError extends Error {
  constructor() {
    super('Not all documents could be searched.');
  }
}

/** Cases read at once. */
const BATCH = 50;
/** Characters of documents' texts that are cached. */
const MAX_TEXTS = 8_000_000;
/** Sees the documents for all users alone: no account has this id. */
const NO_OWNER = '00000000-0000-0000-0000-000000000000';

type Texts = LRUCache<string, string>;

/** Runs evaluations: each case is one search of the live retriever, whose result is recorded at once. */
@Injectable()
export class EvaluationRunner {
  constructor(
    private readonly runs: EvalRunsRepository,
    private readonly retriever: Retriever,
    private readonly blobs: BlobStore,
    private readonly locks: AdvisoryLocks,
    private readonly logger: Logger,
  ) {}

  /**
   * Runs the remaining cases of an evaluation. Results of an earlier attempt are kept.
   * @param isLast whether it fails on an error
   * @throws errors that another attempt may avoid
   */
  async run(
    runId: string,
    { isLast, signal }: { isLast: boolean; signal: AbortSignal },
  ): Promise<RunOutcome> {
    try {
      const outcome = await this.locks.whileAlone(
        runId,
        async () => (await this.runCases(runId, signal), true),
      );
      return outcome === null ? 'busy' : 'done';
    } catch (error) {
      if (signal.aborted) return 'stopped';
      this.logger.warn({ err: error, evaluation: runId }, 'an evaluation could not be completed');
      if (!isLast) throw error;
      const reason = error instanceof DegradedError ? error.message : 'The evaluation failed.';
      await this.fail(runId, reason);
      return 'done';
    }
  }

  /** @param reason a sentence for people */
  async fail(runId: string, reason: string): Promise<void> {
    await this.runs.end(runId, { status: 'failed', metrics: null, passed: null, error: reason });
  }

  private async runCases(runId: string, signal: AbortSignal): Promise<void> {
    const run = await this.runs.begin(runId);
    if (!run) return;
    const texts: Texts = new LRUCache({ maxSize: MAX_TEXTS, sizeCalculation: (text) => text.length + 1 });
    for (;;) {
      const cases = await this.runs.nextCases(runId, BATCH);
      if (cases.length === 0) break;
      for (const one of cases) {
        signal.throwIfAborted();
        if (!(await this.runs.record(runId, await this.evaluate(run, one, texts, signal)))) return;
      }
    }
    const results = await this.runs.measured(runId);
    const baseline = run.baselineId ? await this.runs.measured(run.baselineId) : null;
    await this.runs.end(runId, {
      status: 'complete',
      metrics: metricsOf(results),
      passed: baseline && passes(results, baseline, run.tolerance),
      error: null,
    });
  }

  private async evaluate(
    { ownerId, config }: StoredRun & { ownerId: string | null },
    { id, question, expected }: StoredCase,
    texts: Texts,
    signal: AbortSignal,
  ): Promise<CaseResult> {
    const begin = performance.now();
    const { passages, missing, degraded } = await this.retriever.retrieve(
      {
        ownerId: ownerId ?? NO_OWNER,
        scope: ownerId ? 'all' : 'system',
        text: question,
        limit: config.top_k,
        search: { mode: config.retrieval, model: config.embedding },
      },
      signal,
    );
    const ms = performance.now() - begin;
    if (degraded) throw new DegradedError();
    const [best] = passages;
    const at = passages.findIndex((passage) => isExpected(expected, passage));
    return {
      caseId: id,
      hits: passages.map(({ attachmentId, filename, page, score }) => ({
        document_id: attachmentId,
        filename,
        page,
        score: Math.round(score * 1_000) / 1_000,
      })),
      rank: at < 0 ? null : at + 1,
      isShown: best !== undefined && !best.isWeak && missing.every(({ kind }) => kind === 'word'),
      citedOk: best ? await this.areCited(question, passages, texts) : null,
      ms: Math.round(ms * 10) / 10,
    };
  }

  /** Whether the quote of every passage is in its document's text at the stated range. */
  private async areCited(question: string, passages: RetrievedPassage[], texts: Texts): Promise<boolean> {
    for (const passage of passages) {
      const { start, end, quote } = toSource(question, passage).metadata;
      const text = texts.get(passage.attachmentId) ?? (await this.readText(passage.attachmentId));
      texts.set(passage.attachmentId, text);
      if (!quote || text.slice(Number(start), Number(end)) !== quote) return false;
    }
    return true;
  }

  /** Empty when the document has been deleted meanwhile. */
  private async readText(attachmentId: string): Promise<string> {
    try {
      return await this.blobs.readText(textKey(attachmentId));
    } catch (error) {
      if (error instanceof BlobMissingError) return '';
      throw error;
    }
  }
}
