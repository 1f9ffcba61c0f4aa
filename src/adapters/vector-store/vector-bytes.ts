import type { SparseVector } from '../../search/sparse.js';

export const bytesOf = ({ buffer, byteOffset, byteLength }: Int8Array) =>
  Buffer.from(buffer, byteOffset, byteLength);

/** Indices as 32-bit integers, then as many values as 32-bit floats, in this machine's order: little-endian. */
export function encodeSparse({ indices, values }: SparseVector): Buffer {
  return Buffer.concat([
    new Uint8Array(Uint32Array.from(indices).buffer),
    new Uint8Array(Float32Array.from(values).buffer),
  ]);
}

export function decodeSparse(bytes: Buffer): { indices: Uint32Array; values: Float32Array } {
  // A copy: where the driver put the bytes need not be a multiple of four.
  const { buffer } = Uint8Array.from(bytes);
  const count = bytes.length / 8;
  return { indices: new Uint32Array(buffer, 0, count), values: new Float32Array(buffer, count * 4, count) };
}
