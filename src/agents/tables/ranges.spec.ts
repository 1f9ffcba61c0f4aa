import { ask, orders, sales, table, wells } from './support/questions.js';

const stores = table(
  'stores.csv',
  ['Date', 'Store', 'Product', 'Units', 'Revenue'],
  ['2026-01-15', 'Porto', 'Lamp', 5, 250],
  ['2026-03-05', 'Porto', 'Chair', 9, 450],
  ['2026-04-11', 'Lyon', 'Lamp', 7, 350],
  ['2026-05-28', 'Lyon', 'Desk', 3, 900],
  ['2026-06-10', 'Porto', 'Desk', 1, 300],
  ['2026-11-19', 'Turin', 'Lamp', 12, 610],
);
const yearly = table('y.csv', ['Year', 'Tonnes'], [2019, 5], [2020, 7], [2021, 9], [2022, 11]);

describe('spans of time', () => {
  it.each<[string, number]>([
    ['total revenue between March and May', 1700],
    ['total revenue from April to June', 1550],
    ['total revenue April-June 2026', 1550],
    ['How much revenue between 2026-03-05 and 2026-04-11?', 800],
    ['total revenue between 6 March and 28 May 2026', 1250],
    ['total revenue since May', 1810],
    ['total revenue before March', 250],
    ['total revenue until 11 April', 1050],
    ['total revenue after May 28, 2026', 910],
    ['total units in the second quarter', 11],
    ['total units in Q1 2026', 14],
    ['Summe Revenue zwischen März und Mai', 1700],
    ['Summe Revenue seit dem 01.06.2026', 910],
    ['total revenue between November and January', 860],
    ['total revenue of Porto from January to March', 700],
  ])('are conditions with both their ends: %s', (question, value) => {
    expect(ask([stores], question)).toEqual({ rows: [[value]] });
  });

  it('of years are conditions on a column of years or dates', () => {
    expect(ask([yearly], 'total tonnes between 2020 and 2021')?.rows).toEqual([[16]]);
    expect(ask([yearly], 'average tonnes since 2021')?.rows).toEqual([[10]]);
    expect(ask([orders], 'total amount before 2024')?.rows).toEqual([[40]]);
  });

  it('of months are those of each year, or are asked back about, where there are several', () => {
    expect(ask([orders], 'total amount from March to April')?.rows).toEqual([[100]]);
    expect(ask([orders], 'total amount since March')?.lacking).toMatch(/which year.*from 2023 to 2024/);
  });

  it('group what they keep', () => {
    expect(ask([stores], 'average revenue per store between March and May')?.rows).toEqual([
      ['Lyon', 625],
      ['Porto', 450],
    ]);
  });
});

describe('a span of numbers', () => {
  it('counts both its ends', () => {
    expect(ask([sales], 'How many rows have units between 2 and 3?')?.rows).toEqual([[2]]);
    expect(ask([wells], 'How many wells have oil between 640 and 1,200?')?.rows).toEqual([[2]]);
  });
});

describe('a place in an order', () => {
  it.each<[string, unknown]>([
    ['What is the second highest revenue?', 610],
    ['What is the third-lowest revenue?', 350],
    ['row with the zweithöchste revenue', 610],
  ])('is that one alone: %s', (question, revenue) => {
    const told = ask([stores], question);
    expect(told?.rows?.map((row) => row[4])).toEqual([revenue]);
    expect(told?.unused).toBeUndefined();
  });

  it('is one of groups', () => {
    expect(ask([stores], 'Which store had the second highest revenue?')?.rows).toEqual([['Porto', 1000]]);
  });
});

it('does not count where a number is asked for that is a name', () => {
  const staff = table('s.csv', ['Person', 'Phone'], ['Okafor', '0555 1'], ['Silva', '0555 2']);
  expect(ask([staff], 'What is the phone number of Okafor?')?.rows).toEqual([['Okafor', '0555 1']]);
});
