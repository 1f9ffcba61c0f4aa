import fc from 'fast-check';
import { documentVector, hashTerm, queryVector } from './sparse.js';
import { queryTerms, TERMS_VERSION } from './terms.js';

describe('a sparse vector', () => {
  it('is stored: other terms or numbers for them need another TERMS_VERSION', () => {
    const text = 'Die Kündigungsfrist für TX-204 beträgt 1.000 Tage. 東京';
    expect({ version: TERMS_VERSION, indices: documentVector(text).indices }).toMatchInlineSnapshot(`
     {
       "indices": [
         585290966,
         1464313802,
         1664339536,
         2031700212,
         2157483143,
         2283520827,
         2366485751,
         2858471390,
         3526271127,
         4154371605,
       ],
       "version": 3,
     }
    `);
  });

  it('shares terms with the question', () => {
    const { indices } = documentVector('the TX-204 valves');
    const asked = queryVector(queryTerms('valve tx204')).indices;
    expect(asked.filter((index) => indices.includes(index)).length).toBeGreaterThanOrEqual(2);
  });

  it('gives more frequent words more weight, up to a limit', () => {
    const [once, twice, often] = ['leave', 'leave leave', 'leave '.repeat(500)].map(
      (text) => documentVector(text).values[0]!,
    );
    expect(twice).toBeGreaterThan(once!);
    expect(often).toBeLessThan(2.2);
  });

  it('gives a word in a short text more weight than in a long one', () => {
    const long = documentVector(`leave ${Array.from({ length: 300 }, (_, i) => `word${i}`).join(' ')}`);
    const weight = long.values[long.indices.indexOf(hashTerm('leav'))]!;
    expect(weight).toBeLessThan(documentVector('leave').values[0]!);
  });

  it('is well formed whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const { indices, values } of [documentVector(text), queryVector(queryTerms(text))]) {
          expect(values).toHaveLength(indices.length);
          expect(indices).toEqual([...new Set(indices)].sort((a, b) => a - b));
          expect(indices.every((index) => Number.isInteger(index) && index >= 0 && index < 2 ** 32)).toBe(
            true,
          );
          expect(values.every((value) => value > 0 && value <= 2.2)).toBe(true);
        }
      }),
    );
  });
});
