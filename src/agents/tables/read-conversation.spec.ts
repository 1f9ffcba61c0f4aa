import { ask, orders, sales, table, wells } from './support/questions.js';
import type { FileTable } from './typed-table.js';

const races = table(
  'races.csv',
  ['Runner', 'Class', 'Time (s)'],
  ['Ada', 1, 62],
  ['Bo', 2, 58],
  ['Cy', 2, 71],
);
const students = table('students.csv', ['Name', 'Score'], ['Ann', 80], ['Ben', 60], ['Cat', 95]);

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
