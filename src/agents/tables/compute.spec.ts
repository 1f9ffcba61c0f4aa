import fc from 'fast-check';
import type { ParsedTable } from '../../ingestion/parsers/parsed-document.js';
import { compute, UnknownColumnError } from './compute.js';
import type { TableQuery } from './table-query.js';

const sales: ParsedTable = {
  name: 'sales',
  columns: ['Region', 'Product', 'Year', 'Revenue'],
  rows: [
    ['North', 'Lamp', 2023, 100.1],
    ['North', 'Chair', 2024, '1,200.2'],
    ['South', 'Lamp', 2024, 300.3],
    ['South', 'Chair', 2024, null],
    ['East', 'Lamp', 2023, 50],
  ],
  rowsLeftOut: 0,
};
const all: TableQuery = {
  table: 'sales',
  filters: [],
  groupBy: null,
  measure: 'count',
  column: null,
  order: null,
  limit: null,
};
const answer = (query: Partial<TableQuery>) => compute(sales, { ...all, ...query });

describe('computing over a table', () => {
  it.each<[string, Partial<TableQuery>, unknown[][]]>([
    ['counts', {}, [[5]]],
    ['sums, without dust, what is a number', { measure: 'sum', column: 'revenue' }, [[1650.6]]],
    ['averages what is there', { measure: 'average', column: 'Revenue' }, [[412.65]]],
    ['takes the median', { measure: 'median', column: 'Revenue' }, [[200.2]]],
    ['finds the least', { measure: 'minimum', column: 'Revenue' }, [[50]]],
    [
      'filters by any of several values',
      { filters: [{ column: 'Region', test: 'is', values: ['north', 'EAST'] }] },
      [[3]],
    ],
    ['filters by numbers', { filters: [{ column: 'Revenue', test: '>', values: [100] }] }, [[3]]],
    ['filters by a part', { filters: [{ column: 'Product', test: 'contains', values: ['ham'] }] }, [[0]]],
    [
      'groups, highest first',
      { groupBy: 'Region', measure: 'sum', column: 'Revenue' },
      [
        ['North', 1300.3],
        ['South', 300.3],
        ['East', 50],
      ],
    ],
    ['takes the top', { groupBy: 'Product', limit: 1 }, [['Lamp', 3]]],
    [
      'orders rows, those without a number last',
      {
        measure: 'rows',
        column: 'Revenue',
        order: 'ascending',
        limit: 2,
        filters: [{ column: 'Year', test: 'is', values: ['2024'] }],
      },
      [
        ['South', 'Lamp', 2024, 300.3],
        ['North', 'Chair', 2024, '1,200.2'],
      ],
    ],
    ['has nothing to measure', { measure: 'sum', column: 'Product' }, [[null]]],
  ])('%s', (_name, query, rows) => {
    expect(answer(query).rows).toEqual(rows);
  });

  it('says how many rows it used and left out', () => {
    expect(answer({ measure: 'sum', column: 'Revenue' })).toMatchObject({ matched: 5, skipped: 1 });
  });

  it('knows its columns', () => {
    expect(() => answer({ measure: 'sum', column: 'Profit' })).toThrow(UnknownColumnError);
  });

  it('adds the groups up to the whole', () => {
    const cells = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: -1000, max: 1000 }));
    fc.assert(
      fc.property(fc.array(cells, { minLength: 1 }), (rows) => {
        const table: ParsedTable = { name: 't', columns: ['key', 'n'], rows, rowsLeftOut: 0 };
        const query: TableQuery = { ...all, measure: 'sum', column: 'n' };
        const whole = compute(table, query).rows[0]![0];
        const parts = compute(table, { ...query, groupBy: 'key' }).rows.map(([, value]) => value as number);
        expect(parts.reduce((sum, value) => sum + value, 0)).toBe(whole);
      }),
    );
  });
});
