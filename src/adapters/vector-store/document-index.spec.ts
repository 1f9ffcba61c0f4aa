import fc from 'fast-check';
import { TopK } from '../../search/top-k.js';
import { quantise } from '../../search/quantise.js';
import { toUnitLength } from '../embeddings/embeddings.js';
import { DocumentIndex } from './document-index.js';
import { toQuantisedQuery } from '../../search/quantised-rows.js';
import { bytesOf, decodeSparse, encodeSparse } from './vector-bytes.js';

const NO_WORDS = { indices: [], values: [] };

describe('vectors as bytes', () => {
  const unit = (dimensions: number) =>
    fc
      .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: dimensions, maxLength: dimensions })
      .map(toUnitLength)
      .filter((vector) => vector.some((value) => value !== 0));

  it.each([1, 7, 8, 64, 385])('keep the cosine of %i dimensions', (dimensions) => {
    const numbers = fc.array(unit(dimensions), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(unit(dimensions), numbers, (query, vectors) => {
        const points = vectors.map((vector, i) => ({
          id: `${i}`,
          dense: bytesOf(quantise(vector)),
          sparse: encodeSparse(NO_WORDS),
        }));
        const best = new TopK<string>(10);
        new DocumentIndex(points).offerNear(toQuantisedQuery(query), best);
        expect(best.ranked).toHaveLength(vectors.length);
        for (const { item: id, score } of best.ranked) {
          const exact = vectors[Number(id)]!.reduce((sum, value, i) => sum + value * query[i]!, 0);
          expect(Math.abs(score - exact)).toBeLessThan(0.02);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('are near nothing when they are zero', () => {
    const point = {
      id: 'zero',
      dense: bytesOf(quantise(new Float32Array(4))),
      sparse: encodeSparse(NO_WORDS),
    };
    const best = new TopK<string>(1);
    new DocumentIndex([point]).offerNear(toQuantisedQuery(Float32Array.of(1, 0, 0, 0)), best);
    expect(best.ranked).toEqual([]);
  });
});

describe('words as bytes', () => {
  it('are read unchanged at any byte offset', () => {
    const words = { indices: [0, 7, 2 ** 31, 2 ** 32 - 1], values: [0.5, 1, 1.5, 2.125] };
    const bytes = Buffer.concat([Buffer.from('x'), encodeSparse(words)]).subarray(1);
    const { indices, values } = decodeSparse(bytes);
    expect({ indices: [...indices], values: [...values] }).toEqual(words);
  });

  it('are the sum of the weights of the shared words times their worth', () => {
    const texts = [
      { indices: [3, 5, 9], values: [1, 2, 4] },
      { indices: [5], values: [1.5] },
      { indices: [8], values: [1] },
    ];
    const document = new DocumentIndex(
      texts.map((sparse, i) => ({ id: `${i}`, dense: null, sparse: encodeSparse(sparse) })),
    );
    const places = [5, 9, 4].map((word) => document.find(word));
    expect(places.map((place) => document.count(place))).toEqual([2, 1, 0]);
    const best = new TopK<string>(10);
    document.offerSharing(places, [10, 0.5, 100], best);
    expect(best.ranked).toEqual([
      { item: '0', score: 22 },
      { item: '1', score: 15 },
    ]);
  });
});
