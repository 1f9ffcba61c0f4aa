import type { TablePlan } from './table-plan.js';
import { unaccountedWords } from './unaccounted-words.js';

const table = {
  file: 'sales.csv',
  name: 'sales.csv / sales',
  columns: ['Region', 'Product', 'Date', 'Amount'],
  rows: [
    ['North', 'Chair', '2024-03-02', 10],
    ['South', 'Desk', '2025-03-02', 20],
  ],
  rowsLeftOut: 0,
};
const plan = (its: Partial<TablePlan>): TablePlan => ({
  table: table.name,
  filters: [],
  groupBy: null,
  by: null,
  measure: 'sum',
  column: 'Amount',
  other: null,
  order: null,
  limit: null,
  ...its,
});
const is = (column: string, ...values: string[]) => ({ column, test: 'is' as const, values });

describe('words of a question that a plan does not account for', () => {
  it.each<[string, Partial<TablePlan>, string[]]>([
    ['What is the total amount in the North?', { filters: [is('Region', 'North')] }, []],
    ['What is the total amount in the North?', {}, ['north']],
    ['What is the total amount of chairs in the North?', { filters: [is('Region', 'North')] }, ['chairs']],
    ['What is the total amount of chairs?', { filters: [is('Product', 'Chair')] }, []],
    ['Total amount without refunds', {}, ['refunds']],
    [
      'Total amount in March 2024',
      { filters: [{ column: 'Date', test: 'in period', values: ['2024-03'] }] },
      [],
    ],
    [
      'Total amount in March 2024',
      { filters: [{ column: 'Date', test: 'in period', values: ['2024'] }] },
      ['march'],
    ],
    ['Total amount by region', { groupBy: 'Region' }, []],
    ['Total amount by region', { groupBy: 'Product' }, ['region']],
    ['Which product has the highest amount?', { measure: 'rows', order: 'descending', limit: 1 }, []],
    [
      'How many sales above 15?',
      { measure: 'count', filters: [{ column: 'Amount', test: '>', values: [15] }] },
      [],
    ],
    ['How many sales above 15?', { measure: 'count' }, ['15']],
  ])('%s %j', (message, its, words) => {
    expect(unaccountedWords(message, table, plan(its))).toEqual(words);
  });
});
