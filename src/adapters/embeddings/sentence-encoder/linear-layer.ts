import type { Kernels } from './kernels.js';
import { COLUMNS, packColumns, ROWS } from './matmul-kernel.js';
import type { ModelFiles } from './model-files.js';
import type { EncoderMemory, FloatArea } from './encoder-memory.js';

export interface LinearOptions {
  /** Adds the result to the output. */
  adds?: boolean;
  /** Negative results become 0. */
  isRectified?: boolean;
}

/** The largest weight of a column, as an integer. */
const LARGEST_WEIGHT = 2_047;
const LARGEST_INPUT = 32_767;
const LARGEST_SUM = 2 ** 31 - 1;
/** For millions of calls, the look-up of a global object counts. */
const { abs, max, round } = Math;

/**
 * A matrix product of 16-bit integers, which costs half as much as one of floats: weights are scaled by column, inputs
 * by row, so that no sum exceeds 32 bits.
 */
export class LinearLayer {
  readonly columns: number;
  private readonly inner: number;
  private readonly weights: number;
  private readonly scales: number;
  private readonly bias: number;
  private readonly largestInput: number;

  /** @param weights, bias names of them in the files */
  constructor(
    private readonly memory: EncoderMemory,
    private readonly kernels: Kernels,
    files: ModelFiles,
    weights: string,
    bias: string,
  ) {
    const { rows, columns } = files.sizeOf(weights);
    if (columns % COLUMNS !== 0 || files.sizeOf(bias).columns !== columns)
      throw new Error('weights of an unexpected shape');
    [this.inner, this.columns] = [rows, columns];
    const added = memory.floats(columns);
    files.read(bias, added.values);
    const values = files.read(weights);
    const scales = memory.floats(columns);
    for (let row = 0, i = 0; row < rows; row++)
      for (let column = 0; column < columns; column++, i++)
        scales.values[column] = max(scales.values[column]!, abs(values[i]!));
    for (let column = 0; column < columns; column++)
      scales.values[column] = (scales.values[column]! || 1) / LARGEST_WEIGHT;
    const sums = new Float64Array(columns);
    const packed = memory.integers(rows * columns);
    packColumns(packed.values, rows, columns, (row, column) => {
      const weight = round(values[row * columns + column]! / scales.values[column]!);
      sums[column]! += abs(weight);
      return weight;
    });
    this.largestInput = Math.min(
      LARGEST_INPUT,
      Math.floor(LARGEST_SUM / sums.reduce((a, b) => max(a, b)) - 1),
    );
    [this.weights, this.scales, this.bias] = [packed.at, scales.at, added.at];
  }

  /** @param rows how many the input has; rows up to the next multiple of four are computed as well, of anything */
  apply(input: FloatArea, output: FloatArea, rows: number, options: LinearOptions = {}): void {
    const { quantised, rowScales } = this.memory;
    for (let row = 0; row < rows; row++) this.quantiseRow(input.values, row);
    this.kernels.matmul(
      quantised.at,
      rowScales.at,
      this.weights,
      this.scales,
      this.bias,
      output.at,
      Math.ceil(rows / ROWS) * ROWS,
      this.inner,
      this.columns,
      options.adds ? 1 : 0,
      options.isRectified ? 0 : -Infinity,
    );
  }

  private quantiseRow(values: Float32Array, row: number): void {
    const { inner, largestInput } = this;
    const { quantised, rowScales } = this.memory;
    const target = quantised.values;
    const [from, to] = [row * inner, (row + 1) * inner];
    let most = 0;
    for (let i = from; i < to; i++) {
      const size = abs(values[i]!);
      if (size > most) most = size;
    }
    const scale = most > 0 ? most / largestInput : 1;
    const factor = 1 / scale;
    for (let i = from; i < to; i++) {
      const scaled = values[i]! * factor;
      // Storing an integer cuts off the fraction.
      target[i] = scaled < 0 ? scaled - 0.5 : scaled + 0.5;
    }
    rowScales.values[row] = scale;
  }
}
