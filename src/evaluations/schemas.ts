import { z } from 'zod';
import { cursor } from '../common/cursor.js';
import { clampedInteger, uuid } from '../common/schemas.js';
import { boundedText, nameText } from '../common/text.js';
import { EVAL_STATUSES, RETRIEVAL_MODES } from '../database/entities/operations/evaluation.entity.js';
import type { ListedResult, StoredRun } from '../database/repositories/evaluations/eval-runs.repository.js';
import type { StoredCase, StoredSet } from '../database/repositories/evaluations/eval-sets.repository.js';
import { evaluationCursor } from '../database/repositories/page.js';

const ID = '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a';
const AT = '2026-01-31T09:30:00.000Z';

export const newSetSchema = z
  .object({
    name: nameText(200),
    owner_id: uuid()
      .nullish()
      .describe(
        'the account whose documents are searched beside those for all users; null for the latter alone',
      ),
  })
  .meta({ id: 'NewEvaluation', example: { name: 'Handbook questions' } });

export const setSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    owner_id: z.string().nullable(),
    cases: z.int(),
    created_at: z.string(),
  })
  .meta({
    id: 'Evaluation',
    example: { id: ID, name: 'Handbook questions', owner_id: null, cases: 120, created_at: AT },
  });

const EXPECTED = { filename: 'handbook.md', quote: 'Thirty days of paid leave', answerable: true };
/** One line of JSON Lines. */
export const newCaseSchema = z
  .object({
    question: boundedText(1, 2_000),
    // A misspelt field must not make a case that no document answers.
    expected: z
      .strictObject({
        document_id: uuid().optional(),
        filename: boundedText(1, 255).optional(),
        quote: boundedText(1, 2_000).optional(),
        answerable: z.boolean().default(true),
      })
      .refine((given) => !given.answerable || namesDocument(given), {
        error: 'An answerable case has a document_id or a filename; any other has "answerable": false',
      }),
    tags: z.array(boundedText(1, 50)).max(20).default([]),
  })
  .meta({ id: 'NewEvaluationCase', example: { question: 'How much leave is there?', expected: EXPECTED } });

const namesDocument = ({ document_id: id, filename }: { document_id?: string; filename?: string }) =>
  id !== undefined || filename !== undefined;

const CASE = { id: ID, question: 'How much leave is there?', expected: EXPECTED, tags: ['leave'] };
const caseFields = {
  id: z.string(),
  question: z.string(),
  expected: z.object({
    document_id: z.string().optional(),
    filename: z.string().optional(),
    quote: z.string().optional(),
    answerable: z.boolean(),
  }),
  tags: z.array(z.string()),
};
export const caseCountSchema = z
  .object({ added: z.int(), cases: z.int().describe('of the evaluation, with those') })
  .meta({ id: 'EvaluationCaseCount', example: { added: 20, cases: 120 } });

export const newRunSchema = z
  .object({
    config: z
      .object({
        top_k: z.int().min(1).max(20).default(5).describe('passages that are retrieved'),
        retrieval: z.enum(RETRIEVAL_MODES).default('hybrid').describe('hybrid: as for answers'),
        embedding: boundedText(1, 200)
          .optional()
          .describe('an embedding model with an index; that of answers by default'),
      })
      .default({ top_k: 5, retrieval: 'hybrid' }),
    baseline: uuid().nullish().describe('a complete run of the same evaluation'),
    tolerance: z
      .number()
      .min(0)
      .max(1)
      .default(0.02)
      .describe('accepted drop of recall@5 below the baseline'),
  })
  .prefault({})
  .meta({ id: 'NewEvaluationRun', example: { config: { top_k: 5 }, tolerance: 0.02 } });

const share = () => z.number().nullable();
const METRICS = {
  answerable: 100,
  unanswerable: 20,
  recall_at_1: 0.71,
  recall_at_3: 0.85,
  recall_at_5: 0.9,
  mrr: 0.78,
  ndcg_at_5: 0.81,
  false_answer_rate: 0.1,
  citation_validity: 1,
  p50_ms: 21.4,
  p95_ms: 48.9,
};
const metricsSchema = z
  .object({
    answerable: z.int(),
    unanswerable: z.int(),
    recall_at_1: share().describe('share of answerable cases with an expected passage among the first 1'),
    recall_at_3: share(),
    recall_at_5: share(),
    mrr: share().describe('mean of 1 / rank of the first expected passage'),
    ndcg_at_5: share().describe('with one relevant passage a case'),
    false_answer_rate: share().describe(
      'share of unanswerable cases with a passage that is not shown as uncertain',
    ),
    citation_validity: share().describe('share of cases whose quotes are in their documents as stated'),
    p50_ms: z.number().nullable(),
    p95_ms: z.number().nullable(),
  })
  .meta({ id: 'EvaluationMetrics', example: METRICS });

const RUN = {
  id: ID,
  eval_id: ID,
  config: { top_k: 5, retrieval: 'hybrid', embedding: 'universal-sentence-encoder-lite' },
  status: 'complete',
  done: 120,
  total: 120,
  metrics: METRICS,
  baseline: null,
  tolerance: 0.02,
  passed: null,
  error: null,
  created_at: AT,
  ended_at: AT,
};
export const runSchema = z
  .object({
    id: z.string(),
    eval_id: z.string(),
    config: z.object({ top_k: z.int(), retrieval: z.enum(RETRIEVAL_MODES), embedding: z.string() }),
    status: z.enum(EVAL_STATUSES),
    done: z.int().describe('cases with a result'),
    total: z.int(),
    metrics: metricsSchema.nullable().describe('null until it is complete'),
    baseline: z.string().nullable(),
    tolerance: z.number(),
    passed: z.boolean().nullable().describe('null without a baseline, and until it has ended'),
    error: z.string().nullable(),
    created_at: z.string(),
    ended_at: z.string().nullable(),
  })
  .meta({ id: 'EvaluationRun', example: RUN });

/** Sent on every change. */
export const runEventSchema = z
  .object({ type: z.literal('status'), run: runSchema })
  .meta({ id: 'EvaluationRunEvent', example: { type: 'status', run: RUN } });

const HIT = { document_id: ID, filename: 'handbook.md', page: null, score: 0.93 };
const resultSchema = z.object({
  ...caseFields,
  hits: z.array(
    z.object({ document_id: z.string(), filename: z.string(), page: z.int().nullable(), score: z.number() }),
  ),
  rank: z.int().nullable().describe('of the first expected passage, from 1; null when none was found'),
  shown: z.boolean().describe('whether a passage is shown as an answer, and not as uncertain'),
  cited_ok: z.boolean().nullable(),
  ms: z.number(),
});

const page = <T extends z.ZodType>(id: string, item: T, example: unknown) =>
  z
    .object({
      items: z.array(item),
      next: z.string().nullable().describe('the `cursor` of the next page; null on the last page'),
    })
    .meta({ id, example: { items: [example], next: null } });
export const setsSchema = page('Evaluations', setSchema, setSchema.meta()!.example);
export const casesSchema = page('EvaluationCases', z.object(caseFields), CASE);
export const runsSchema = page('EvaluationRuns', runSchema, RUN);
export const resultsSchema = page('EvaluationResults', resultSchema, {
  ...CASE,
  hits: [HIT],
  rank: 1,
  shown: true,
  cited_ok: true,
  ms: 21.4,
});

export const pageSchema = z.object({
  limit: clampedInteger({ min: 1, max: 500, fallback: 100 }),
  cursor: cursor(evaluationCursor).optional(),
});

export const toSet = ({ id, name, ownerId, cases, createdAt }: StoredSet): z.output<typeof setSchema> => ({
  id,
  name,
  owner_id: ownerId,
  cases,
  created_at: createdAt.toISOString(),
});

export const toCase = ({ id, question, expected, tags }: StoredCase) => ({ id, question, expected, tags });

export const toRun = (run: StoredRun): z.output<typeof runSchema> => ({
  id: run.id,
  eval_id: run.setId,
  config: run.config,
  status: run.status,
  done: run.done,
  total: run.total,
  metrics: run.metrics,
  baseline: run.baselineId,
  tolerance: run.tolerance,
  passed: run.passed,
  error: run.error,
  created_at: run.createdAt.toISOString(),
  ended_at: run.endedAt?.toISOString() ?? null,
});

export const toResult = ({ isShown, citedOk, hits, rank, ms, ...its }: ListedResult) => ({
  ...toCase(its),
  hits,
  rank,
  shown: isShown,
  cited_ok: citedOk,
  ms,
});
