/** BM25's constants: how soon another mention stops mattering, and how much a long text is marked down. */
const SATURATION = 1.2;
const LENGTH_SHARE = 0.75;

/**
 * What mentions of a term are worth in a text: between 0 and SATURATION + 1.
 * @param relativeLength the text's length over the usual one; 1 leaves the length out of it
 */
export function termWeight(mentions: number, relativeLength = 1): number {
  const length = 1 - LENGTH_SHARE + LENGTH_SHARE * relativeLength;
  return (mentions * (SATURATION + 1)) / (mentions + SATURATION * length);
}

/** `termWeight` of a text of the usual length as a share of its bound: towards 1. */
export const saturation = (mentions: number): number => mentions / (mentions + SATURATION);

/** What a term is worth that `having` of `all` texts have; never negative. */
export const rarity = (all: number, having: number): number =>
  Math.log(1 + (all - having + 0.5) / (having + 0.5));
