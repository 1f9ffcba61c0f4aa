import { inReadingOrder } from './pdf-columns.js';
import { linesOfPage, paragraphsOf, type TextRun } from './pdf-lines.js';

/** Rows of two cells, 12 points apart. */
const rows = (...pairs: [left: string, right: string][]): TextRun[] =>
  pairs.flatMap((pair, i) =>
    pair.map((str, side) => ({
      str,
      height: 10,
      width: str.length * 5,
      transform: [1, 0, 0, 1, side === 0 ? 50 : 320, 700 - 12 * i],
      hasEOL: side === 1,
    })),
  );
const paragraphs = (...pairs: [string, string][]) =>
  paragraphsOf(inReadingOrder(linesOfPage(rows(...pairs)))).map(({ text }) => text);

describe('two columns of a PDF page', () => {
  it('are read one after the other, though they are drawn line by line', () => {
    expect(
      paragraphs(
        ['The tenant pays the rent', 'Pets need the consent of'],
        ['on the third working day', 'the landlord, which must'],
        ['of each month and adds', 'not be refused for small'],
        ['the costs of heating.', 'animals in a cage.'],
      ),
    ).toEqual([
      'The tenant pays the rent on the third working day of each month and adds the costs of heating.',
      'Pets need the consent of the landlord, which must not be refused for small animals in a cage.',
    ]);
  });

  it.each<[string, [string, string][]]>([
    [
      'terms beside what they mean',
      [
        ['Notice of the lease', 'Four weeks to the end of a month'],
        ['Deposit of the tenant', 'Two rents on a separate account'],
        ['Heating of the rooms', 'From October until the end of April'],
      ],
    ],
    [
      'short cells',
      [
        ['bolt', 'five'],
        ['nut', 'six'],
        ['cog', 'two'],
      ],
    ],
  ])('are not %s', (_, pairs) => {
    expect(paragraphs(...pairs)).toEqual([pairs.map((pair) => pair.join('')).join(' ')]);
  });
});
