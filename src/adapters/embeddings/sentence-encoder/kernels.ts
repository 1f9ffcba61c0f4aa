import { assemble } from '../../../search/wasm-assembler.js';
import { dots, weightedSum } from './attention-kernels.js';
import { matmul } from './matmul-kernel.js';

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
