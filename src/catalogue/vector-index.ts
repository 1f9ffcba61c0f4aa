import { inverseLength } from '../search/quantise.js';

const BLOCK_ROWS = 1_024;

/** Vectors of one space, searched exactly. Rows are numbered as they come, from 0, and may be empty. */
export class VectorIndex {
  private dimensions = 0;
  /** Bytes a row takes: the dimensions, filled up with zeros to a multiple of four. */
  private stride = 0;
  /** So many rows each: growing costs no copy. */
  private readonly blocks: Int8Array[] = [];
  /** One over each vector's length; 0 for a row without a vector. */
  private readonly scales: number[] = [];

  add(vector: Int8Array | null): void {
    const row = this.scales.push(0) - 1;
    if (!vector) return;
    if (this.dimensions === 0) {
      this.dimensions = vector.length;
      this.stride = Math.ceil(vector.length / 4) * 4;
    }
    if (vector.length !== this.dimensions) return; // left from a model that changed its size under the same name
    const block = (this.blocks[Math.floor(row / BLOCK_ROWS)] ??= new Int8Array(BLOCK_ROWS * this.stride));
    block.set(vector, (row % BLOCK_ROWS) * this.stride);
    this.scales[row] = inverseLength(vector);
  }

  /** @returns undefined for an empty row */
  get(row: number): Int8Array | undefined {
    const at = (row % BLOCK_ROWS) * this.stride;
    return this.scales[row] ? this.blocks[Math.floor(row / BLOCK_ROWS)]!.subarray(at, at + this.dimensions) : undefined;
  }

  /**
   * The cosine of a vector with each row's; NaN where there is none, or where the row is not wanted.
   * @param wanted 1 for each row to look at
   */
  cosines(vector: Int8Array, wanted: Uint8Array): Float32Array {
    const { stride, scales } = this;
    const cosines = new Float32Array(scales.length).fill(NaN);
    if (vector.length !== this.dimensions) return cosines;
    const query = new Int8Array(stride);
    query.set(vector);
    const scale = inverseLength(vector);
    for (let row = 0; row < scales.length; row++) {
      if (wanted[row] === 0 || scales[row] === 0) continue;
      const values = this.blocks[Math.floor(row / BLOCK_ROWS)]!;
      let sum = 0;
      // Four at a time: this loop decides how long a search takes.
      for (let i = 0, at = (row % BLOCK_ROWS) * stride; i < stride; i += 4, at += 4) {
        sum +=
          values[at]! * query[i]! +
          values[at + 1]! * query[i + 1]! +
          values[at + 2]! * query[i + 2]! +
          values[at + 3]! * query[i + 3]!;
      }
      cosines[row] = sum * scales[row]! * scale;
    }
    return cosines;
  }

  /** The mean cosine of pairs far apart: what "nothing in common" means in this space. */
  background(pairs = 500): number {
    const rows = this.scales.length;
    let sum = 0;
    let count = 0;
    for (let i = 0; i < pairs; i++) {
      const a = (i * 7_919) % rows;
      const b = (a + 1 + ((i * 104_729) % (rows - 1 || 1))) % rows;
      const [x, y] = [this.get(a), this.get(b)];
      if (a === b || !x || !y) continue;
      sum += x.reduce((total, value, d) => total + value * y[d]!, 0) * this.scales[a]! * this.scales[b]!;
      count++;
    }
    return count === 0 ? 0 : sum / count;
  }
}
