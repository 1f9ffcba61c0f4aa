import type { EncoderMemory, FloatArea } from './encoder-memory.js';
import type { Kernels } from './kernels.js';
import { LinearLayer } from './linear-layer.js';
import type { ModelFiles } from './model-files.js';

const HEADS = 4;
const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;
const EPSILON = 1e-6;

/** Rows of the texts of a batch, one a token, without padding: where each text begins, and the end of the last. */
export type Bounds = readonly number[];

/** Areas that layers use in turn. */
export interface Scratch {
  normalised: FloatArea;
  /** Queries, keys and values of the attention, or the hidden values of the feed-forward network. */
  hidden: FloatArea;
  attended: FloatArea;
  scores: FloatArea;
}

/** A layer of the encoder: attention within each text, then a feed-forward network; both add to their input. */
export class TransformerLayer {
  private readonly norms: readonly (readonly [scale: Float32Array, bias: Float32Array])[];
  private readonly qkv: LinearLayer;
  private readonly output: LinearLayer;
  private readonly expand: LinearLayer;
  private readonly contract: LinearLayer;
  /** Makes the input as long as the output, in the layer whose input is shorter. */
  private readonly residual: LinearLayer | undefined;

  constructor(
    memory: EncoderMemory,
    private readonly kernels: Kernels,
    private readonly scratch: Scratch,
    files: ModelFiles,
    layer: number,
  ) {
    const prefix = `Layer_${layer}/TransformerLayer`;
    const linear = (weights: string, bias: string) =>
      new LinearLayer(
        memory,
        kernels,
        files,
        `${prefix}/${weights}`,
        `${prefix}/${bias}/bias/ConcatPartitions/concat`,
      );
    const attention = (name: string) =>
      linear(`MultiheadAttention/${name}/kernel/part_0`, `MultiheadAttention/${name}`);
    const network = (name: string) => linear(`FFN/${name}/Tensordot/Reshape_1`, `FFN/${name}`);
    const norm = (place: string) => {
      const part = (name: string) =>
        files
          .read(
            `${prefix}/${place}layer_prepostprocess/layer_norm/layer_norm_${name}/ConcatPartitions/concat`,
          )
          .slice();
      return [part('scale'), part('bias')] as const;
    };
    this.norms = [norm(''), norm('FFN/')];
    this.qkv = attention('qkv_transform_single');
    this.output = attention('output_transform_single');
    [this.expand, this.contract] = [network('conv1'), network('conv2')];
    if (layer === 0) this.residual = linear('dense/kernel/ConcatPartitions/concat', 'dense');
  }

  /** @returns the area of its result */
  apply(input: FloatArea, output: FloatArea, bounds: Bounds): FloatArea {
    const rows = bounds.at(-1)!;
    const { normalised, hidden, attended } = this.scratch;
    const result = this.residual ? output : input;
    this.residual?.apply(input, output, rows);
    this.normalise(input.values, 0, rows);
    this.qkv.apply(normalised, hidden, rows);
    this.attend(bounds);
    this.output.apply(attended, result, rows, { adds: true });
    this.normalise(result.values, 1, rows);
    this.expand.apply(normalised, hidden, rows, { isRectified: true });
    this.contract.apply(hidden, result, rows, { adds: true });
    return result;
  }

  private normalise(values: Float32Array, place: 0 | 1, rows: number): void {
    const [scale, bias] = this.norms[place]!;
    const target = this.scratch.normalised.values;
    const size = scale.length;
    for (let from = 0; from < rows * size; from += size) {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += values[from + i]!;
      const mean = sum / size;
      let squares = 0;
      for (let i = 0; i < size; i++) {
        const distance = values[from + i]! - mean;
        squares += distance * distance;
      }
      const factor = 1 / Math.sqrt(squares / size + EPSILON);
      for (let i = 0; i < size; i++)
        target[from + i] = (values[from + i]! - mean) * factor * scale[i]! + bias[i]!;
    }
  }

  /** Each token becomes the mean of the values of its text, weighted by how its query meets their keys. */
  private attend(bounds: Bounds): void {
    const { hidden, attended, scores } = this.scratch;
    const size = this.qkv.columns / 3;
    const headSize = size / HEADS;
    const stride = this.qkv.columns * FLOAT_BYTES;
    for (let text = 0; text + 1 < bounds.length; text++) {
      const [from, to] = [bounds[text]!, bounds[text + 1]!];
      for (let head = 0; head < HEADS; head++) {
        const keys = hidden.at + from * stride + (size + head * headSize) * FLOAT_BYTES;
        const values = keys + size * FLOAT_BYTES;
        for (let row = from; row < to; row++) {
          const query = hidden.at + row * stride + head * headSize * FLOAT_BYTES;
          const out = attended.at + (row * size + head * headSize) * FLOAT_BYTES;
          this.kernels.dots(query, keys, scores.at, to - from, headSize, stride);
          softmax(scores.values, to - from, 1 / Math.sqrt(headSize));
          this.kernels.weightedSum(scores.at, values, out, to - from, headSize, stride);
        }
      }
    }
  }
}

function softmax(values: Float32Array, length: number, factor: number): void {
  let most = -Infinity;
  for (let i = 0; i < length; i++) if (values[i]! > most) most = values[i]!;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += values[i] = Math.exp((values[i]! - most) * factor);
  for (let i = 0; i < length; i++) values[i]! /= sum;
}
