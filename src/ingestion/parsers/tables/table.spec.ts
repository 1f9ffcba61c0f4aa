import { notesOn, typedCells } from './cells.js';
import { likeliestDelimiter } from './csv.js';
import { DocumentBuilder } from '../document-builder.js';
import type { Cell } from '../parsed-document.js';
import { shapeTable } from './table-shape.js';
import { addTable } from './table-text.js';

describe('cells of text', () => {
  const cells = (rows: string[][]) => typedCells(rows).cells;

  it('are numbers where those have the same digits, yes or no, or nothing', () => {
    expect(cells([['1', '-2.5', '1,234.5', 'true', '', ' x ', '1e9', '.', '12 %']])).toEqual([
      [1, -2.5, '1,234.5', true, null, 'x', '1e9', '.', '12 %'],
    ]);
    expect(cells([['1.10', '9007199254740993', '1e400', '12345678901234567890']])).toEqual([
      ['1.10', '9007199254740993', '1e400', '12345678901234567890'],
    ]);
  });

  it('stay text in a column of codes', () => {
    expect(cells([['007'], ['12']])).toEqual([['007'], ['12']]);
    expect(cells([['0.5'], ['0']])).toEqual([[0.5], [0]]);
  });

  it('follow the notation of their column, or of the columns that prove one', () => {
    expect(typedCells([['1.234'], ['12,50']])).toEqual({
      cells: [['1.234'], ['12,50']],
      notations: [{ mark: ',', proves: ',', unclear: null }],
    });
    expect(typedCells([['1.234', '1,5']]).notations.map(({ mark }) => mark)).toEqual([',', ',']);
    expect(typedCells([['1.234', '1']]).cells).toEqual([[1.234, 1]]);
  });

  it('that read both ways are said to do so', () => {
    const { notations } = typedCells([['1,234'], ['2,500']]);
    expect(notesOn(notations, ['Units'])).toEqual([
      'In the column "Units", "1,234" was read as 1234; it may also mean 1.234.',
    ]);
    expect(notesOn(typedCells([['1.234']]).notations, ['m'])).toEqual([
      'In the column "m", "1.234" was read as 1.234; it may also mean 1234.',
    ]);
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
    [';', `${'h;'.repeat(19)}h\n${`${'1,5;'.repeat(20)}2,5\n`.repeat(3)}`],
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
        decimalMarks: ['.', '.', '.'],
        notes: [],
      },
    });
  });

  it('is none of nothing', () => {
    expect(shapeTable('T', [[], [null]])).toBeNull();
  });
});

describe('the text of a table', () => {
  it('shows amounts as they are written, and their range by their value', () => {
    const builder = new DocumentBuilder();
    const { cells, notations } = typedCells([
      ['item', 'price', 'share'],
      ['A', '$1,234.50', '15%'],
      ['B', '($20.00)', '5%'],
      ['C', '$900', '100%'],
    ]);
    const { table } = shapeTable('money', cells, 0, notations)!;
    addTable(builder, table);
    const { text } = builder.build();
    expect(text).toContain('price: number, ($20.00) to $1,234.50\nshare: number, 5% to 100%');
    expect(text).toContain('item: A; price: $1,234.50; share: 15%');
  });

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
