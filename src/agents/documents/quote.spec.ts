import fc from 'fast-check';
import { quoteRange } from './quote.js';

const quote = (question: string, text: string) => {
  const { start, end } = quoteRange(question, text);
  return text.slice(start, end);
};

describe('the quote of a passage', () => {
  const passage = '# Leave\n\nEverybody has 28 days. Parents have ten more.\n- Unused days end in March.\n';

  it.each([
    ['How many days do parents get?', 'Parents have ten more.'],
    ['What happens to unused days?', 'Unused days end in March.'],
    ['zzz', 'Everybody has 28 days.'],
  ])('answers "%s"', (question, expected) => {
    expect(quote(question, passage)).toBe(expected);
  });

  it('begins with the sentence that it refers back to', () => {
    const text = 'The lease ends in May. It can be renewed once.\n\nIt is in writing.';
    expect(quote('Can it be renewed?', text)).toBe('The lease ends in May. It can be renewed once.');
    expect(quote('in writing', text)).toBe('It is in writing.');
  });

  it('is no heading, with or without marks', () => {
    const text = 'Parental leave\n\nParents have ten more.\n\nCanteen\n\nSoup is free.';
    expect(quote('What is parental leave?', text)).toBe('Parents have ten more.');
    expect(quote('canteen', text)).not.toBe('Canteen');
  });

  it('prefers what has the kind of thing that is asked for', () => {
    const text = 'The garage closes when it is dark. The garage closes at 22:00.';
    expect(quote('When does the garage close?', text)).toBe('The garage closes at 22:00.');
  });

  it('takes lines of a table whole', () => {
    expect(quote('price of tea', '| item | price |\n| --- | --- |\n| coffee | 3 |\n| tea | 2 |')).toBe(
      'tea | 2 |',
    );
  });

  it('is always a range of the text that cuts no character in two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 900 }), (text) => {
        const { start, end } = quoteRange('a', text);
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(text.slice(start, end).isWellFormed()).toBe(text.isWellFormed());
      }),
    );
  });
});
