/**
 * The direction of a vector as a signed byte for each dimension: a quarter of the memory, and cosines that are wrong by
 * less than 0.005. Its length is lost: readers divide by the length of the bytes.
 */
export function quantise(vector: ArrayLike<number>): Int8Array {
  let largest = 1e-9;
  for (let i = 0; i < vector.length; i++) largest = Math.max(largest, Math.abs(vector[i]!));
  const bytes = new Int8Array(vector.length);
  // Ten times as fast as `Int8Array.from`: a document has millions of these.
  for (let i = 0; i < vector.length; i++) bytes[i] = Math.round((vector[i]! / largest) * 127);
  return bytes;
}

/** For single pairs of vectors; `QuantisedRows` compares a vector with many. */
export function dotProduct(a: Int8Array, b: Int8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** 1 / length, so that a dot product times both is the cosine; 0 for a zero vector, which is similar to nothing. */
export function inverseLength(vector: Int8Array): number {
  const square = dotProduct(vector, vector);
  return square === 0 ? 0 : 1 / Math.sqrt(square);
}
