import type { ToolStep } from '../chat-model.js';
import { estimateTokens } from '../tokens.js';

/** Share of the token budget for tool results. */
const RESULTS_SHARE = 0.6;
const PER_CALL = 20;
/** Minimum length of a truncated result, in UTF-16 units. */
const MIN_CHARS = 400;
/** Rather too few units of a token than too many. */
const CHARS_PER_TOKEN = 3;
const CUT = '\n… (the rest was left out: it does not fit)';

/**
 * Truncates tool results, and thinking between them, if they exceed their share of the budget: each to an equal part,
 * so that a long result leaves room for the others.
 * @param budget tokens of the whole request
 */
export function fitSteps(steps: readonly ToolStep[], budget: number): readonly ToolStep[] {
  const room = budget * RESULTS_SHARE;
  if (stepsTokens(steps) <= room) return steps;
  const count = steps.reduce((sum, { results, thought }) => sum + results.length + (thought ? 1 : 0), 0);
  const chars = Math.max(MIN_CHARS, Math.floor((room * CHARS_PER_TOKEN) / Math.max(1, count)));
  return steps.map((step) => ({
    ...step,
    ...(step.thought && { thought: step.thought.slice(0, chars).toWellFormed() }),
    results: step.results.map((result) =>
      result.length > chars ? result.slice(0, chars).toWellFormed() + CUT : result,
    ),
  }));
}

/** Estimated tokens of the steps in a request. */
export const stepsTokens = (steps: readonly ToolStep[]): number =>
  steps.reduce(
    (sum, { text, thought = '', calls, results }) =>
      sum +
      estimateTokens(text + thought) +
      calls.reduce(
        (all, { name, input }) => all + PER_CALL + estimateTokens(name + JSON.stringify(input)),
        0,
      ) +
      results.reduce((all, result) => all + PER_CALL + estimateTokens(result), 0),
    0,
  );
