import { table } from './support/questions.js';
import { typedColumns } from './typed-table.js';

describe('dates', () => {
  const datesOf = (...cells: string[]) =>
    typedColumns(table('d.csv', ['when', 'n'], ...cells.map((cell, i) => [cell, i * 7])))[0]!;
  it.each<[string[], string[]]>([
    [
      ['05/01/2031', '13/01/2031'],
      ['2031-01-05', '2031-01-13'],
    ],
    [
      ['1/13/31', '2/1/31'],
      ['2031-01-13', '2031-02-01'],
    ],
    [
      ['5 Jan 2031', 'Feb 7, 2031'],
      ['2031-01-05', '2031-02-07'],
    ],
    [
      ['5. März 2031', '1er févr. 2031'],
      ['2031-03-05', '2031-02-01'],
    ],
    [
      ['3 de mayo de 2031', '05-abr-31'],
      ['2031-05-03', '2031-04-05'],
    ],
    [
      ['2031/1/5', '2031/02/07 08:30'],
      ['2031-01-05', '2031-02-07'],
    ],
    [
      ['01.02.31', '03.02.2031 14:30'],
      ['2031-02-01', '2031-02-03'],
    ],
  ])('are read as people write them: %s', (cells, values) => {
    expect(datesOf(...cells)).toMatchObject({ kind: 'date', values });
  });

  it('are said to be unclear where days and months may be either', () => {
    expect(datesOf('03/04/2031', '05/06/2031')).toMatchObject({
      kind: 'date',
      isDayFirst: true,
      unclear: '03/04/2031',
    });
    expect(datesOf('03/04/2031', '15/06/2031').unclear).toBeUndefined();
  });

  it.each([[['Mars bar', 'Twix']], [['1/2', '3/4']], [['12-34-5678', '11-22-3333']]])(
    'are none: %s',
    (cells) => {
      expect(datesOf(...cells).kind).not.toBe('date');
    },
  );
});

it('numbers of books are ids: their digits are not grouped', () => {
  const books = table('b.json', ['title', 'isbn'], ['Momo', 9783522177504], ['Dune', 9780441013593]);
  expect(typedColumns(books)[1]?.kind).toBe('id');
});
