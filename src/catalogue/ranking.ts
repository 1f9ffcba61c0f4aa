/** Fitted to the golden set by `npm run eval:films -- --fit`. */
const WITH_VECTORS = { coverage: 23.3, meaning: 5.5, bias: -4.0 };
const BY_WORDS = { coverage: 25.2, bias: -4.6 };

/**
 * How likely it is, 0…1, that a film is the one that was described.
 * @param coverage share of the description's words that the film's text contains, 0…1
 * @param meaning likeness of the vectors: 1 for equal, 0 for as unlike as two films usually are; NaN when there is none
 */
export function confidenceOf(coverage: number, meaning: number): number {
  return Number.isNaN(meaning)
    ? sigmoid(BY_WORDS.coverage * coverage + BY_WORDS.bias)
    : sigmoid(WITH_VECTORS.coverage * coverage + WITH_VECTORS.meaning * meaning + WITH_VECTORS.bias);
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
