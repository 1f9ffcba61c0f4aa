// Evaluations of retrieval: cases, runs and their results.

import type { Page } from './api.js';
import { send, sendJson, withQuery } from './http.js';

export const RETRIEVAL_MODES = ['hybrid', 'words', 'vectors'] as const;
type RetrievalMode = (typeof RETRIEVAL_MODES)[number];

export interface Evaluation {
  id: string;
  name: string;
  owner_id: string | null;
  cases: number;
  created_at: string;
}

export interface EvaluationRun {
  id: string;
  config: { top_k: number; retrieval: RetrievalMode; embedding: string };
  status: 'queued' | 'running' | 'complete' | 'failed' | 'cancelled';
  done: number;
  total: number;
  metrics: Record<
    | 'recall_at_1'
    | 'recall_at_5'
    | 'mrr'
    | 'ndcg_at_5'
    | 'false_answer_rate'
    | 'citation_validity'
    | 'p95_ms',
    number | null
  > | null;
  passed: boolean | null;
  error: string | null;
  created_at: string;
}

export interface NewRun {
  config: { top_k: number; retrieval: RetrievalMode };
  baseline: string | null;
}

export interface EvaluationResult {
  id: string;
  question: string;
  expected: { document_id?: string; filename?: string; answerable: boolean };
  hits: { document_id: string; filename: string; score: number }[];
  rank: number | null;
  shown: boolean;
}

const at = (id: string, run = '') => `/admin/evals/${id}${run && `/runs/${run}`}`;

export const listEvaluations = (cursor?: string) =>
  sendJson<Page<Evaluation>>(withQuery('/admin/evals', { cursor }));
export const createEvaluation = (name: string, ownerId: string | null) =>
  sendJson<Evaluation>('/admin/evals', { body: { name, owner_id: ownerId } });
export const deleteEvaluation = (id: string) => send(at(id), { method: 'DELETE' });
/** @param lines a case on each, in JSON */
export const addCases = (id: string, lines: string) =>
  sendJson<{ added: number }>(`${at(id)}/cases`, { lines });
export const listRuns = (id: string, cursor?: string) =>
  sendJson<Page<EvaluationRun>>(withQuery(`${at(id)}/runs`, { cursor }), { isQuiet: true });
export const startRun = (id: string, run: NewRun) => sendJson<EvaluationRun>(`${at(id)}/runs`, { body: run });
export const cancelRun = (id: string, run: string) => send(`${at(id, run)}/cancel`, { method: 'POST' });
export const listResults = (id: string, run: string, cursor?: string) =>
  sendJson<Page<EvaluationResult>>(withQuery(`${at(id, run)}/results`, { cursor }));
