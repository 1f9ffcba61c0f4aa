import { stemOf, terms } from './words.js';

describe('terms', () => {
  it('are the content words of a text, each once', () => {
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
])('%s and %s have the same stem', (a, b) => {
  expect(stemOf(a)).toBe(stemOf(b));
});
