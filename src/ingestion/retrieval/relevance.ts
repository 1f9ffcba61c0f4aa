import { namesKindIn } from '../../search/kind-words.js';
import { presence, toTermSet } from '../../search/term-match.js';
import type { QueryTerm } from '../../search/terms.js';
import type { ChunkPassage } from '../../database/repositories/documents/chunks.repository.js';
import { isAsked } from './question.js';

/*
 * Both sets of weights are fitted on the tuning half of the golden set (`npm run eval -- --fit`): the first on
 * passages, right against wrong ones, the second on the best passage of each question, answerable or not.
 */
const RELEVANCE = { cosine: 5.37, coverage: 6.14, about: 5.96, bias: -6.25 };
const ANSWERABLE = { cosine: 6.48, coverage: 3.37, shared: 4.62, bias: -6.83 };
/** So many words in common are as good as more. */
const ENOUGH_WORDS = 3;
/**
 * A passage that answers less likely than this is shown as weak: four in five unanswerable questions are marked so, and
 * one in seven of the answerable ones in common words.
 */
const SURE = 0.7;
/** The threshold of similarity is higher for a passage with hardly a word of the question. */
const SURE_WITH_FEW_WORDS = 0.8;
const FEW_WORDS = 0.36;
/** Of a question whose words are all but all there the vectors do not decide: they represent English best. */
const SURE_COVERAGE = 0.9;
/** What is below both has next to nothing in common with the question, and is not shown at all. */
const UNRELATED = 0.02;
const UNRELATED_COVERAGE = 0.04;

/** The weight of a code, relative to a word as rare. */
const CODE = 1.5;
/** What counts when a passage has digits where a "number" is asked for, without the word. */
const OF_KIND = 0.7;

/**
 * Passages without any of the words that are imagined beside those found, so that a word in all of a few still counts.
 */
const BACKGROUND = 30;

/** Cosines that mean "nothing in common" and "the same", by embedding model. */
const COSINES: [pattern: RegExp, low: number, high: number][] = [
  [/^universal-sentence-encoder/, 0.2, 0.8],
  [/^text-embedding-3/, 0.1, 0.65],
  [/ada-002/, 0.7, 0.9],
];
const COSINES_OF_OTHERS = [0.3, 0.85] as const;

/** A cosine on a scale that is the same for all models: 0 is nothing in common, 1 the same. */
export function nearnessOf(cosine: number, model: string): number {
  const [, low, high] = COSINES.find(([pattern]) => pattern.test(model)) ?? ['', ...COSINES_OF_OTHERS];
  return Math.min(1, Math.max(0, (cosine - low) / (high - low)));
}

/** A passage with how it stands to a question. */
export type Judged<P> = P & {
  score: number;
  /** True when it is not sure enough that it answers. */
  isWeak: boolean;
  features: Features;
};

/**
 * How likely each passage is to bear on a question, best first; of equals the order they came in.
 * @param cosines similarity by passage, where it is known
 */
export function judge<P extends ChunkPassage>(
  terms: readonly QueryTerm[],
  passages: readonly P[],
  cosines: ReadonlyMap<string, number>,
  model: string,
): Judged<P>[] {
  const features = featuresOf(terms, passages, cosines, model);
  return passages
    .map((passage, i) => ({
      ...passage,
      features: features[i]!,
      score: relevance(features[i]!),
      isWeak: isWeak(features[i]!),
    }))
    .sort((a, b) => b.score - a.score);
}

function isWeak(features: Features): boolean {
  const words = features.coverage + features.about;
  if (words >= SURE_COVERAGE) return false;
  return answerability(features) < (words < FEW_WORDS ? SURE_WITH_FEW_WORDS : SURE);
}

/** Without passages that have nothing to do with the question. @param judged best first */
export const related = <P>(judged: readonly Judged<P>[]): Judged<P>[] =>
  judged.filter(
    ({ features }) =>
      answerability(features) >= UNRELATED || features.coverage + features.about >= UNRELATED_COVERAGE,
  );

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
function featuresOf(
  terms: readonly QueryTerm[],
  passages: readonly ChunkPassage[],
  cosines: ReadonlyMap<string, number>,
  model: string,
): Features[] {
  const inText = passages.map(({ text }) => toTermSet(text));
  const inTitle = passages.map(({ filename, heading }) => toTermSet(`${filename} ${heading ?? ''}`));
  // By term and passage: how well the text has it, and its title and headings.
  const text = terms.map((term) => {
    const isKind = isAsked(term) ? (passage: string) => namesKindIn(term.surface, passage) : () => false;
    return inText.map((set, i) => Math.max(presence(term, set), isKind(passages[i]!.text) ? OF_KIND : 0));
  });
  const title = terms.map((term) => inTitle.map((set) => presence(term, set)));
  const worth = terms.map(({ weight, kind }, t) => {
    const count = passages.reduce((sum, _, i) => sum + Math.max(text[t]![i]!, title[t]![i]!), 0);
    return (
      (kind === 'code' ? CODE : 1) * weight * Math.log(1 + (passages.length + BACKGROUND) / (count + 0.5))
    );
  });
  const whole = worth.reduce((sum, value) => sum + value, 0) || 1;
  const share = (value: (t: number) => number) =>
    worth.reduce((sum, own, t) => sum + own * value(t), 0) / whole;
  const asked = terms.filter(isAsked).length;
  return passages.map(({ id }, i) => {
    const either = (t: number) => Math.max(text[t]![i]!, title[t]![i]!);
    const shared = terms.reduce((sum, term, t) => sum + (isAsked(term) ? either(t) : 0), 0);
    return {
      cosine: nearnessOf(cosines.get(id) ?? -1, model),
      coverage: share((t) => text[t]![i]!),
      about: share((t) => Math.max(0, title[t]![i]! - text[t]![i]!)),
      shared: Math.min(ENOUGH_WORDS, shared) / Math.max(1, Math.min(ENOUGH_WORDS, asked)),
    };
  });
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
