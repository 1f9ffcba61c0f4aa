import { namesKindIn } from './kind-words.js';

describe('words of questions that only name the kind of answer', () => {
  it.each([
    ['number', 'Call 555-0133.', 'Call the desk.'],
    ['Telefonnummer', 'Rufen Sie 0421 77 an.', 'Rufen Sie uns an.'],
    ['numéro', 'Appelez le 01 44.', 'Appelez-nous.'],
    ['price', 'It is 12 EUR.', 'It is free in room 12.'],
    ['Preis', 'Er beträgt 7,50 €.', 'Er steht in Zeile 7.'],
    ['date', 'It is on 4 May 2021.', 'It is soon.'],
    ['email', 'Write to ada@example.com.', 'Write to us.'],
    ['website', 'See https://example.com/a.', 'See below.'],
  ])('%s', (word, text, other) => {
    expect([namesKindIn(word, text), namesKindIn(word, other)]).toEqual([true, false]);
  });

  it('are no others', () => {
    expect(namesKindIn('laptop', 'Laptop 5 costs 12 EUR.')).toBe(false);
  });
});
