import { EncoderMemory, type FloatArea } from './encoder-memory.js';
import { compileKernels, type Kernels } from './kernels.js';
import { LinearLayer } from './linear-layer.js';
import { ModelFiles } from './model-files.js';
import { Tokenizer } from './tokenizer.js';
import { TransformerLayer, type Scratch } from './transformer-layer.js';

/** The model reads no more tokens of a text. */
const MAX_TOKENS = 128;
/** Tokens that are computed together, of several texts: their values stay in the cache of the processor. */
const BATCH_TOKENS = 256;
const [TOKEN_SIZE, SIZE, HIDDEN_SIZE] = [256, 512, 1_536];
const PIECES = 'Embeddings_en';
/** Of the weights in 16 bits, and of all that is computed for a batch. */
const MEMORY_BYTES = 20 * 2 ** 20;

/**
 * The Universal Sentence Encoder lite, a transformer of two layers, computed in WebAssembly. A text's vector does not
 * depend on the others of its batch.
 */
export class SentenceEncoder {
  private readonly tokenizer: Tokenizer;
  private readonly layers: readonly TransformerLayer[];
  private readonly last: LinearLayer;
  /** Vectors of the pieces of the vocabulary, and the frequencies by which positions are encoded. */
  private readonly pieces: Float32Array;
  private readonly frequencies: Float32Array;
  private readonly tokens: FloatArea;
  private readonly states: FloatArea;
  private readonly means: FloatArea;

  /** Reads the weights, which takes some 0.2 s of blocking work. */
  constructor() {
    const files = new ModelFiles();
    const memory = new EncoderMemory(MEMORY_BYTES, { rows: BATCH_TOKENS, inner: HIDDEN_SIZE });
    const kernels: Kernels = compileKernels(memory.memory);
    const scratch: Scratch = {
      normalised: memory.floats(BATCH_TOKENS * SIZE),
      hidden: memory.floats(BATCH_TOKENS * HIDDEN_SIZE),
      attended: memory.floats(BATCH_TOKENS * SIZE),
      scores: memory.floats(MAX_TOKENS),
    };
    this.tokens = memory.floats(BATCH_TOKENS * TOKEN_SIZE);
    this.states = memory.floats(BATCH_TOKENS * SIZE);
    this.means = memory.floats(BATCH_TOKENS * SIZE);
    this.tokenizer = new Tokenizer(files.vocabulary);
    const { rows, columns } = files.sizeOf(PIECES);
    this.pieces = files.read(PIECES, new Float32Array(rows * columns));
    this.frequencies = files.read('AddTimingSignal/TimingSignal/ExpandDims_1').slice();
    this.layers = [0, 1].map((layer) => new TransformerLayer(memory, kernels, scratch, files, layer));
    this.last = new LinearLayer(memory, kernels, files, 'tanh_layer_0/weights', 'tanh_layer_0/bias');
  }

  /** @returns a vector of unit length for each text, in order; texts must not be empty */
  embed(texts: readonly string[]): Float32Array<ArrayBuffer>[] {
    const encoded = texts.map((text) => this.tokenizer.encode(text).slice(0, MAX_TOKENS));
    const vectors: Float32Array<ArrayBuffer>[] = [];
    let batch: number[][] = [];
    let size = 0;
    for (const tokens of encoded) {
      if (size + tokens.length > BATCH_TOKENS) {
        vectors.push(...this.embedTokens(batch));
        [batch, size] = [[], 0];
      }
      batch.push(tokens);
      size += tokens.length;
    }
    if (batch.length > 0) vectors.push(...this.embedTokens(batch));
    return vectors;
  }

  private embedTokens(texts: readonly (readonly number[])[]): Float32Array<ArrayBuffer>[] {
    const bounds = [0];
    for (const tokens of texts) {
      const from = bounds.at(-1)!;
      for (const [position, token] of tokens.entries()) this.placeToken(token, position, from + position);
      bounds.push(from + tokens.length);
    }
    let states = this.tokens;
    for (const layer of this.layers) states = layer.apply(states, this.states, bounds);
    for (let text = 0; text < texts.length; text++)
      meanOfRows(states.values, bounds[text]!, bounds[text + 1]!, this.means.values, text);
    // Every input has been used: the result may lie where the states were.
    this.last.apply(this.means, this.states, texts.length);
    return texts.map((_, text) => toVector(this.states.values.subarray(text * SIZE, (text + 1) * SIZE)));
  }

  /** Twice the piece's vector, since the model adds its input again, and the sines and cosines of its position. */
  private placeToken(token: number, position: number, row: number): void {
    const { pieces, frequencies, tokens } = this;
    const count = frequencies.length;
    for (let i = 0; i < TOKEN_SIZE; i++) {
      const angle = position * frequencies[i % count]!;
      const signal = i < count ? Math.sin(angle) : Math.cos(angle);
      tokens.values[row * TOKEN_SIZE + i] = 2 * pieces[token * TOKEN_SIZE + i]! + signal;
    }
  }
}

function meanOfRows(values: Float32Array, from: number, to: number, target: Float32Array, row: number): void {
  const mean = target.subarray(row * SIZE, (row + 1) * SIZE).fill(0);
  for (let at = from; at < to; at++) for (let i = 0; i < SIZE; i++) mean[i]! += values[at * SIZE + i]!;
  for (let i = 0; i < SIZE; i++) mean[i]! /= Math.max(1, to - from);
}

function toVector(values: Float32Array): Float32Array<ArrayBuffer> {
  const vector = Float32Array.from(values, Math.tanh);
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? vector.map((value) => value / length) : vector;
}
