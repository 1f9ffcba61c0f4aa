import { toSparse } from '../adapters/vector-store/sparse.js';
import type { ChunkPassage } from '../database/repositories/chunks.repository.js';

/*
 * Both sets of weights are fitted on the tuning half of the golden set (`npm run eval -- --fit`): the first on
 * passages, right against wrong ones, the second on the best passage of each question, answerable or not.
 */
const RELEVANCE = { cosine: 4.7, coverage: 7.74, about: 4.63, bias: -5.68 };
const ANSWERABLE = { cosine: 5.35, coverage: 2.09, shared: 7.68, bias: -6.56 };
/** So many words in common are as good as more. */
const ENOUGH_WORDS = 3;
/** Behind a passage that answers, those less likely than this are only in the way. */
const WORTH_SHOWING = 0.05;

/** Passages without any of the words that are imagined beside those found, so that a word in all of a few still counts. */
const BACKGROUND = 30;

/** Cosines that mean "nothing in common" and "the same", by embedding model. */
const COSINES: [pattern: RegExp, low: number, high: number][] = [
  [/^universal-sentence-encoder/, 0.2, 0.8],
  [/^text-embedding-3/, 0.1, 0.65],
  [/ada-002/, 0.7, 0.9],
];
const COSINES_OF_OTHERS = [0.3, 0.85] as const;

/** A passage with how it stands to a question. */
export type Judged<P> = P & { score: number; features: Features };

/**
 * How likely each passage is to bear on a question, best first; of equals the order they came in.
 * @param cosines similarity by passage, where it is known
 */
export function judge<P extends ChunkPassage>(
  question: string,
  passages: readonly P[],
  cosines: ReadonlyMap<string, number>,
  model: string,
): Judged<P>[] {
  const features = describe(question, passages, cosines, model);
  return passages
    .map((passage, i) => ({ ...passage, features: features[i]!, score: relevance(features[i]!) }))
    .sort((a, b) => b.score - a.score);
}

/** The passages worth showing, given the best first: none when even the best does not bear on the question. */
export function aboveFloor<P>(judged: readonly Judged<P>[]): Judged<P>[] {
  const [best] = judged;
  if (!best || answerability(best.features) < 0.5) return [];
  return judged.filter(({ score }) => score >= WORTH_SHOWING);
}

export interface Features {
  /** 0…1: nearness in meaning. */
  cosine: number;
  /** 0…1: how much of the question its words cover, rare words counting more. */
  coverage: number;
  /** 0…1: how much of the question its title and headings cover beyond that. */
  about: number;
  /** 0…1: how many of its words it shares, title and headings included; three are enough. */
  shared: number;
}

/** What is known about each passage in the light of a question. */
export function describe(
  question: string,
  passages: readonly ChunkPassage[],
  cosines: ReadonlyMap<string, number>,
  model: string,
): Features[] {
  const asked = toSparse(question).indices;
  const inText = passages.map(({ text }) => new Set(toSparse(text).indices));
  const inTitle = passages.map(
    ({ filename, heading }) => new Set(toSparse(`${filename} ${heading ?? ''}`).indices),
  );
  const worth = new Map(
    asked.map((word) => {
      const count = passages.filter((_, i) => inText[i]!.has(word) || inTitle[i]!.has(word)).length;
      return [word, Math.log(1 + (passages.length + BACKGROUND) / (count + 0.5))];
    }),
  );
  const whole = asked.reduce((sum, word) => sum + worth.get(word)!, 0) || 1;
  const share = (has: (word: number) => boolean) =>
    asked.reduce((sum, word) => sum + (has(word) ? worth.get(word)! : 0), 0) / whole;
  const [, low, high] = COSINES.find(([pattern]) => pattern.test(model)) ?? ['', ...COSINES_OF_OTHERS];
  return passages.map(({ id }, i) => ({
    cosine: Math.min(1, Math.max(0, ((cosines.get(id) ?? low) - low) / (high - low))),
    coverage: share((word) => inText[i]!.has(word)),
    about: share((word) => !inText[i]!.has(word) && inTitle[i]!.has(word)),
    shared:
      Math.min(ENOUGH_WORDS, asked.filter((word) => inText[i]!.has(word) || inTitle[i]!.has(word)).length) /
      Math.max(1, Math.min(ENOUGH_WORDS, asked.length)),
  }));
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

const relevance = ({ cosine, coverage, about }: Features) =>
  logistic(
    RELEVANCE.bias + RELEVANCE.cosine * cosine + RELEVANCE.coverage * coverage + RELEVANCE.about * about,
  );

const answerability = ({ cosine, coverage, about, shared }: Features) =>
  logistic(
    ANSWERABLE.bias +
      ANSWERABLE.cosine * cosine +
      ANSWERABLE.coverage * (coverage + about) +
      ANSWERABLE.shared * shared,
  );
