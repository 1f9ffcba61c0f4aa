import { ask, orders, sales, table, wells } from './support/questions.js';
import type { FileTable } from './typed-table.js';

const churn = table(
  'churn.csv',
  ['customer', 'plan', 'tenure', 'churn'],
  ['c1', 'basic', 3, 'Yes'],
  ['c2', 'plus', 10, 'No'],
  ['c3', 'basic', 5, 'Yes'],
  ['c4', 'plus', 24, 'No'],
  ['c5', 'basic', 1, 'No'],
);
const invoices = table(
  'invoices.json',
  ['invoice', 'net', 'paid'],
  ['A1', 10.5, true],
  ['A2', 20, false],
  ['A3', 5, true],
);
const people = table('people.csv', ['name', 'age', 'height cm'], ['Ann', 15, 160], ['Bo', 17, 150]);

describe('columns of yes and no', () => {
  it.each<[string, FileTable, number]>([
    ['How many customers churned?', churn, 2],
    ['How many customers did not churn?', churn, 3],
    ["How many basic customers didn't churn?", churn, 1],
    ['average tenure of customers who churned', churn, 4],
    ['What percentage churned?', churn, 40],
    ['how many invoices are paid?', invoices, 2],
    ['total net of invoices that are not paid', invoices, 20],
    ['Wie viele invoices sind nicht paid?', invoices, 1],
  ])('are conditions: %s', (question, of, value) => {
    expect(ask([of], question)?.rows?.[0]?.[0]).toBe(value);
  });

  it.each([
    'How many orders have no amount?',
    'How many orders are without an amount?',
    'How many orders do not have an amount?',
    'Wie viele orders haben kein Amount?',
  ])('empty cells are not counted as all rows: %s', (question) => {
    expect(ask([orders], question)).toEqual({ lacking: expect.stringContaining('empty cells') as string });
  });

  it('are values where they are asked for', () => {
    expect(ask([churn], 'How many customers by churn?')?.rows).toHaveLength(2);
    expect(ask([churn], 'What is the churn of c2?')?.rows).toEqual([['c2', 'plus', 10, 'No']]);
  });
});

describe('what a question says of its numbers', () => {
  it.each<[string, FileTable, unknown]>([
    ['Who is the oldest?', people, 'Bo'],
    ['how many people are taller than 155', people, 1],
    ['how many people are younger than 16', people, 1],
    ['Which name uses the most power?', table('p.csv', ['Name', 'Power'], ['A', 1], ['B', 2]), 'B'],
    ['oldest site', table('s.csv', ['Site', 'Start'], ['A', '2022-01-01'], ['B', '2020-01-01']), 'B'],
    ['Quel est le montant total ?', table('m.csv', ['ville', 'montant'], ['Lyon', 2], ['Nice', 3]), 5],
    [
      'Quelle ville a le plus grand montant ?',
      table('m.csv', ['ville', 'montant'], ['Lyon', 2], ['Nice', 3]),
      'Nice',
    ],
    ['Gesamtumsatz', table('u.csv', ['Region', 'Umsatz'], ['Nord', 100], ['Süd', 50]), 150],
    [
      'Wie hoch ist der Umsatz im Norden?',
      table('u.csv', ['Region', 'Umsatz'], ['Nord', 100], ['Nord', 5]),
      105,
    ],
    ['Summe Umsatz im Norden', table('u.csv', ['Region', 'Umsatz'], ['Nord', 100], ['Süd', 50]), 100],
  ])('%s', (question, of, value) => {
    expect(ask([of], question)?.rows?.[0]?.[0]).toBe(value);
  });

  it('is not left out silently', () => {
    expect(ask([sales], 'total units and revenue')).toMatchObject({ unused: ['Revenue'] });
    expect(ask([wells], 'oil of well D')?.lacking).toMatch(/no “d”/i);
    expect(ask([wells], 'minimum and maximum oil')?.lacking).toMatch(/one after the other/);
  });

  it('compares two values where it says so', () => {
    const visits = table('v.csv', ['City', 'Visits'], ['Rome', 2], ['Oslo', 3], ['Rome', 4], ['Bonn', 9]);
    expect(ask([visits], 'compare Rome and Oslo')?.rows).toEqual([
      ['Rome', 6],
      ['Oslo', 3],
    ]);
    expect(ask([sales], 'compare North and South')?.lacking).toMatch(/say which one/);
    expect(ask([orders], 'orders by month')?.rows).toBeDefined();
  });
});
