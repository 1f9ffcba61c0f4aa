import { ask, table } from './support/questions.js';
import { readQuestion } from './read-question.js';
import type { FileTable } from './typed-table.js';

const invoices = table(
  'invoices.csv',
  ['Customer', 'Region', 'Revenue'],
  ['Ada', 'North', 10],
  ['Bo', 'South', 20],
  ['Cy', 'North', 30],
);
const spending = table(
  'spending.csv',
  ['Date', 'Category', 'Amount'],
  ['2030-01-05', 'Rent', 900],
  ['2030-01-09', 'Food', 60],
  ['2030-03-02', 'Rent', 900],
  ['2030-03-04', 'Food', 80],
  ['2030-03-08', 'Other', 120],
);

const household = table(
  'household.csv',
  ['Date', 'Category', 'Amount'],
  ['2030-01-05', 'Rent', 900],
  ['2030-01-09', 'Food', 60],
  ['2030-03-04', 'Food', 80],
  ['2030-03-08', 'Gas', 120],
);

const people = table(
  'people.csv',
  ['Name', 'Age', 'Weight', 'No-show'],
  ['Ada', 35, 60, 'no'],
  ['Bo', 40, 90, 'yes'],
  ['Cy', 85, 70, 'no'],
);

describe('everyday questions about tables', () => {
  it.each<[string[], FileTable, unknown[][]]>([
    [['total revenue of the North', 'What is their average?'], invoices, [[20]]],
    [['total amount of Rent', 'And on Other?'], spending, [[120]]],
    [['total amount of Rent', 'And the others?'], household, [[260]]],
    [['total amount of Rent in January 2030', 'And the others in March?'], household, [[200]]],
    [['total amount of Rent', 'And the average of the others?'], household, [[86.6666666667]]],
    [['How many are older than 30 and heavier than 80?'], people, [[1]]],
    [['How many are no shows?'], people, [[1]]],
    [
      ['Total amount over 70 per category'],
      spending,
      [
        ['Rent', 1800],
        ['Other', 120],
        ['Food', 80],
      ],
    ],
    [
      ['Which categories have a total amount over 130?'],
      spending,
      [
        ['Rent', 1800],
        ['Food', 140],
      ],
    ],
  ])('%j', (questions, asked, rows) => {
    expect(ask([asked], ...questions)).toMatchObject({ rows });
  });

  it('count all rows where "their" means something in the question itself', () => {
    const answer = ask([invoices], 'total revenue of the North', 'How many customers paid their invoices?');
    expect(answer?.rows ?? [[3]]).toEqual([[3]]);
  });

  it('ask for other rows without a question before', () => {
    expect(
      ask([spending], 'total amount per category', 'Which other expenses have an amount over 100?')?.lacking,
    ).toBeUndefined();
  });

  it('are read in linear time where they are long', () => {
    for (const part of ['a-', 'who oldest ', 'oldest '])
      readQuestion(part.repeat(32_000 / part.length), invoices);
    expect(ask([invoices], 'total revenue')).toEqual({ rows: [[60]] });
  });
});
