import { linesOfPage, type TextRun } from './pdf-lines.js';
import { partsOf } from './pdf-tables.js';

const row = (y: number, ...cells: [text: string, x: number][]): TextRun[] =>
  cells.flatMap(([str, x], i) => [
    { str, height: 10, width: str.length * 5, transform: [1, 0, 0, 1, x, y], hasEOL: i === cells.length - 1 },
  ]);
const parts = (...runs: TextRun[][]) =>
  partsOf(linesOfPage(runs.flat())).map((part) =>
    'grid' in part ? part.grid : part.lines.map(({ text }) => text).join(' / '),
  );

describe('tables of a PDF page', () => {
  it('are rows in common columns below their names', () => {
    expect(
      parts(
        row(740, ['Tariffs of the hut.', 72]),
        row(700, ['Room', 72], ['Beds', 192], ['Price', 312]),
        row(682, ['Birch', 72], ['2', 192], ['88 EUR', 312]),
        row(664, ['Cedar', 72], ['131 EUR', 312]),
        row(620, ['Breakfast is at eight.', 72]),
      ),
    ).toEqual([
      'Tariffs of the hut.',
      [
        ['Room', 'Beds', 'Price'],
        ['Birch', '2', '88 EUR'],
        ['Cedar', '', '131 EUR'],
      ],
      'Breakfast is at eight.',
    ]);
  });

  it('have two columns where each row below two names has a number', () => {
    expect(
      parts(
        row(700, ['Depot', 72], ['Pallets', 192]),
        row(688, ['Aalborg', 72], ['1,200', 192]),
        row(676, ['Bruges', 72], ['850', 192]),
        row(664, ['Cadiz', 72], ['2,340', 192]),
      ),
    ).toEqual([
      [
        ['Depot', 'Pallets'],
        ['Aalborg', '1,200'],
        ['Bruges', '850'],
        ['Cadiz', '2,340'],
      ],
    ]);
    expect(
      parts(
        row(700, ['Customer', 72], ['Adler', 192]),
        row(688, ['Invoice no', 72], ['417', 192]),
        row(676, ['Net', 72], ['100', 192]),
        row(664, ['VAT', 72], ['19', 192]),
      ).every((part) => typeof part === 'string'),
    ).toBe(true);
  });

  it('are not names with their values', () => {
    expect(
      parts(
        row(700, ['Customer', 72], ['Adler', 192]),
        row(688, ['Date', 72], ['3 May', 192]),
        row(676, ['Place', 72], ['Ulm', 192]),
      ),
    ).toEqual(['CustomerAdler / Date3 May / PlaceUlm']);
  });

  it('are neither lines of words, nor columns of text, nor rows without names', () => {
    const line = 'These are words of a column of text, which is so long that it fills its half.';
    expect(
      parts(
        row(700, ['a', 72], ['b', 80]),
        row(688, ['c', 72], ['d', 80]),
        row(676, ['e', 72], ['f', 80]),
        row(600, [line, 72], [line, 500]),
        row(588, [line, 72], [line, 500]),
        row(576, [line, 72], [line, 500]),
        row(500, ['Ann', 72], ['12', 192]),
        row(488, ['Bo', 72], ['14', 192]),
        row(476, ['Cy', 72], ['16', 192]),
      ).every((part) => typeof part === 'string'),
    ).toBe(true);
  });
});
