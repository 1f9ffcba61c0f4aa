import { termWeight } from './bm25.js';
import { documentTerms, TERMS_VERSION, type QueryTerm } from './terms.js';

/**
 * Sparse vector: distinct term ids from 0 to 2³²−1, ascending, with their weights. Rarity (IDF) is applied by the
 * store.
 */
export interface SparseVector {
  indices: number[];
  values: number[];
}

/** Words of an average chunk. Fixed, so that a text's vector is independent of other stored texts. */
const USUAL_LENGTH = 100;
/** Weight in a question of a part of a word: `204` of `TX-204`. */
const PART = 0.5;

/** The terms of a passage, weighted by frequency. @returns an empty vector for a text without words */
export function documentVector(text: string): SparseVector {
  const { terms, length } = documentTerms(text);
  const counts = new Map<number, number>();
  for (const term of terms) {
    const index = hashTerm(term);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return ascending(counts, (count) => termWeight(count, length / USUAL_LENGTH));
}

/** The terms of a question in all their forms, with their weights. */
export function queryVector(terms: readonly QueryTerm[]): SparseVector {
  const weights = new Map<number, number>();
  const add = (form: string, weight: number) => {
    const index = hashTerm(form);
    weights.set(index, Math.max(weights.get(index) ?? 0, weight));
  };
  for (const { forms, parts, near, weight } of terms) {
    for (const form of forms) add(form, weight);
    for (const part of parts) for (const form of part) add(form, weight * (forms.length > 0 ? PART : 1));
    for (const [form, likeness] of near) add(form, weight * likeness);
  }
  return ascending(weights, (weight) => weight);
}

function ascending(entries: ReadonlyMap<number, number>, valueOf: (entry: number) => number): SparseVector {
  const indices = [...entries.keys()].sort((a, b) => a - b);
  return { indices, values: indices.map((index) => valueOf(entries.get(index)!)) };
}

/**
 * FNV-1a, 32 bits: equal in every process. The version is part of the hash, so that terms of different versions do
 * not match.
 */
export function hashTerm(term: string): number {
  let hash = 0x811c9dc5 ^ TERMS_VERSION;
  for (let i = 0; i < term.length; i++) hash = Math.imul(hash ^ term.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
