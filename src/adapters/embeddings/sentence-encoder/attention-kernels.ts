import {
  code,
  doWhile,
  f32Add,
  f32Store,
  f32x4Add,
  f32x4ExtractLane,
  f32x4Mul,
  get,
  i32Add,
  i32Const,
  i32LessThan,
  i32Mul,
  increase,
  set,
  v128Load,
  v128Load32Splat,
  v128Store,
  v128Zero,
  type WasmFunction,
} from '../../../search/wasm-assembler.js';

/** @see Kernels.dots */
export function dots(): WasmFunction {
  const [vector, others, out, count, size, stride, i, at, other, sum] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ] as const;
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
    ...[0, 1, 2, 3].map((lane) => code(get(sum), f32x4ExtractLane(lane))),
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
    params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    locals: ['i32', 'i32', 'i32', 'v128'],
    body: code(get(others), set(other), doWhile(one, code(get(i), get(count), i32LessThan))),
  };
}

/** @see Kernels.weightedSum */
export function weightedSum(): WasmFunction {
  const [weights, vectors, out, count, size, stride, done, i, weight, vector] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ] as const;
  const sums = [10, 11, 12, 13];
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
    params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    locals: ['i32', 'i32', 'i32', 'i32', 'v128', 'v128', 'v128', 'v128', 'v128'],
    body: doWhile(sixteen, code(get(done), get(size), i32LessThan)),
  };
}
