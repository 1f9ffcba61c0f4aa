import { inverseLength, quantise } from './quantise.js';
import { ROW_ALIGNMENT, RowDots } from './row-dots.js';

/** A vector that rows are compared with: as bytes, filled up with zeros to the length of a row. */
export interface QuantisedQuery {
  dimensions: number;
  bytes: Int8Array;
  /** One over its length. */
  scale: number;
}

/** @param vector of any length; int8 vectors are used as they are */
export function toQuantisedQuery(vector: Float32Array | Int8Array): QuantisedQuery {
  const bytes = new Int8Array(strideOf(vector.length));
  bytes.set(vector instanceof Int8Array ? vector : quantise(vector));
  return { dimensions: vector.length, bytes, scale: inverseLength(bytes) };
}

const strideOf = (dimensions: number) => Math.ceil(dimensions / ROW_ALIGNMENT) * ROW_ALIGNMENT;

/** A table of quantised vectors of equal dimensions, packed for exact search. Rows may be empty. */
export class QuantisedRows {
  /** Bytes of a row: the dimensions, filled up with zeros. */
  private readonly stride: number;
  private readonly values: Int8Array;
  /** One over each vector's length; 0 for an empty row. */
  private readonly scales: Float32Array;

  constructor(
    readonly size: number,
    readonly dimensions: number,
  ) {
    this.stride = strideOf(dimensions);
    this.values = new Int8Array(size * this.stride);
    this.scales = new Float32Array(size);
  }

  /** Memory of the table, in bytes. */
  get bytes(): number {
    return this.values.byteLength + this.scales.byteLength;
  }

  /** A vector of other dimensions leaves the row empty: it belongs to another model. */
  set(row: number, vector: Int8Array): void {
    if (vector.length !== this.dimensions) return;
    this.values.set(vector, row * this.stride);
    this.scales[row] = inverseLength(vector);
  }

  /** @returns undefined for an empty row */
  get(row: number): Int8Array | undefined {
    const at = row * this.stride;
    return this.scales[row] ? this.values.subarray(at, at + this.dimensions) : undefined;
  }

  /** One over the length of a row's vector. */
  scaleOf(row: number): number {
    return this.scales[row]!;
  }

  /** Visits the non-empty rows with their cosine similarity; none for a query of other dimensions. */
  forEachCosine(query: QuantisedQuery, visit: (row: number, cosine: number) => void): void {
    if (query.dimensions !== this.dimensions || this.size === 0) return;
    const { values, stride, scales } = this;
    RowDots.of(stride).forEach(query.bytes, values, (row, dot) => {
      if (scales[row]! !== 0) visit(row, dot * query.scale * scales[row]!);
    });
  }
}
