import { ask, table } from './support/questions.js';

const prices = table(
  'prices.csv',
  ['sku', 'product', 'price', 'in_stock'],
  ['G1', 'Spade', 24.9, 'yes'],
  ['G2', 'Rake', 17.5, 'no'],
  ['G3', 'Hose', 31.2, 'yes'],
);
const sensors = table(
  'sensors.csv',
  ['timestamp', 'sensor', 'temp_c', 'battery_v'],
  ['2031-01-01', 'attic', 21, 3.6],
  ['2031-01-01', 'cellar', 12, 3.5],
  ['2031-04-02', 'attic', 23, 3.4],
);
const staff = table(
  'staff.xlsx',
  ['Employee', 'Department', 'Hired', 'Salary', 'Location'],
  ['Amara Singh', 'Finance', '2019-05-01', 52000, 'Leeds'],
  ['Ben Carter', 'IT', '2021-09-15', 61000, 'York'],
  ['Farid Nasser', 'IT', '2016-07-20', 66000, 'York'],
);
const account = table(
  'konto.csv',
  ['Buchungstag', 'Empfänger', 'Betrag'],
  ['2031-01-05', 'Muster AG', 2950],
  ['2031-01-06', 'Petersen', -1120],
  ['2031-02-04', 'Muster AG', 2950],
);
const reps = table(
  'vertrieb.csv',
  ['Vertreter', 'Region', 'Umsatz'],
  ['Berger', 'Nord', 12400.5],
  ['Maier', 'Süd', 9800],
  ['Berger', 'Ost', 3100],
);
const all = [prices, sensors, staff, account, reps];

describe('a question about something else', () => {
  it.each([
    'How many days are allowed in Austria?',
    'How much is the battery?',
    'What is the total consumption in Q1?',
    'Which site consumed the most in Q4?',
    'How many boxes are there in total?',
    'Wie hoch ist mein Gehalt?',
  ])('is not computed from a table that shares a small word or a period with it: %s', (question) => {
    expect(ask(all, question)).toBeNull();
  });
});

describe('a table in a text', () => {
  const stock = table('stock.rtf', ['Product', 'Boxes'], ['Oat milk', 30], ['Cups', 7]);

  it('is computed over where it has all words of the question', () => {
    expect(ask([stock, prices], 'How many boxes are there in total?')).toEqual({ rows: [[37]] });
    expect(ask([stock, prices], 'How many boxes were damaged?')).toBeNull();
    expect(ask([stock, prices], 'How many boxes of Ferrum are there?')).toBeNull();
  });
});

describe('a plain question', () => {
  it.each<[string, unknown]>([
    ['How many employees work in York?', 2],
    ['What is the average temperature in the attic?', 22],
    ['Wie viele Buchungen gibt es im Januar?', 2],
    ['Umsatz von Berger', 15500.5],
    ['How much is the price of all products together?', 73.6],
  ])('has one number: %s', (question, value) => {
    expect(ask(all, question)).toEqual({ rows: [[value]] });
  });

  it.each<[string, string[]]>([
    ['Which products are out of stock?', ['G2']],
    ['Which products are in stock?', ['G1', 'G3']],
    ['Who earns the most?', ['Farid Nasser']],
    ['Who is paid least? Who earns the least?', ['Amara Singh']],
    ['Who was hired first?', ['Farid Nasser']],
    ['Who was hired last?', ['Ben Carter']],
    ['Which products are in stock?', ['G1', 'G3']],
  ])('has rows: %s', (question, names) => {
    expect(ask(all, question)?.rows?.map(([name]) => name)).toEqual(names);
  });
});
