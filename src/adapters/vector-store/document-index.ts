import type { TopK } from '../../search/top-k.js';
import { QuantisedRows, type QuantisedQuery } from '../../search/quantised-rows.js';
import type { StoredPoint } from '../../database/repositories/documents/vector-points.repository.js';
import { decodeSparse } from './vector-bytes.js';

/** Estimated bytes per point outside the arrays: its id. */
const ID_BYTES = 64;
/** Estimated bytes per document outside the arrays: the array objects. */
const DOCUMENT_BYTES = 1_000;

/** Words are below 2³² and numbers exact below 2⁵³. */
const MAX_ROWS = 2 ** 21;

/**
 * The points of a document or of a part of it, packed for exact search. It never changes: a new revision is a new
 * index.
 */
export class DocumentIndex {
  readonly size: number;
  /** Estimated memory in bytes. */
  readonly bytes: number;
  private readonly ids: string[];

  private readonly vectors: QuantisedRows;

  /**
   * Hashes of its words in ascending order; the postings of the word at `i` are from `starts[i]` to `starts[i + 1]`.
   */
  private readonly words: Uint32Array;
  private readonly starts: Uint32Array;
  private readonly rows: Uint32Array;
  private readonly weights: Float32Array;

  constructor(points: readonly StoredPoint[]) {
    this.size = points.length;
    this.ids = points.map(({ id }) => id);

    const dimensions = points.find(({ dense }) => dense)?.dense?.length ?? 0;
    this.vectors = new QuantisedRows(dimensions > 0 ? this.size : 0, dimensions);
    for (const [row, { dense }] of points.entries()) if (dense) this.vectors.set(row, new Int8Array(dense));

    const sparse = points.map((point) => decodeSparse(point.sparse));
    // Sorted as numbers composed of word and row: several times as fast as a map by word.
    const keys = new Float64Array(sparse.reduce((sum, { indices }) => sum + indices.length, 0));
    let size = 0;
    for (const [row, { indices }] of sparse.entries())
      for (let i = 0; i < indices.length; i++) keys[size++] = indices[i]! * MAX_ROWS + row;
    keys.sort();
    this.rows = new Uint32Array(size);
    this.weights = new Float32Array(size);
    const words: number[] = [];
    const starts: number[] = [];
    const read = new Uint32Array(this.size);
    for (let i = 0; i < size; i++) {
      const word = Math.floor(keys[i]! / MAX_ROWS);
      const row = keys[i]! - word * MAX_ROWS;
      if (word !== words.at(-1)) starts[words.push(word) - 1] = i;
      this.rows[i] = row;
      // Words are in ascending order within a point, so each is read once.
      this.weights[i] = sparse[row]!.values[read[row]!++]!;
    }
    this.words = Uint32Array.from(words);
    this.starts = Uint32Array.from([...starts, size]);

    const arrays = [this.words, this.starts, this.rows, this.weights];
    const packed = arrays.reduce((sum, { byteLength }) => sum + byteLength, this.vectors.bytes);
    this.bytes = packed + this.size * ID_BYTES + DOCUMENT_BYTES;
  }

  /** Offers the cosine similarity of each vector; vectors of other dimensions are skipped. */
  offerNear(query: QuantisedQuery, best: TopK<string>): void {
    this.vectors.forEachCosine(query, (row, cosine) => best.offer(this.ids[row]!, cosine));
  }

  /** Index of a word's postings; -1 if absent. */
  find(word: number): number {
    let low = 0;
    let high = this.words.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const there = this.words[middle]!;
      if (there === word) return middle;
      if (there < word) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** Number of points with the word at a place. */
  count(place: number): number {
    return place < 0 ? 0 : this.starts[place + 1]! - this.starts[place]!;
  }

  /**
   * Offers each point that has one of the words, scored by the sum of word score times weight.
   * @param places of the words, as returned by `find`
   * @param worth scores of the words
   */
  offerSharing(places: readonly number[], worth: readonly number[], best: TopK<string>): void {
    const { starts, rows, weights, ids } = this;
    const scores = new Float32Array(this.size);
    for (const [word, place] of places.entries()) {
      if (place < 0) continue;
      const value = worth[word]!;
      const end = starts[place + 1]!;
      for (let i = starts[place]!; i < end; i++) scores[rows[i]!]! += weights[i]! * value;
    }
    for (let row = 0; row < scores.length; row++) if (scores[row]! > 0) best.offer(ids[row]!, scores[row]!);
  }
}
