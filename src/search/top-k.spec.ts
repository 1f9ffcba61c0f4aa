import fc from 'fast-check';
import { TopK } from './top-k.js';

describe('TopK', () => {
  it('keeps the highest scores in order, the earlier of equals first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.nat({ max: 8 }), (scores, limit) => {
        const top = new TopK<string>(limit);
        for (const [i, score] of scores.entries()) top.offer(`${i}`, score);
        const sorted = scores.map((score, i) => ({ item: `${i}`, score })).sort((a, b) => b.score - a.score);
        expect(top.ranked).toEqual(sorted.slice(0, limit));
        expect(top.items).toEqual(top.ranked.map(({ item }) => item));
      }),
    );
  });
});
