import { tableOf } from './table-rows.js';

const TEXT = `sales: 2 rows, 2 columns.
Region: text, for example Bergen
Units: number, 19 to 233

Region: Bergen; Units: 120
Region: Oslo; Units: 98
`;

describe('the table in a text that was read', () => {
  it('has a column for each name and a row for each line', () => {
    expect(tableOf(TEXT, null)).toMatchObject({
      head: ['Region', 'Units'],
      rows: [{ cells: ['Bergen', '120'] }, { cells: ['Oslo', '98'] }],
    });
  });

  it('is marked where the citation is', () => {
    const start = TEXT.indexOf('Region: Oslo');
    expect(tableOf(TEXT, [start, start + 5])?.rows.map(({ isMarked }) => isMarked)).toEqual([false, true]);
  });

  it.each(['Just words.\nAnd more', 'Note: only one pair', ''])('is none in %j', (text) => {
    expect(tableOf(text, null)).toBeNull();
  });
});
