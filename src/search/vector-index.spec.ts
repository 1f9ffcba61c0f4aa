import fc from 'fast-check';
import { quantise } from './quantise.js';
import { VectorIndex } from './vector-index.js';

const cosine = (a: readonly number[], b: readonly number[]) => {
  const dot = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

/** Dimensions that are no multiple of four. */
const vector = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 37, maxLength: 37 })
  .filter((values) => values.some((value) => Math.abs(value) > 0.1));

it('finds nearly the cosines of the vectors that were quantised', () => {
  fc.assert(
    fc.property(vector, fc.array(vector, { minLength: 1, maxLength: 5 }), (query, rows) => {
      const index = new VectorIndex();
      for (const row of rows) index.add(quantise(row));
      const found = index.cosines(quantise(query), new Uint8Array(rows.length).fill(1));
      rows.forEach((row, i) => expect(Math.abs(found[i]! - cosine(query, row))).toBeLessThan(0.02));
    }),
  );
});

describe('rows without a cosine', () => {
  const one = Int8Array.of(1, 2, 3);
  const index = new VectorIndex();
  for (const row of [one, null, one, Int8Array.of(1, 2)]) index.add(row);

  it('are those that are empty, of another size, or not wanted', () => {
    expect([...index.cosines(one, Uint8Array.of(1, 1, 0, 1))].map(Number.isNaN)).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  it('are all when the query is of another size', () => {
    expect([...index.cosines(Int8Array.of(1), new Uint8Array(4).fill(1))].every(Number.isNaN)).toBe(true);
  });
});
