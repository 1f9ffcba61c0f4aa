import { presence, toTermSet, type TermSet } from '../search/term-match.js';
import type { QueryTerm } from '../search/terms.js';
import type { ChunkPassage } from '../database/repositories/documents/chunks.repository.js';
import { sentenceRanges } from './retrieval/sentences.js';

/** Share of their words that two copies have in common at least: they may differ in a date and a footer. */
const ALIKE = 0.8;
/** Weight of an older file of the same name, relative to the newest. */
const OUTDATED = 0.7;

/**
 * Leaves out passages with the same content as a better one: copies, and old and new revisions. Near twins that differ
 * in what is requested are not copies: the sentence that answers best is the same in copies.
 * @param passages best first
 */
export function withoutCopies<P extends ChunkPassage>(
  passages: readonly P[],
  terms: readonly QueryTerm[],
): P[] {
  const kept: { sentence: string; set: TermSet }[] = [];
  return passages.filter(({ text }) => {
    const sentence = bestSentence(text, terms);
    const set = toTermSet(text);
    if (kept.some((other) => other.sentence === sentence && likeness(other.set, set) >= ALIKE)) return false;
    kept.push({ sentence, set });
    return true;
  });
}

/** Puts passages of the newest file of a name before those of older ones of the same owner and name. */
export function newestFirst<P extends ChunkPassage & { score: number }>(passages: readonly P[]): P[] {
  const newest = new Map<string, number>();
  for (const { filename, uploadedAt } of passages)
    newest.set(filename, Math.max(newest.get(filename) ?? 0, uploadedAt.getTime()));
  return passages
    .map((passage) =>
      passage.uploadedAt.getTime() < newest.get(passage.filename)!
        ? { ...passage, score: passage.score * OUTDATED }
        : passage,
    )
    .sort((a, b) => b.score - a.score);
}

function bestSentence(text: string, terms: readonly QueryTerm[]): string {
  let best = { sentence: text, score: -1 };
  for (const { start, end } of sentenceRanges(text)) {
    const sentence = text.slice(start, end);
    const set = toTermSet(sentence);
    const score = terms.reduce((sum, term) => sum + term.weight * presence(term, set), 0);
    if (score > best.score) best = { sentence, score };
  }
  return best.sentence.replace(/\s+/g, ' ').trim().toLowerCase();
}

function likeness({ terms: a }: TermSet, { terms: b }: TermSet): number {
  let common = 0;
  for (const term of a) if (b.has(term)) common++;
  const all = a.size + b.size - common;
  return all === 0 ? 1 : common / all;
}
