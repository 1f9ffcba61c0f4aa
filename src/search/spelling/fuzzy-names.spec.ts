import fc from 'fast-check';
import { similarity } from './edit-distance.js';
import { FuzzyNames } from './fuzzy-names.js';

const namesOf = (...all: string[]) => {
  const names = new FuzzyNames();
  for (const name of all) names.add(name);
  return names;
};

describe('similarity', () => {
  it.each([
    ['matrix', 'matrix', 1],
    ['matrix', 'matirx', 5 / 6],
    ['matrix', 'matrx', 5 / 6],
    ['', 'a', 0],
  ])('of "%s" and "%s"', (a, b, expected) => {
    expect(similarity(a, b)).toBeCloseTo(expected);
  });

  it('is the same both ways, between 0 and 1', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const found = similarity(a, b);
        expect(found).toBe(similarity(b, a));
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThanOrEqual(1);
        expect(found === 1).toBe(a === b);
      }),
    );
  });
});

describe('names nearly spelt like a text', () => {
  const names = namesOf('quentin tarantino', 'christopher nolan', 'christopher walken');

  it('are sorted by similarity', () => {
    expect(names.near('cristopher nolan', 0.5, 5).map(({ name }) => name)).toEqual([
      'christopher nolan',
      'christopher walken',
    ]);
  });

  it('are not those of a larger distance, and no more than requested', () => {
    expect(names.near('quentn tarantino', 0.8, 5).map(({ name }) => name)).toEqual(['quentin tarantino']);
    expect(names.near('christopher', 0.5, 1)).toHaveLength(1);
    expect(names.near('zzz', 0.5, 5)).toEqual([]);
  });
});
