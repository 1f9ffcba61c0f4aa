import type { Cell } from '../parsed-document.js';
import { tableParts } from './table-parts.js';

const parts = (...rows: Cell[][]) => tableParts(rows).map(({ title, rows: own }) => [title, own.length]);

describe('tables below each other', () => {
  it('are several where each has names above numbers', () => {
    expect(
      parts(
        ['Staff'],
        ['Name', 'Desk'],
        ['Ann', 4],
        ['Bob', 5],
        [],
        ['Rooms'],
        ['Room', 'Seats'],
        ['R1', 12],
      ),
    ).toEqual([
      [null, 4],
      ['Rooms', 3],
    ]);
    expect(parts(['Name', 'Qty'], ['A', '1'], [], ['Name', 'Price'], ['C', '$3.50'])).toEqual([
      [null, 2],
      [null, 2],
    ]);
  });

  it.each<[string, Cell[][], number]>([
    ['rows behind a gap', [['Item', 'Amount'], ['Sails', 20], [], ['Ropes', 87]], 3],
    ['a title above a gap', [['Budget'], [], ['Item', 'Amount'], ['Sails', 20]], 3],
    ['words behind a gap', [['Day', 'Art'], ['Mon', 'Ink'], [], ['Tue', 'Oil'], ['Wed', 'Wax']], 4],
    ['a note at the end', [['Item', 'Amount'], ['Sails', 20], [], ['All prices without VAT']], 3],
    ['a missing value behind a gap', [['Name', 'Score'], ['Bob', 3], [], ['Ada', 'absent'], ['Eve', 4]], 4],
    ['a dash behind a gap', [['Name', 'Score'], ['Bob', 3], [], ['Ada', '-'], ['Eve', 4]], 4],
    ['the same names once more', [['Item', 'EUR'], ['Pen', 2], [], ['Item', 'EUR'], ['Ink', 4]], 3],
  ])('are one with %s', (_, rows, count) => {
    expect(parts(...rows)).toEqual([[null, count]]);
  });

  it('may be long', () => {
    const rows = Array.from({ length: 200_000 }, (_, i): Cell[] => ['Sails', i]);
    const grid: Cell[][] = [['Item', 'Amount'], ['Ropes', 1], [], ...rows, [], ['Item', 'Amount'], ...rows];
    expect(tableParts(grid).map(({ rows: own }) => own.length)).toEqual([400_002]);
  });
});
