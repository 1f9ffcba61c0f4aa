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
const members = table(
  'members.xlsx',
  ['Member', 'Email', 'Fee', 'City'],
  ['Ada', 'ada@x.org', 10, 'Bonn'],
  ['Bo', null, 20, 'Kiel'],
  ['Cy', null, null, 'Bonn'],
  ['Di', 'di@x.org', null, null],
  ['Ed', '', 30, 'Kiel'],
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

  it('are values where they are asked for', () => {
    expect(ask([churn], 'How many customers by churn?')?.rows).toHaveLength(2);
    expect(ask([churn], 'What is the churn of c2?')?.rows).toEqual([['c2', 'plus', 10, 'No']]);
  });
});

describe('cells without a value', () => {
  it.each<[string, number]>([
    ['How many members have no email?', 3],
    ['How many rows have no value in Fee?', 2],
    ['How many empty cells are there in City?', 1],
    ['How many members do not have an email?', 3],
    ['How many members have an email?', 2],
    ['In how many rows is the fee missing?', 2],
    ['Wie viele Mitglieder haben keine Email?', 3],
    ['Bei wie vielen fehlt die City?', 1],
    ['average fee of members without an email', 25],
  ])('are counted: %s', (question, value) => {
    expect(ask([members], question)?.rows).toEqual([[value]]);
  });

  it.each<[string, string[]]>([
    ['Which members have no city?', ['Di']],
    ['Who has no email?', ['Bo', 'Cy', 'Ed']],
    ['members without a fee', ['Cy', 'Di']],
    ['Is the fee missing for anyone?', ['Cy', 'Di']],
  ])('are looked for: %s', (question, names) => {
    expect(ask([members], question)?.rows?.map(([name]) => name)).toEqual(names);
  });

  it('are none where each row has one', () => {
    expect(ask([orders], 'How many orders have no amount?')?.rows).toEqual([[0]]);
  });
});

describe('both ends of an order', () => {
  it.each<[string, FileTable, unknown[][]]>([
    [
      'minimum and maximum oil',
      wells,
      [
        ['C', 92, 2100],
        ['B', 88, 640],
      ],
    ],
    [
      'What is the highest and the lowest oil?',
      wells,
      [
        ['C', 92, 2100],
        ['B', 88, 640],
      ],
    ],
    [
      'Which product has the most and which the least units in total?',
      sales,
      [
        ['Chair', 5],
        ['Desk', 1],
      ],
    ],
  ])('are shown together: %s', (question, of, rows) => {
    expect(ask([of], question)?.rows).toEqual(rows);
  });
});

describe('a cell that is asked for', () => {
  const budget = table(
    'budget.xlsx',
    ['Item', 'Amount', 'Change', 'Share'],
    ['Sails', 1234.5, -20, '45%'],
    ['Ropes', 87, 15, '5%'],
  );
  const stock = table('stock.csv', ['SKU', 'Qty', 'Loc'], ['A1', 5, 'X'], ['A2', 9, 'Y'], ['A2', 2, 'X']);
  it('is in its row, also where the column is called like an operation', () => {
    for (const question of ['How much were the sails?', 'change of Sails', 'What is the share of Sails?'])
      expect(ask([budget], question)?.rows).toEqual([['Sails', 1234.5, -20, '45%']]);
    expect(ask([budget], 'What is the total amount?')?.rows).toEqual([[1321.5]]);
  });

  it('is a quantity where the table has one', () => {
    expect(ask([stock], 'How many A2 are there?')?.rows).toEqual([[11]]);
    expect(ask([stock], 'How many rows have A2?')?.rows).toEqual([[2]]);
  });
});

describe('amounts of a time', () => {
  const takings = table(
    'takings.csv',
    ['Datum', 'Kunde', 'Umsatz', 'Temperatur'],
    ['2031-05-03', 'Berger', 120, 14],
    ['2031-05-17', 'Holz', 80, 18],
    ['2031-06-02', 'Berger', 200, 21],
    ['2030-05-04', 'Kern', 999, 15],
  );
  it.each<[string, number]>([
    ['Umsatz im Mai 2031', 200],
    ['Umsatz im Juni 2031?', 200],
    ['Umsatz 2030', 999],
    ['Umsatz von Berger im Mai 2031', 120],
    ['revenue in May 2031', 200],
    ['Umsatz seit Mai 2031', 400],
  ])('are summed: %s', (question, sum) => {
    expect(ask([takings], question)?.rows).toEqual([[sum]]);
  });

  it('are rows where a sum has no meaning, or a list is asked for', () => {
    expect(ask([takings], 'Temperatur im Mai 2031')?.rows).toHaveLength(2);
    expect(ask([takings], 'Show the Umsatz rows of May 2031')?.rows).toHaveLength(2);
    expect(ask([takings], 'Kunde und Umsatz im Mai 2031')?.rows).toHaveLength(2);
  });
});

describe('numbers with a word behind them', () => {
  const stays = table('stays.xlsx', ['Guest', 'Stay'], ['Ann', '1 day'], ['Bo', '14 days'], ['Cy', null]);
  it('are computed with', () => {
    expect(ask([stays], 'total stay')?.rows).toEqual([[15]]);
    expect(ask([stays], 'Who has the longest stay?')?.rows).toEqual([['Bo', '14 days']]);
    const homes = table('h.csv', ['Name', 'Address'], ['Ann', '12 High'], ['Bo', '3 Mill']);
    expect(ask([homes], 'address of Ann')?.rows).toEqual([['Ann', '12 High']]);
  });
});

describe('columns in other words', () => {
  const goods = table('ware.csv', ['artikel', 'preis', 'menge'], ['Stuhl', 2345.1, 2], ['Tisch', 45, 4]);
  it.each([
    ['Summe der Preise', 2390.1],
    ['What is the total price?', 2390.1],
    ['Quel est le total des prix ?', 2390.1],
    ['average quantity', 3],
    ['suma de precios', 2390.1],
  ])('%s', (question, value) => {
    expect(ask([goods], question)?.rows).toEqual([[value]]);
  });
});

describe('conditions on numbers in a question', () => {
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
    [
      'Summe Umsatz Bahnhofstrasse',
      table('u.csv', ['Straße', 'Umsatz'], ['Bahnhofstraße', 7], ['Am Markt', 2]),
      7,
    ],
    ['total sales in Lodz', table('u.csv', ['City', 'Sales'], ['Łódź', 7], ['Kraków', 2]), 7],
    ['Summe Umsatz im Norden', table('u.csv', ['Region', 'Umsatz'], ['Nord', 100], ['Süd', 50]), 100],
  ])('%s', (question, of, value) => {
    expect(ask([of], question)?.rows?.[0]?.[0]).toBe(value);
  });

  it('is not left out silently', () => {
    expect(ask([sales], 'total units and revenue')).toEqual({ rows: [[11, 1010]] });
    expect(ask([wells], 'oil of well D')?.lacking).toMatch(/no “d”/i);
    const umsatz = table('u.csv', ['Region', 'Umsatz'], ['Nord', 100], ['Süd', 50]);
    expect(ask([umsatz], 'Summe Umsatz, aber nicht im Süden')?.unused).toContain('nicht');
  });

  it('compares two values when asked to', () => {
    const visits = table('v.csv', ['City', 'Visits'], ['Rome', 2], ['Oslo', 3], ['Rome', 4], ['Bonn', 9]);
    expect(ask([visits], 'compare Rome and Oslo')?.rows).toEqual([
      ['Rome', 6],
      ['Oslo', 3],
    ]);
    expect(ask([sales], 'compare North and South')?.lacking).toMatch(/say which one/);
    expect(ask([orders], 'orders by month')?.rows).toBeDefined();
  });
});
