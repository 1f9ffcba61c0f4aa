import fc from 'fast-check';
import { termsOf, toSparse } from './sparse.js';

const shared = (a: string, b: string) => {
  const indices = new Set(toSparse(a).indices);
  return toSparse(b).indices.filter((index) => indices.has(index)).length;
};

describe('the terms of a text', () => {
  it.each([
    ['The runner was running', ['runner', 'run']],
    ['Zoë’s café, NAÏVE', ['zoe', 'cafe', 'naiv']],
    ["the company's policies", ['compani', 'polici']],
    ["O'Brien doesn’t", ['obrien', 'doesnt']],
    ['valve TX-204', ['valv', 'tx204', 'tx', '204']],
    ['TX204', ['tx204', 'tx', '204']],
    ['file_name.pdf', ['filename.pdf', 'file', 'name', 'pdf']],
    ['e-mail', ['email', 'e', 'mail']],
    ['1,000 or 12,5', ['1000', '12', '5']],
    ['2.5 kg, 25 kg.', ['2.5', '2', '5', 'kg', '25', 'kg']],
    ['東京都', ['東京', '京都']],
    ['привет, мир', ['привет', 'мир']],
    ['서울', ['서울']],
    ['हिन्दी', ['हिन्दी']],
    ['the of and', []],
    ['… — !', []],
  ])('%s', (text, terms) => expect(termsOf(text)).toEqual(terms));
});

describe('a sparse vector', () => {
  it('is made with FNV-1a, since vectors are stored: this is its published value', () => {
    expect(toSparse('foobar').indices).toEqual([0xbf9cf968]);
  });

  it('meets other forms of a word and other ways to write a code', () => {
    expect(shared('How many vacations?', 'vacation')).toBe(1);
    expect(shared('TX 204', 'the TX-204 valve')).toBe(2);
    expect(shared('tx204', 'the TX-204 valve')).toBe(3);
  });

  it('gives a word that is said more often more weight, but never without end', () => {
    const [once, twice, often] = ['leave', 'leave leave', 'leave '.repeat(500)].map(
      (text) => toSparse(text).values[0]!,
    );
    expect(twice).toBeGreaterThan(once!);
    expect(often).toBeLessThan(2.2);
  });

  it('gives a word in a short text more weight than in a long one', () => {
    const long = toSparse(`leave ${Array.from({ length: 300 }, (_, i) => `word${i}`).join(' ')}`);
    const [index] = toSparse('leave').indices;
    expect(long.values[long.indices.indexOf(index!)]).toBeLessThan(toSparse('leave').values[0]!);
  });

  it('is well formed whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const { indices, values } = toSparse(text);
        expect(values).toHaveLength(indices.length);
        expect(indices).toEqual([...new Set(indices)].sort((a, b) => a - b));
        expect(indices.every((index) => Number.isInteger(index) && index >= 0 && index < 2 ** 32)).toBe(true);
        expect(values.every((value) => value > 0 && value < 2.2)).toBe(true);
      }),
    );
  });
});
