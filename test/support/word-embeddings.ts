import { GOLDEN_QUESTIONS } from '../../src/ingestion/indexes/golden-questions.js';

/** Words that questions and answers of the golden set share, as models of some use represent them. */
function meaningOf(text: string): string {
  const golden = GOLDEN_QUESTIONS.findIndex(({ question, passage }) => text === question || text === passage);
  return golden < 0 ? text : `golden${golden} golden${golden} golden${golden}`;
}

/** Counts of words, hashed differently by each model: vectors of two models have nothing in common. */
export function wordVector(text: string, model: string, size: number): number[] {
  const vector = Array.from({ length: size }, () => 0);
  for (const word of meaningOf(text)
    .toLowerCase()
    .match(/\p{L}+\d*/gu) ?? []) {
    const hash = [...`${model} ${word}`].reduce(
      (sum, char) => Math.imul(sum ^ char.codePointAt(0)!, 16777619),
      2166136261,
    );
    vector[(hash >>> 0) % size]! += 1;
  }
  return vector;
}
