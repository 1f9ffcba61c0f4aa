import { rarity, saturation } from '../search/bm25.js';
import { maxEdits } from '../search/spelling/edit-distance.js';
import { FuzzyNames } from '../search/spelling/fuzzy-names.js';
import { Postings } from '../search/postings.js';
import { plainWords } from '../search/words.js';
import { isStopWord, stemOf } from './words.js';

const SHORTEST_CORRECTED = 5;
/** Counts as one more rare word without a match: a single matching word is no proof. */
const SMOOTHING = 8;

/** A text and how much its words count. */
export type WeightedText = readonly [text: string, weight: number];

/** What is searched for, and how important each term is: usually 1. */
export type WeightedTerms = ReadonlyMap<string, number>;

/** Which films share words with a text. */
export class WordIndex {
  private readonly postings = new Postings();
  private readonly spellings = new FuzzyNames();
  private docs = 0;

  /** Documents are numbered as they come, from 0; all of them come before the first question. */
  add(texts: readonly WeightedText[]): void {
    const counts = new Map<string, number>();
    for (const [text, weight] of texts) {
      for (const word of plainWords(text)) {
        if (isStopWord(word)) continue;
        const term = stemOf(word);
        counts.set(term, (counts.get(term) ?? 0) + weight);
      }
    }
    for (const [term, count] of counts) {
      if (term.length >= SHORTEST_CORRECTED && !this.postings.has(term)) this.spellings.add(term);
      this.postings.add(term, this.docs, Math.max(1, Math.round(255 * saturation(count))));
    }
    this.docs++;
  }

  /**
   * The weighted share of the terms that each document contains: 0 for none, towards 1 for many terms, all of them.
   * Rare words weigh more, words that no document has weigh as if they were rare.
   */
  coverage(terms: WeightedTerms): Float32Array {
    const coverage = new Float32Array(this.docs);
    let whole = SMOOTHING;
    for (const [wanted, importance] of terms) {
      const term = this.spelt(wanted);
      const count = this.postings.count(term);
      const worth = importance * rarity(this.docs, count);
      whole += worth;
      this.postings.forEach(term, (doc, weight) => (coverage[doc]! += (worth * weight) / 255));
    }
    for (let doc = 0; doc < coverage.length; doc++) coverage[doc]! /= whole;
    return coverage;
  }

  /** The term, or the one it is a likely misspelling of when no document has it. */
  private spelt(term: string): string {
    if (term.length < SHORTEST_CORRECTED || this.postings.count(term) > 0) return term;
    const least = 1 - maxEdits(term.length) / term.length - 0.001;
    return this.spellings.near(term, least, 1)[0]?.name ?? term;
  }
}
