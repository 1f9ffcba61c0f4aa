import fc from 'fast-check';
import { Best } from './best.js';

describe('the best of many', () => {
  it('are the highest in order, the earlier first of equals', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.nat({ max: 8 }), (scores, limit) => {
        const best = new Best<string>(limit);
        for (const [i, score] of scores.entries()) best.offer(`${i}`, score);
        const sorted = scores.map((score, i) => ({ item: `${i}`, score })).sort((a, b) => b.score - a.score);
        expect(best.ranked).toEqual(sorted.slice(0, limit));
        expect(best.items).toEqual(best.ranked.map(({ item }) => item));
      }),
    );
  });
});
