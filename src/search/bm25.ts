/** Constants of BM25: term frequency saturation (k1) and length normalization (b). */
const SATURATION = 1.2;
const LENGTH_SHARE = 0.75;

/**
 * Term frequency part of BM25: between 0 and SATURATION + 1.
 * @param relativeLength the text's length over the average; 1 disables length normalization
 */
export function termWeight(mentions: number, relativeLength = 1): number {
  const length = 1 - LENGTH_SHARE + LENGTH_SHARE * relativeLength;
  return (mentions * (SATURATION + 1)) / (mentions + SATURATION * length);
}

/** `termWeight` of a text of the usual length as a share of its bound: towards 1. */
export const saturation = (mentions: number): number => mentions / (mentions + SATURATION);

/** Inverse document frequency (IDF) of a term; never negative. */
export const rarity = (all: number, having: number): number =>
  Math.log(1 + (all - having + 0.5) / (having + 0.5));
