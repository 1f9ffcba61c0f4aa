import { fold, terms, words } from './words.js';

describe('words', () => {
  it.each([
    ['Amélie, WALL·E', ['amelie', 'wall', 'e']],
    ["Don't look: it's Rosemary's baby", ['dont', 'look', 'its', 'rosemarys', 'baby']],
    ['«Шрек» 2', ['шрек', '2']],
    ['!?', []],
  ])('of "%s"', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });
});

describe('terms', () => {
  it('are what a text is about, each once', () => {
    expect(terms('that movie where the robots, the ROBOTS, fight')).toEqual(['robot', 'fight']);
  });

  it('include no stop words', () => {
    for (const text of ['I want to watch a movie', "I don't know, anything good", 'who are you', ''])
      expect(terms(text)).toEqual([]);
  });
});

it.each([
  ['dreaming', 'dreams'],
  ['witches', 'witch'],
  ['stories', 'story'],
  ['stopped', 'stop'],
  ['houses', 'house'],
  ['glasses', 'glass'],
])('fold brings %s and %s together', (a, b) => {
  expect(fold(a)).toBe(fold(b));
});
