import { typedCells } from './cells.js';
import { likeliestDelimiter } from './csv.js';
import { DocumentBuilder } from './document-builder.js';
import type { Cell } from './parsed-document.js';
import { shapeTable } from './table-shape.js';
import { addTable } from './table-text.js';

describe('cells of text', () => {
  it('are numbers, yes or no, or nothing, where they say so', () => {
    expect(typedCells([['1', '-2.5', '1,234.5', 'true', '', ' x ', '1e9', '.', '12 %']], ',')).toEqual([
      [1, -2.5, 1234.5, true, null, 'x', '1e9', '.', '12 %'],
    ]);
  });

  it('stay text in a column of codes', () => {
    expect(typedCells([['007'], ['12']], ',')).toEqual([['007'], ['12']]);
    expect(typedCells([['0.5'], ['0']], ',')).toEqual([[0.5], [0]]);
  });

  it('have decimal commas where one is certain', () => {
    expect(typedCells([['1.234,5', '1.234', '1,5']], ';')).toEqual([[1234.5, 1234, 1.5]]);
    expect(typedCells([['1.234', '1']], ';')).toEqual([[1.234, 1]]);
  });
});

describe('the delimiter', () => {
  it.each([
    [',', 'a,b\n"x;y",2\n'],
    [';', 'a;b\n1,5;2\n3,5;4\n'],
    ['\t', 'a\tb, c\n1\t2\n'],
    ['|', 'a|b\n1|2\n'],
    [',', 'one column\nof words\n'],
    [';', 'a;b\n"never closed;2\n3;4\n'],
  ])('is %j of %j', (delimiter, sample) => {
    expect(likeliestDelimiter(sample)).toBe(delimiter);
  });
});

describe('the shape of a table', () => {
  const columns = (...rows: Cell[][]) => shapeTable('T', rows)?.table.columns;

  it.each<[string, Cell[][], string[]]>([
    [
      'the first row',
      [
        ['Name', 'Age'],
        ['Ann', 30],
      ],
      ['Name', 'Age'],
    ],
    [
      'years above numbers',
      [
        ['Country', 2019, 2020],
        ['AT', 1, 2],
      ],
      ['Country', '2019', '2020'],
    ],
    [
      'numbers like those below',
      [
        ['Ann', 30],
        ['Bob', 40],
      ],
      ['Column 1', 'Column 2'],
    ],
    [
      'words alone',
      [
        ['Name', 'City'],
        ['Ann', 'Graz'],
      ],
      ['Name', 'City'],
    ],
    ['a header without rows', [['Name', 'City']], ['Name', 'City']],
    ['a row without a header', [[1, 2]], ['Column 1', 'Column 2']],
    [
      'doubles and gaps',
      [
        ['A', null, 'A'],
        [1, 2, 3],
      ],
      ['A', 'Column 2', 'A (2)'],
    ],
  ])('names columns by %s', (_, rows, names) => {
    expect(columns(...rows)).toEqual(names);
  });

  it('takes titles above the header apart, and makes rows equally long', () => {
    const rows: Cell[][] = [
      ['Report', null],
      [],
      ['Name', 'Age', 'City'],
      ['Ann'],
      [null, null, null],
      ['Bob', 4, 'Linz', null],
    ];
    expect(shapeTable('T', rows, 7)).toEqual({
      above: ['Report'],
      table: {
        name: 'T',
        columns: ['Name', 'Age', 'City'],
        rows: [
          ['Ann', null, null],
          ['Bob', 4, 'Linz'],
        ],
        rowsLeftOut: 7,
      },
    });
  });

  it('is none of nothing', () => {
    expect(shapeTable('T', [[], [null]])).toBeNull();
  });
});

describe('the text of a table', () => {
  it('sums its columns up and shows each row in a line', () => {
    const builder = new DocumentBuilder();
    const columns = ['Name', 'Note', 'Empty', 'Same'];
    addTable(
      builder,
      {
        name: 'T',
        columns,
        rows: [
          ['A', 'two\nlines', null, 1],
          ['B', '', null, 1],
        ],
        rowsLeftOut: 3,
      },
      ['Above'],
    );
    const { text, blocks } = builder.build();
    expect(blocks.map(({ kind, start, end }) => [kind, text.slice(start, end)])).toEqual([
      ['heading', 'T'],
      ['paragraph', 'Above'],
      [
        'summary',
        'T: 5 rows, 4 columns.\nThe first 2 rows are shown here.\nName: text, for example A, B\n' +
          'Note: text, for example two lines\nEmpty: empty\nSame: number, always 1',
      ],
      ['table', 'Name: A; Note: two lines; Same: 1\nName: B; Same: 1'],
    ]);
  });
});
