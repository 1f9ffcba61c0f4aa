import { WASM_PAGE } from '../../../search/wasm-assembler.js';

/** Of a 128-bit register. */
const ALIGNMENT = 16;

/** A part of the memory: its offset in bytes, and its values. */
export interface Area<T> {
  at: number;
  values: T;
}
export type FloatArea = Area<Float32Array>;

/** The memory of the kernels. Areas are never freed. */
export class EncoderMemory {
  readonly memory: WebAssembly.Memory;
  /** A quantised input of a linear layer, and the scales of its rows. */
  readonly quantised: Area<Int16Array>;
  readonly rowScales: FloatArea;
  private used = 0;

  /** @param input the longest input of a linear layer: rows, and values of each */
  constructor(bytes: number, input: { rows: number; inner: number }) {
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / WASM_PAGE) });
    this.quantised = this.integers(input.rows * input.inner);
    this.rowScales = this.floats(input.rows);
  }

  floats(length: number): FloatArea {
    const at = this.take(length * Float32Array.BYTES_PER_ELEMENT);
    return { at, values: new Float32Array(this.memory.buffer, at, length) };
  }

  integers(length: number): Area<Int16Array> {
    const at = this.take(length * Int16Array.BYTES_PER_ELEMENT);
    return { at, values: new Int16Array(this.memory.buffer, at, length) };
  }

  /** @throws RangeError by the views when the memory is full */
  private take(bytes: number): number {
    const at = this.used;
    this.used += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    return at;
  }
}
