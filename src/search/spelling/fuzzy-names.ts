import { similarity } from './edit-distance.js';
import { Postings } from '../postings.js';
import { TopK } from '../top-k.js';

/** Candidates by shared trigrams that are then compared letter by letter. */
const CANDIDATES = 40;

export interface NearName {
  name: string;
  /** 0…1; 1 is equal. */
  similarity: number;
}

/** Finds names spelt nearly like a text. Names and texts are expected normalised. */
export class FuzzyNames {
  private readonly names: string[] = [];
  private readonly trigrams = new Postings();

  /** Adds a name that was not added before. All names are added before the first `near`. */
  add(name: string): void {
    for (const trigram of trigramsOf(name)) this.trigrams.add(trigram, this.names.length);
    this.names.push(name);
  }

  /** Names of at least this similarity, most similar first. */
  near(text: string, minSimilarity: number, limit: number): NearName[] {
    const wanted = trigramsOf(text);
    const shared = new Uint16Array(this.names.length);
    for (const trigram of wanted) this.trigrams.forEach(trigram, (i) => shared[i]!++);
    const candidates = new TopK<string>(CANDIDATES);
    for (let i = 0; i < shared.length; i++) {
      if (shared[i] === 0) continue;
      const name = this.names[i]!;
      const [shorter, longer] = [Math.min(name.length, text.length), Math.max(name.length, text.length)];
      if (shorter < minSimilarity * longer) continue;
      candidates.offer(name, shared[i]! / (wanted.size + name.length));
    }
    return candidates.items
      .map((name) => ({ name, similarity: similarity(name, text) }))
      .filter((found) => found.similarity >= minSimilarity)
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
