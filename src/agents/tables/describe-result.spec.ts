import { compute } from './compute.js';
import { describeResult } from './describe-result.js';
import type { TablePlan } from './table-plan.js';

it('writes the numbers of orders and years as they are, amounts with separators', () => {
  const table = {
    name: 't',
    file: 't.csv',
    columns: ['Order', 'Year', 'Amount'],
    rows: [
      [1001, 2023, 1500],
      [1002, 2024, 2500],
    ],
    rowsLeftOut: 0,
  };
  const plan: TablePlan = {
    table: 't',
    filters: [{ column: 'Amount', test: '>', values: [2000] }],
    groupBy: null,
    by: null,
    measure: 'rows',
    column: null,
    other: null,
    order: null,
    limit: null,
  };
  expect(describeResult(table, plan, compute(table, plan), [])).toContain('| 1002 | 2024 | 2,500 |');
  const change: TablePlan = {
    ...plan,
    filters: [],
    groupBy: 'Year',
    by: 'value',
    measure: 'change',
    column: 'Amount',
  };
  expect(describeResult(table, change, compute(table, change), [])).toMatch(
    /^From 2023 to 2024 it goes from 1,500 to 2,500: /,
  );
});

it('says the value that is asked for of the only row that fits', () => {
  const table = {
    name: 't',
    file: 't.csv',
    columns: ['Name', 'Salary'],
    rows: [
      ['Ada', 61000],
      ['Bo', 52000],
    ],
    rowsLeftOut: 0,
  };
  const plan: TablePlan = {
    table: 't',
    filters: [{ column: 'Name', test: 'is', values: ['Ada'] }],
    groupBy: null,
    by: null,
    measure: 'rows',
    column: 'Salary',
    other: null,
    order: null,
    limit: null,
  };
  expect(describeResult(table, plan, compute(table, plan), [])).toMatch(
    /^Salary where Name is Ada is 61,000\./,
  );
});
