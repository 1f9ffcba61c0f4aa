import { nestsTooDeep } from './json.js';

const nested = (levels: number) => JSON.parse('['.repeat(levels) + '1' + ']'.repeat(levels)) as unknown;

describe('the nesting of JSON', () => {
  it('may be a hundred levels deep', () => {
    expect(nestsTooDeep(nested(100))).toBe(false);
    expect(nestsTooDeep(nested(101))).toBe(true);
    expect(nestsTooDeep({ a: [1, { b: nested(99) }] })).toBe(true);
  });

  it('is found in values too deep for recursion', () => {
    expect(nestsTooDeep(nested(500_000))).toBe(true);
  });

  it('is none of what holds nothing', () => {
    for (const value of [undefined, null, 'text', 1, [], {}]) expect(nestsTooDeep(value)).toBe(false);
  });
});
