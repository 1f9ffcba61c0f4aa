import type { MeasuredResult } from '../database/repositories/evaluations/eval-runs.repository.js';
import { metricsOf, passes } from './metrics.js';

const result = (caseId: string, its: Partial<MeasuredResult> = {}): MeasuredResult => ({
  caseId,
  answerable: true,
  rank: 1,
  isShown: true,
  citedOk: true,
  ms: 10,
  ...its,
});

describe('metrics of an evaluation', () => {
  it('count ranks of answerable cases, and passages shown for the others', () => {
    const metrics = metricsOf([
      result('a', { rank: 1, ms: 10 }),
      result('b', { rank: 2, ms: 20 }),
      result('c', { rank: 6, ms: 30, citedOk: false }),
      result('d', { rank: null, ms: 40, citedOk: null }),
      result('e', { answerable: false, rank: null, isShown: true, citedOk: true }),
      result('f', { answerable: false, rank: null, isShown: false, citedOk: null }),
    ]);
    expect(metrics).toEqual({
      answerable: 4,
      unanswerable: 2,
      recall_at_1: 0.25,
      recall_at_3: 0.5,
      recall_at_5: 0.5,
      mrr: (1 + 1 / 2 + 1 / 6) / 4,
      ndcg_at_5: (1 + 1 / Math.log2(3)) / 4,
      false_answer_rate: 0.5,
      citation_validity: 0.75,
      p50_ms: 10,
      p95_ms: 40,
    });
  });

  it('are null where no case counts', () => {
    expect(metricsOf([])).toMatchObject({ answerable: 0, recall_at_5: null, mrr: null, p95_ms: null });
    expect(metricsOf([result('a')])).toMatchObject({ recall_at_1: 1, false_answer_rate: null });
  });

  it('pass while recall falls by no more than the tolerance', () => {
    const baseline = [result('a'), result('b'), result('c'), result('d')];
    const worse = [result('a'), result('b'), result('c'), result('d', { rank: null })];
    expect(passes(worse, baseline, 0.25)).toBe(true);
    expect(passes(worse, baseline, 0.2)).toBe(false);
    expect(passes(baseline, worse, 0)).toBe(true);
  });

  it('compare the cases that both runs have', () => {
    const baseline = [result('a')];
    expect(passes([result('a'), result('new', { rank: null })], baseline, 0)).toBe(true);
    expect(passes([result('a', { rank: null }), result('new')], baseline, 0.1)).toBe(false);
  });
});
