import fc from 'fast-check';
import { Postings } from './postings.js';

it('returns the added items, by key and in order', () => {
  const entries = fc.array(
    fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      doc: fc.nat(1_000),
      weight: fc.integer({ min: 1, max: 255 }),
    }),
    { maxLength: 3_000 },
  );
  fc.assert(
    fc.property(entries, (all) => {
      const postings = new Postings();
      for (const { key, doc, weight } of all) postings.add(key, doc, weight);
      for (const key of ['a', 'b', 'c', 'd', 'e']) {
        const expected = all.filter((entry) => entry.key === key).map(({ doc, weight }) => [doc, weight]);
        const found: number[][] = [];
        postings.forEach(key, (doc, weight) => found.push([doc, weight]));
        expect(found).toEqual(expected);
        expect(postings.count(key)).toBe(expected.length);
      }
    }),
    { numRuns: 50 },
  );
});

it('takes nothing more once it was asked', () => {
  const postings = new Postings();
  postings.add('a', 0);
  postings.count('a');
  expect(() => postings.add('b', 1)).toThrow('sorted');
});
