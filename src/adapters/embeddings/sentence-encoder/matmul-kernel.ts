import {
  code,
  doWhile,
  f32x4Add,
  f32x4ConvertI32x4,
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
} from '../../../search/wasm-assembler.js';

/** Rows are multiplied so many at a time; their number must be a multiple. */
export const ROWS = 4;
/** Columns that are computed together, two registers of four; the number of columns must be a multiple. */
export const COLUMNS = 8;
/** Pairs of the inner dimension in one step; its length must be a multiple of twice as many. */
const PAIRS = 4;

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
export function matmul(): WasmFunction {
  const [a, rowScales, b, columnScales, bias, c, rows, inner, columns, adds, lowest] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ] as const;
  const [row, column, packed, end, out] = [11, 12, 13, 14, 15] as const;
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
