import { alike, contentOf, fold } from './words.js';

describe('fold', () => {
  it.each([
    ['Amélie', 'amelie'],
    ['Æon Flux, Søren', 'aeon flux , soren'],
    ['Spider\u00adman', 'spiderman'],
    ["What's the '80s film?", 'whats the 80s film ?'],
    ['Sci-Fi', 'sci fi'],
    ['No. A comedy!', 'no , a comedy'],
    ['1990-1995', '1990 to 1995'],
    ['#3', 'number 3'],
    ['E.T.', 'et'],
    ['Tom & Jerry', 'tom and jerry'],
    ['<b>"Alien"</b>', 'b alien b'],
    ['фильм про акул', 'фильм про акул'],
    ['😀', ''],
  ])('%s → %s', (text, folded) => expect(fold(text)).toBe(folded));

  it('reads no more than 2,000 characters, however they unfold', () => {
    expect(fold('ﷺ'.repeat(3_000)).length).toBeLessThanOrEqual(2_000);
  });
});

describe('alike', () => {
  it.each([
    ['matrix', 'matrx', true],
    ['kubrick', 'kubrik', true],
    ['inception', 'inseptoin', true],
    ['titanic', 'titanci', true],
    ['saw', 'say', false],
    ['heat', 'jaws', false],
    ['alien', 'aliens', true],
    ['ghost', 'ghostbusters', false],
  ])('%s, %s: %s', (a, b, same) => expect(alike(a, b)).toBe(same));
});

it('keeps the words that carry meaning', () => {
  expect(contentOf('i am looking for a film about a shark')).toEqual(['shark']);
  expect(contentOf('the one where they live the same day once more')).toEqual([
    'live',
    'same',
    'day',
    'once',
  ]);
});
