import type { Best } from '../../search/best.js';
import { inverseLength } from '../../search/quantise.js';
import type { StoredPoint } from '../../database/repositories/vector-points.repository.js';
import { decodeSparse, type DenseQuery } from './vector-bytes.js';

/** Bytes of a point that no array holds: its id. */
const ID_BYTES = 64;
/** Bytes of a document that no array holds: the arrays themselves. */
const DOCUMENT_BYTES = 1_000;

/** Words are below 2³² and numbers exact below 2⁵³. */
const MAX_ROWS = 2 ** 21;

/** The points of a document or of a part of it, packed for exact search. It never changes: a new revision is a new index. */
export class DocumentIndex {
  readonly size: number;
  /** What it takes of the memory. */
  readonly bytes: number;
  private readonly ids: string[];

  private readonly dimensions: number;
  /** Bytes of a row: the dimensions, filled up with zeros to a multiple of four. */
  private readonly stride: number;
  private readonly dense: Int8Array;
  /** One over each vector's length; 0 for a point without a vector. */
  private readonly scales: Float32Array;

  /** Hashes of its words in ascending order; the postings of the word at `i` are from `starts[i]` to `starts[i + 1]`. */
  private readonly words: Uint32Array;
  private readonly starts: Uint32Array;
  private readonly rows: Uint32Array;
  private readonly weights: Float32Array;

  constructor(points: readonly StoredPoint[]) {
    this.size = points.length;
    this.ids = points.map(({ id }) => id);

    this.dimensions = points.find(({ dense }) => dense)?.dense?.length ?? 0;
    this.stride = Math.ceil(this.dimensions / 4) * 4;
    this.dense = new Int8Array(this.dimensions > 0 ? this.size * this.stride : 0);
    this.scales = new Float32Array(this.size);
    for (const [row, { dense }] of points.entries()) {
      if (dense?.length !== this.dimensions) continue;
      const vector = new Int8Array(dense);
      this.dense.set(vector, row * this.stride);
      this.scales[row] = inverseLength(vector);
    }

    const sparse = points.map((point) => decodeSparse(point.sparse));
    // Sorted as numbers that hold word and row: several times as fast as a map of the words.
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
      // A point's words are in ascending order, and come up in it.
      this.weights[i] = sparse[row]!.values[read[row]!++]!;
    }
    this.words = Uint32Array.from(words);
    this.starts = Uint32Array.from([...starts, size]);

    const arrays = [this.dense, this.scales, this.words, this.starts, this.rows, this.weights];
    const packed = arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.bytes = packed + this.size * ID_BYTES + DOCUMENT_BYTES;
  }

  /** Offers the cosine of each vector with another; vectors of another size are not compared. */
  offerNear({ dimensions, bytes: query, scale }: DenseQuery, best: Best<string>): void {
    if (dimensions !== this.dimensions) return;
    const { dense, stride, size } = this;
    const last = (size - 1) * stride;
    // Two rows and four dimensions at a time, in whole numbers: this loop decides how long a search takes.
    for (let row = 0; row < size; row += 2) {
      let sum = 0;
      let nextSum = 0;
      let at = row * stride;
      let nextAt = Math.min(at + stride, last);
      for (let i = 0; i < stride; i += 4, at += 4, nextAt += 4) {
        const a = query[i]!;
        const b = query[i + 1]!;
        const c = query[i + 2]!;
        const d = query[i + 3]!;
        sum = (sum + dense[at]! * a + dense[at + 1]! * b + dense[at + 2]! * c + dense[at + 3]! * d) | 0;
        nextSum =
          (nextSum +
            dense[nextAt]! * a +
            dense[nextAt + 1]! * b +
            dense[nextAt + 2]! * c +
            dense[nextAt + 3]! * d) |
          0;
      }
      this.offerCosine(row, sum * scale, best);
      if (row + 1 < size) this.offerCosine(row + 1, nextSum * scale, best);
    }
  }

  /** Where a word's postings are; -1 for a word it does not have. */
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

  /** How many points have the word at a place. */
  count(place: number): number {
    return place < 0 ? 0 : this.starts[place + 1]! - this.starts[place]!;
  }

  /**
   * Offers each point that has one of the words: the sum of what each is worth, times its weight there.
   * @param places of the words, as `find` tells them
   * @param worth of each of them
   */
  offerSharing(places: readonly number[], worth: readonly number[], best: Best<string>): void {
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

  private offerCosine(row: number, product: number, best: Best<string>): void {
    if (this.scales[row] !== 0) best.offer(this.ids[row]!, product * this.scales[row]!);
  }
}
