import {
  assemble,
  code,
  doWhile,
  get,
  i16x8ExtendHighI8x16,
  i16x8ExtendLowI8x16,
  i32Add,
  i32Const,
  i32LessThan,
  i32Mul,
  i32Store,
  i32x4Add,
  i32x4DotI16x8,
  i32x4ExtractLane,
  increase,
  set,
  v128Load,
  v128Zero,
  WASM_PAGE,
} from './wasm-assembler.js';

/** Rows must have a multiple of so many bytes. */
export const ROW_ALIGNMENT = 16;
/** Rows copied at once: few enough for the first cache of the processor. */
const CHUNK_BYTES = 32 * 1_024;

/** `rowDots(query, rows, out, count, stride)`: addresses, the number of rows, and the bytes of each. */
type RowDotsKernel = (query: number, rows: number, out: number, count: number, stride: number) => void;

/**
 * Dot products of int8 vectors in WebAssembly, which has instructions for 16 values at once. Rows are copied into its
 * memory, since they are in arrays of their own; copying is a small part of the time.
 */
export class RowDots {
  private static readonly byStride = new Map<number, RowDots>();
  private readonly rowsAtOnce: number;
  private readonly rows: Int8Array;
  private readonly query: Int16Array;
  private readonly sums: Int32Array;
  private readonly kernel: RowDotsKernel;

  /** @param stride bytes of a row */
  static of(stride: number): RowDots {
    const known = RowDots.byStride.get(stride) ?? new RowDots(stride);
    RowDots.byStride.set(stride, known);
    return known;
  }

  private constructor(private readonly stride: number) {
    this.rowsAtOnce = Math.max(1, Math.floor(CHUNK_BYTES / stride));
    const rowBytes = this.rowsAtOnce * stride;
    const bytes = rowBytes + 2 * stride + 4 * this.rowsAtOnce;
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / WASM_PAGE) });
    this.rows = new Int8Array(memory.buffer, 0, rowBytes);
    this.query = new Int16Array(memory.buffer, rowBytes, stride);
    this.sums = new Int32Array(memory.buffer, rowBytes + 2 * stride, this.rowsAtOnce);
    const module = new WebAssembly.Module(assemble([rowDots()], 1));
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    this.kernel = (exports as { rowDots: RowDotsKernel }).rowDots;
  }

  /** Visits rows, one after the other in `rows`, with their dot products with a query of `stride` values. */
  forEach(query: Int8Array, rows: Int8Array, visit: (row: number, dot: number) => void): void {
    const { stride, rowsAtOnce, sums } = this;
    this.query.set(query);
    const size = rows.length / stride;
    for (let from = 0; from < size; from += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, size - from);
      this.rows.set(rows.subarray(from * stride, (from + count) * stride));
      this.kernel(this.query.byteOffset, this.rows.byteOffset, sums.byteOffset, count, stride);
      for (let i = 0; i < count; i++) visit(from + i, sums[i]!);
    }
  }
}

function rowDots() {
  const [query, rows, out, count, stride, end, rowEnd, at, sum, values] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ] as const;
  const half = (extend: readonly number[], offset: number) =>
    code(get(values), extend, get(at), v128Load(offset), i32x4DotI16x8, get(sum), i32x4Add, set(sum));
  const sixteen = code(
    code(get(rows), v128Load(), set(values)),
    half(i16x8ExtendLowI8x16, 0),
    half(i16x8ExtendHighI8x16, 16),
    increase(rows, 16),
    increase(at, 32),
  );
  const row = code(
    v128Zero,
    set(sum),
    code(get(query), set(at)),
    code(get(rows), get(stride), i32Add, set(rowEnd)),
    doWhile(sixteen, code(get(rows), get(rowEnd), i32LessThan)),
    get(out),
    ...[0, 1, 2, 3].map((lane) => code(get(sum), i32x4ExtractLane(lane))),
    i32Add,
    i32Add,
    i32Add,
    i32Store(),
    increase(out, 4),
  );
  return {
    name: 'rowDots',
    params: ['i32', 'i32', 'i32', 'i32', 'i32'],
    locals: ['i32', 'i32', 'i32', 'v128', 'v128'],
    body: code(
      code(get(out), get(count), i32Const(4), i32Mul, i32Add, set(end)),
      doWhile(row, code(get(out), get(end), i32LessThan)),
    ),
  } as const;
}
