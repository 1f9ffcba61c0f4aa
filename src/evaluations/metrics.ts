import type { EvalMetrics } from '../database/entities/operations/evaluation.entity.js';
import type { MeasuredResult } from '../database/repositories/evaluations/eval-runs.repository.js';

/** The metrics of all results of a run. */
export function metricsOf(results: readonly MeasuredResult[]): EvalMetrics {
  const answerable = results.filter((result) => result.answerable);
  const unanswerable = results.filter((result) => !result.answerable);
  const within = (count: number, gain: (rank: number) => number) =>
    mean(answerable.map(({ rank }) => (rank !== null && rank <= count ? gain(rank) : 0)));
  const times = results.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return {
    answerable: answerable.length,
    unanswerable: unanswerable.length,
    recall_at_1: recallAt(1, answerable),
    recall_at_3: recallAt(3, answerable),
    recall_at_5: recallAt(5, answerable),
    mrr: within(Infinity, (rank) => 1 / rank),
    // With one relevant passage the ideal gain is 1.
    ndcg_at_5: within(5, (rank) => 1 / Math.log2(rank + 1)),
    false_answer_rate: mean(unanswerable.map(({ isShown }) => Number(isShown))),
    citation_validity: mean(results.flatMap(({ citedOk }) => (citedOk === null ? [] : [Number(citedOk)]))),
    p50_ms: percentile(times, 0.5),
    p95_ms: percentile(times, 0.95),
  };
}

/**
 * Whether recall@5 fell by no more than the tolerance, over the cases that both runs have: cases may have been added since
 * the baseline.
 */
export function passes(
  results: readonly MeasuredResult[],
  baseline: readonly MeasuredResult[],
  tolerance: number,
): boolean {
  const known = new Set(baseline.map(({ caseId }) => caseId));
  const shared = results.filter(({ caseId, answerable }) => answerable && known.has(caseId));
  const own = recallAt(5, shared) ?? 0;
  const before =
    recallAt(
      5,
      baseline.filter(({ answerable }) => answerable),
    ) ?? 0;
  // Sums of shares are not exact.
  return before - own <= tolerance + 1e-9;
}

const recallAt = (count: number, answerable: readonly MeasuredResult[]) =>
  mean(answerable.map(({ rank }) => Number(rank !== null && rank <= count)));

function mean(values: readonly number[]): number | null {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

/** Nearest rank. */
function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.ceil(share * sorted.length) - 1] ?? null;
}
