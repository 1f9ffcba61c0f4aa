import { QuantisedRows, toQuantisedQuery } from './quantised-rows.js';

const SIZE = 300;

it.each([3, 16, 100, 512, 40_000])(
  'compares all rows of %i dimensions with a query, but empty ones',
  (dimensions) => {
    const size = dimensions > 1_000 ? 3 : SIZE;
    const rows = new QuantisedRows(size, dimensions);
    const vectorOf = (row: number) =>
      Int8Array.from({ length: dimensions }, (_, i) => ((row * 31 + i * 17) % 255) - 127);
    for (let row = 0; row < size; row++) if (row % 7 !== 2) rows.set(row, vectorOf(row));
    const query = vectorOf(1_000);
    const cosine = (a: Int8Array, b: Int8Array) => {
      const dot = (x: Int8Array, y: Int8Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    };
    const found = new Map<number, number>();
    rows.forEachCosine(toQuantisedQuery(query), (row, value) => found.set(row, value));
    const expected = Array.from({ length: size }, (_, row) => row).filter((row) => row % 7 !== 2);
    expect([...found.keys()]).toEqual(expected);
    for (const row of expected) expect(found.get(row)).toBeCloseTo(cosine(vectorOf(row), query), 5);
  },
);

it('visits nothing for a query of other dimensions', () => {
  const rows = new QuantisedRows(1, 16);
  rows.set(0, new Int8Array(16).fill(1));
  rows.forEachCosine(toQuantisedQuery(new Int8Array(17).fill(1)), () => {
    throw new Error('visited');
  });
});
