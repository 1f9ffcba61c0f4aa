import { Best } from '../search/best.js';
import { Postings } from './postings.js';

/** Candidates by shared trigrams that are then compared letter by letter. */
const CANDIDATES = 40;

export interface NearName {
  name: string;
  /** 0…1; 1 is equal. */
  similarity: number;
}

/** Finds names spelt nearly like a text. Names and texts are expected in lower case without accents. */
export class FuzzyNames {
  private readonly names: string[] = [];
  private readonly trigrams = new Postings();

  /** Each name once, and all of them before the first question. */
  add(name: string): void {
    for (const trigram of trigramsOf(name)) this.trigrams.add(trigram, this.names.length);
    this.names.push(name);
  }

  /** Names at least so similar, nearest first. */
  near(text: string, least: number, limit: number): NearName[] {
    const wanted = trigramsOf(text);
    const shared = new Uint16Array(this.names.length);
    for (const trigram of wanted) this.trigrams.forEach(trigram, (i) => shared[i]!++);
    const candidates = new Best<string>(CANDIDATES);
    for (let i = 0; i < shared.length; i++) {
      if (shared[i] === 0) continue;
      const name = this.names[i]!;
      if (Math.min(name.length, text.length) < least * Math.max(name.length, text.length)) continue;
      candidates.offer(name, shared[i]! / (wanted.size + name.length));
    }
    return candidates.items
      .map((name) => ({ name, similarity: similarity(name, text) }))
      .filter((found) => found.similarity >= least)
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, limit);
  }
}

function trigramsOf(text: string): Set<string> {
  const padded = ` ${text} `;
  const found = new Set<string>();
  for (let i = 0; i + 3 <= padded.length; i++) found.add(padded.slice(i, i + 3));
  return found;
}

/** 1 minus the share of letters that must be added, dropped, replaced or swapped with their neighbour. */
export function similarity(a: string, b: string): number {
  const longest = Math.max(a.length, b.length);
  return longest === 0 ? 1 : 1 - distance(a, b) / longest;
}

/** Damerau and Levenshtein's distance (optimal string alignment), in three rows. */
function distance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, () => 0);
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
