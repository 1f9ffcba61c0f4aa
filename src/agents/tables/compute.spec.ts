import fc from 'fast-check';
import type { Cell, ParsedTable } from '../../ingestion/parsers/parsed-document.js';
import { compute } from './compute.js';
import type { TablePlan } from './table-plan.js';

const tableOf = (columns: string[], rows: Cell[][]): ParsedTable => ({
  name: 't',
  columns,
  rows,
  rowsLeftOut: 0,
});
const plan = (its: Partial<TablePlan>): TablePlan => ({
  table: 't',
  filters: [],
  groupBy: null,
  by: null,
  measure: 'sum',
  column: 'amount',
  other: null,
  order: null,
  limit: null,
  ...its,
});

describe('compute', () => {
  it.each<[string, Cell[], number]>([
    ['of an odd count', [9, 1, 4], 4],
    ['of an even count, between the two in the middle', [1, 2, 4, 100], 3],
    ['of the repository', [5, null, 7, 9], 7],
  ])('takes the median %s', (_name, amounts, median) => {
    const table = tableOf(
      ['amount'],
      amounts.map((amount) => [amount]),
    );
    expect(compute(table, plan({ measure: 'median' })).rows).toEqual([[median]]);
  });

  it('names the units of measured values', () => {
    const units = (...amounts: Cell[]) =>
      compute(
        tableOf(
          ['amount'],
          amounts.map((amount) => [amount]),
        ),
        plan({}),
      ).units;
    expect(units('$1,234.50', '($20.00)')).toEqual(['$']);
    expect(units('$5', '€2')).toEqual(['$', '€']);
    expect(units(1, 2)).toEqual([]);
  });

  it('counts the rows that it left out, and those that passed', () => {
    const rows = [...Array.from({ length: 19 }, (_, i) => ['a', i + 1]), ['b', 'unknown']];
    const table = tableOf(['key', 'amount'], rows);
    expect(compute(table, plan({}))).toMatchObject({ rows: [[190]], skipped: 1 });
    const only = plan({ filters: [{ column: 'key', test: 'is', values: ['b'] }] });
    expect(compute(table, only)).toMatchObject({ rows: [[null]], matched: [20], skipped: 1 });
  });

  it('adds the groups up to the whole', () => {
    const cells = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: -1000, max: 1000 }));
    fc.assert(
      fc.property(fc.array(cells, { minLength: 1, maxLength: 40 }), (rows) => {
        const table = tableOf(['key', 'amount'], rows);
        const whole = compute(table, plan({})).rows[0]![0];
        const groups = compute(table, plan({ groupBy: 'key' })).rows;
        expect(groups.reduce((sum, [, value]) => sum + Number(value), 0)).toBe(whole);
      }),
      { numRuns: 50 },
    );
  });
});
