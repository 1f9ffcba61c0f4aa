import type { Cell } from '../../ingestion/parsers/parsed-document.js';
import { compute } from './compute.js';
import { readConversation } from './read-conversation.js';
import type { FileTable } from './typed-table.js';

const table = (file: string, columns: string[], ...rows: Cell[][]): FileTable => ({
  name: `${file} / ${file}`,
  file,
  columns,
  rows,
  rowsLeftOut: 0,
});

const sales = table(
  'sales.csv',
  ['Region', 'Product', 'Units', 'Revenue'],
  ['North', 'Chair', 3, 300],
  ['North', 'Lamp', 5, 100],
  ['South', 'Chair', 2, 210],
  ['South', 'Desk', 1, 400],
);
const wells = table(
  'wells.csv',
  ['Well', 'Uptime %', 'Oil'],
  ['A', 97, 1200],
  ['B', 88, 640],
  ['C', 92, 2100],
);
const races = table(
  'races.csv',
  ['Runner', 'Class', 'Time (s)'],
  ['Ada', 1, 62],
  ['Bo', 2, 58],
  ['Cy', 2, 71],
);
const orders = table(
  'orders.csv',
  ['Order', 'Date', 'Amount'],
  [1, '2023-01-05', 10],
  [2, '2023-03-09', 30],
  [3, '2024-03-11', 50],
  [4, '2024-04-01', 20],
);
const students = table('students.csv', ['Name', 'Score'], ['Ann', 80], ['Ben', 60], ['Cat', 95]);

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

interface Told {
  rows?: unknown[][];
  lacking?: string;
  unused?: string[];
  filters?: unknown[];
}

function ask(tables: FileTable[], ...questions: string[]): Told | null {
  const history = questions.slice(0, -1).map((content) => ({ role: 'user' as const, content }));
  const reading = readConversation(questions.at(-1)!, history, tables);
  if (!reading) return null;
  if (reading.lacking) return { lacking: reading.lacking };
  const { rows } = compute(reading.table, reading.plan);
  return { rows, ...(reading.unused.length && { unused: reading.unused }) };
}

describe('questions about tables', () => {
  it.each<[string, FileTable, unknown[][]]>([
    ['What is the total revenue?', sales, [[1010]]],
    ['total revenue of the North', sales, [[400]]],
    ['total revenue without Chair', sales, [[500]]],
    ['Total units excluding the South?', sales, [[8]]],
    [
      'What is the average revenue per region?',
      sales,
      [
        ['South', 305],
        ['North', 200],
      ],
    ],
    ['Which region has the highest revenue?', sales, [['South', 610]]],
    ['Which product has the lowest units?', sales, [['Desk', 1]]],
    ['total amount of the orders', orders, [[110]]],
    ['Which order has the highest amount?', orders, [[3, '2024-03-11', 50]]],
    ['How many orders are there?', orders, [[4]]],
    ['How many rows are in it?', sales, [[4]]],
    ['Combien de lignes y a-t-il ?', sales, [[4]]],
    ['¿Cuántas filas hay?', sales, [[4]]],
    ['Quante righe ci sono nella tabella?', sales, [[4]]],
    ['how many different products are there', sales, [[3]]],
    ['How many units did the North sell?', sales, [[8]]],
    ['How many rows have revenue over 200?', sales, [[3]]],
    [
      'Compare the revenue of North and South',
      sales,
      [
        ['South', 610],
        ['North', 400],
      ],
    ],
    ['What share of the revenue is from the North?', sales, [[39.603960396, 400, 1010]]],
    ['What is the correlation between units and revenue?', sales, [[-0.850767108055]]],
    ['What is the oil of well A?', wells, [['A', 97, 1200]]],
    ['total oil of well A', wells, [[1200]]],
    ['Which well has the highest uptime?', wells, [['A', 97, 1200]]],
    ['Who is the fastest runner?', races, [['Bo', 2, 58]]],
    ['slowest runner in class 2', races, [['Cy', 2, 71]]],
    ['average time of class 2', races, [[64.5]]],
    ['total amount in 2023', orders, [[40]]],
    ['total amount in March 2024', orders, [[50]]],
    ['total amount in March', orders, [[80]]],
    [
      'total amount by year',
      orders,
      [
        ['2023', 40],
        ['2024', 70],
      ],
    ],
    ['Which month had the highest amount?', orders, [['2024-03', 50]]],
    [
      'How did the amount change from 2023 to 2024?',
      orders,
      [
        ['2023', 40],
        ['2024', 70],
      ],
    ],
    ['How many students are there?', students, [[3]]],
    ['How many students have a score of at least 80?', students, [[2]]],
    ['Who has the highest score?', students, [['Cat', 95]]],
  ])('%s', (question, asked, rows) => {
    expect(ask([asked], question)).toEqual({ rows });
  });

  it.each<[string, FileTable, RegExp]>([
    ['total revenue of the East region', sales, /Region of sales\.csv has no “east”.*North, South/],
    ['total revenue in East', sales, /no “east”/],
    ['total oil of well Z', wells, /no “z”/],
    ['total revenue in 2023', sales, /no column with years or dates/],
    ['Who is the cheapest runner?', races, /which column says what is “cheapest”/],
  ])('are not answered by the whole where a condition is unknown: %s', (question, asked, lacking) => {
    expect(ask([asked], question)?.lacking).toMatch(lacking);
  });

  it('say which word was not used', () => {
    expect(ask([sales], 'What is the total revenue of refurbished Chair units?')).toEqual(
      expect.objectContaining({ lacking: expect.stringContaining('refurbished') as string }),
    );
  });

  it.each<[string, string[], unknown[][]]>([
    ['and of the South?', ['total revenue of the North', 'and of the South?'], [[610]]],
    ['what about Chair?', ['total units', 'what about Chair?'], [[5]]],
    [
      'how many of them',
      ['list rows with units over 1 in the North', 'how many of them have revenue over 200?'],
      [[1]],
    ],
  ])('carry on: %s', (_name, questions, rows) => {
    expect(ask([sales], ...questions)).toMatchObject({ rows });
  });

  it('take the file that is named', () => {
    const costs = table('costs.csv', ['Region', 'Revenue'], ['North', 1]);
    expect(ask([sales, costs], 'total revenue in costs.csv')).toEqual({ rows: [[1]] });
    expect(ask([sales, costs], 'total revenue in other.csv')).toBeNull();
  });

  it.each([
    'What is the weather like?',
    'Tell me about the company',
    'How many people live in Spain?',
    'How many days of leave does everybody have?',
    'Who wrote the report?',
    'Which planet has the most moons?',
  ])('ask nothing of a table: %s', (question) => {
    expect(ask([sales, orders, students], question)).toBeNull();
  });
});

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

describe('what a question says of its numbers', () => {
  it.each<[string, FileTable, unknown]>([
    ['Who is the oldest?', people, 'Bo'],
    ['how many people are taller than 155', people, 1],
    ['how many people are younger than 16', people, 1],
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
