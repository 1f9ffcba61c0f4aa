import {
  assemble,
  code,
  doWhile,
  f32Add,
  f32Store,
  f32x4Add,
  f32x4ConvertI32x4,
  f32x4ExtractLane,
  f32x4Max,
  f32x4Mul,
  f32x4Splat,
  get,
  i32Add,
  i32Const,
  i32LessThan,
  i32Mul,
  i32x4Add,
  i32x4DotI16x8,
  ifNotZero,
  increase,
  set,
  v128Load,
  v128Load32Splat,
  v128Store,
  v128Zero,
  type ValueType,
  type WasmFunction,
} from './wasm-assembler.js';

/** Rows are multiplied so many at a time; their number must be a multiple. */
export const ROWS = 4;
/** Columns that are computed together, two registers of four; the number of columns must be a multiple. */
export const COLUMNS = 8;
/** Pairs of the inner dimension in one step; its length must be a multiple of twice as many. */
const PAIRS = 4;

/** Addresses are byte offsets in the memory. */
export interface Kernels {
  /**
   * Product of quantised matrices, as 32-bit floats: `c = a · b * rowScale * columnScale + bias`, at least `lowest`.
   * @param a rows of `inner` 16-bit integers
   * @param b packed by `packColumns`
   * @param c rows of `columns` floats
   * @param adds 1 to add what `c` has
   */
  matmul(
    ...args: [
      a: number,
      rowScales: number,
      b: number,
      columnScales: number,
      bias: number,
      c: number,
      rows: number,
      inner: number,
      columns: number,
      adds: number,
      lowest: number,
    ]
  ): void;
  /** Dot products of a vector with `count` vectors that are `stride` bytes apart. @param size multiple of 4 */
  dots(
    ...args: [vector: number, others: number, out: number, count: number, size: number, stride: number]
  ): void;
  /** Sum of `count` vectors with weights. @param size multiple of 16 */
  weightedSum(
    ...args: [weights: number, vectors: number, out: number, count: number, size: number, stride: number]
  ): void;
}

/** Compiles the kernels over a memory. */
export function compileKernels(memory: WebAssembly.Memory): Kernels {
  const module = new WebAssembly.Module(assemble([matmul(), dots(), weightedSum()], 1));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}

/**
 * Orders a matrix as `matmul` reads it: blocks of eight columns; in each, pairs of rows; in those, column by column.
 * @param at the value of a row and a column
 */
export function packColumns(
  target: Int16Array,
  rows: number,
  columns: number,
  at: (row: number, column: number) => number,
): void {
  let next = 0;
  for (let block = 0; block < columns; block += COLUMNS)
    for (let row = 0; row < rows; row += 2)
      for (let column = block; column < block + COLUMNS; column++) {
        target[next++] = at(row, column);
        target[next++] = at(row + 1, column);
      }
}

const repeat = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const types = (count: number, type: ValueType) => repeat(count, () => type);

/** Each step multiplies pairs of 16-bit integers and adds the two products, in four lanes. */
function matmul(): WasmFunction {
  const [a, rowScales, b, columnScales, bias, c, rows, inner, columns, adds, lowest] = repeat(
    11,
    (i) => i,
  ) as [...Repeat11];
  const [row, column, packed, end, out] = repeat(5, (i) => 11 + i) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const pointers = repeat(ROWS, (i) => 16 + i);
  const sums = repeat(ROWS, (r) => [16 + ROWS + 2 * r, 16 + ROWS + 2 * r + 1] as const);
  const [left, right, value] = repeat(3, (i) => 16 + 3 * ROWS + i) as [number, number, number];

  /** Address of an element of an array of floats. */
  const float = (base: number, index: readonly number[]) =>
    code(get(base), index, i32Const(4), i32Mul, i32Add);
  const rowBytes = code(get(inner), i32Const(2), i32Mul);
  const step = code(
    ...repeat(PAIRS, (pair) =>
      code(
        get(packed),
        v128Load(32 * pair),
        set(left),
        get(packed),
        v128Load(32 * pair + 16),
        set(right),
        ...repeat(ROWS, (r) =>
          code(
            get(pointers[r]!),
            v128Load32Splat(4 * pair),
            set(value),
            ...[left, right].map((half, h) =>
              code(get(sums[r]![h]!), get(value), get(half), i32x4DotI16x8, i32x4Add, set(sums[r]![h]!)),
            ),
          ),
        ),
      ),
    ),
    increase(packed, 32 * PAIRS),
    ...pointers.map((pointer) => increase(pointer, 4 * PAIRS)),
  );
  const store = (r: number, half: 0 | 1) => {
    const offset = 16 * half;
    return code(
      get(sums[r]![half]),
      f32x4ConvertI32x4,
      float(rowScales, code(get(row), i32Const(r), i32Add)),
      v128Load32Splat(),
      f32x4Mul,
      float(columnScales, get(column)),
      v128Load(offset),
      f32x4Mul,
      float(bias, get(column)),
      v128Load(offset),
      f32x4Add,
      get(lowest),
      f32x4Splat,
      f32x4Max,
      set(value),
      ifNotZero(adds, code(get(value), get(out), v128Load(offset), f32x4Add, set(value))),
      get(out),
      get(value),
      v128Store(offset),
    );
  };
  const block = code(
    ...pointers.map((pointer, r) =>
      code(get(a), get(row), i32Const(r), i32Add, rowBytes, i32Mul, i32Add, set(pointer)),
    ),
    code(get(b), get(column), rowBytes, i32Mul, i32Add, set(packed)),
    code(get(packed), get(inner), i32Const(2 * COLUMNS), i32Mul, i32Add, set(end)),
    ...sums.flat().map((sum) => code(v128Zero, set(sum))),
    doWhile(step, code(get(packed), get(end), i32LessThan)),
    ...repeat(ROWS, (r) =>
      code(
        float(c, code(get(row), i32Const(r), i32Add, get(columns), i32Mul, get(column), i32Add)),
        set(out),
        store(r, 0),
        store(r, 1),
      ),
    ),
    increase(row, ROWS),
  );
  const body = doWhile(
    code(
      i32Const(0),
      set(row),
      doWhile(block, code(get(row), get(rows), i32LessThan)),
      increase(column, COLUMNS),
    ),
    code(get(column), get(columns), i32LessThan),
  );
  return {
    name: 'matmul',
    params: [...types(10, 'i32'), 'f32'],
    locals: [...types(5 + ROWS, 'i32'), ...types(2 * ROWS + 3, 'v128')],
    body,
  };
}
type Repeat11 = [number, number, number, number, number, number, number, number, number, number, number];

function dots(): WasmFunction {
  const [vector, others, out, count, size, stride, i, at, other, sum] = repeat(10, (n) => n) as [...Repeat10];
  const one = code(
    v128Zero,
    set(sum),
    code(i32Const(0), set(at)),
    doWhile(
      code(
        get(sum),
        code(get(vector), get(at), i32Add, v128Load()),
        code(get(other), get(at), i32Add, v128Load()),
        f32x4Mul,
        f32x4Add,
        set(sum),
        increase(at, 16),
      ),
      code(get(at), get(size), i32Const(4), i32Mul, i32LessThan),
    ),
    get(out),
    ...repeat(4, (lane) => code(get(sum), f32x4ExtractLane(lane))),
    f32Add,
    f32Add,
    f32Add,
    f32Store(),
    increase(out, 4),
    code(get(other), get(stride), i32Add, set(other)),
    increase(i, 1),
  );
  return {
    name: 'dots',
    params: types(6, 'i32'),
    locals: [...types(3, 'i32'), 'v128'],
    body: code(get(others), set(other), doWhile(one, code(get(i), get(count), i32LessThan))),
  };
}
type Repeat10 = [number, number, number, number, number, number, number, number, number, number];

function weightedSum(): WasmFunction {
  const [weights, vectors, out, count, size, stride, done, i, weight, vector] = repeat(10, (n) => n) as [
    ...Repeat10,
  ];
  const sums = repeat(4, (n) => 10 + n);
  const factor = 14;
  const sixteen = code(
    ...sums.map((sum) => code(v128Zero, set(sum))),
    code(i32Const(0), set(i), get(weights), set(weight)),
    code(get(vectors), get(done), i32Const(4), i32Mul, i32Add, set(vector)),
    doWhile(
      code(
        code(get(weight), v128Load32Splat(), set(factor)),
        ...sums.map((sum, n) =>
          code(get(sum), get(vector), v128Load(16 * n), get(factor), f32x4Mul, f32x4Add, set(sum)),
        ),
        increase(weight, 4),
        code(get(vector), get(stride), i32Add, set(vector)),
        increase(i, 1),
      ),
      code(get(i), get(count), i32LessThan),
    ),
    ...sums.map((sum, n) => code(get(out), get(sum), v128Store(16 * n))),
    increase(out, 64),
    increase(done, 16),
  );
  return {
    name: 'weightedSum',
    params: types(6, 'i32'),
    locals: [...types(4, 'i32'), ...types(5, 'v128')],
    body: doWhile(sixteen, code(get(done), get(size), i32LessThan)),
  };
}
