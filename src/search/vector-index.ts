import { QuantisedRows, toQuantisedQuery } from './quantised-rows.js';

const BLOCK_ROWS = 1_024;

/** Append-only table of vectors of one space, with exact search. Rows are numbered from 0, and may be empty. */
export class VectorIndex {
  private dimensions = 0;
  private size = 0;
  /** Growing costs no copy. */
  private readonly blocks: (QuantisedRows | undefined)[] = [];

  /** @param vector null for an empty row; one with other dimensions than the first is also stored as empty */
  add(vector: Int8Array | null): void {
    const row = this.size++;
    if (!vector) return;
    this.dimensions ||= vector.length;
    const block = (this.blocks[Math.floor(row / BLOCK_ROWS)] ??= new QuantisedRows(
      BLOCK_ROWS,
      this.dimensions,
    ));
    block.set(row % BLOCK_ROWS, vector);
  }

  /** @returns undefined for an empty row */
  get(row: number): Int8Array | undefined {
    return this.blocks[Math.floor(row / BLOCK_ROWS)]?.get(row % BLOCK_ROWS);
  }

  /**
   * Cosine similarity of a vector with each row; NaN for an empty or unwanted row.
   * @param wanted 1 for each row to compare
   */
  cosines(vector: Int8Array, wanted: Uint8Array): Float32Array {
    const cosines = new Float32Array(this.size).fill(NaN);
    const query = toQuantisedQuery(vector);
    for (const [block, rows] of this.blocks.entries())
      rows?.forEachCosine(query, (row, cosine) => {
        const at = block * BLOCK_ROWS + row;
        if (wanted[at] !== 0) cosines[at] = cosine;
      });
    return cosines;
  }

  /** The mean cosine of distant pairs: the baseline similarity of unrelated vectors in this space. */
  background(pairs = 500): number {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < pairs; i++) {
      const a = (i * 7_919) % this.size;
      const b = (a + 1 + ((i * 104_729) % (this.size - 1 || 1))) % this.size;
      const [x, y] = [this.get(a), this.get(b)];
      if (a === b || !x || !y) continue;
      sum += x.reduce((total, value, d) => total + value * y[d]!, 0) * this.scaleOf(a) * this.scaleOf(b);
      count++;
    }
    return count === 0 ? 0 : sum / count;
  }

  private scaleOf(row: number): number {
    return this.blocks[Math.floor(row / BLOCK_ROWS)]!.scaleOf(row % BLOCK_ROWS);
  }
}
