import type { ParsedTable } from '../../ingestion/parsers/parsed-document.js';
import { compute } from './compute.js';
import { readQuestion } from './read-question.js';

const emissions: ParsedTable = {
  name: 'emissions.csv',
  columns: ['Site', 'Scope', 'Year', 'Emissions (t CO2e)', 'Energy MWh'],
  rows: [
    ['Hamburg', 'Scope 1', 2023, 120, 900],
    ['Hamburg', 'Scope 2', 2023, 80, 700],
    ['Hamburg', 'Scope 1', 2024, 100, 850],
    ['Porto', 'Scope 1', 2023, 60, 300],
    ['Porto', 'Scope 1', 2024, 75, 310],
    ['Porto', 'Scope 2', 2024, 25, 200],
  ],
  rowsLeftOut: 0,
};
const wells: ParsedTable = {
  name: 'wells.xlsx',
  columns: ['Well', 'Uptime %', 'Oil_bbl', 'Start Date'],
  rows: [
    ['A-1', 97.5, 1200, '2021-03-01'],
    ['A-2', 88, 640, '2022-07-15'],
    ['B-7', 92.25, 2100, '2022-11-02'],
  ],
  rowsLeftOut: 0,
};

function answer(question: string, table: ParsedTable): unknown[][] | null {
  const read = readQuestion(question, table);
  return read && compute(table, read.query).rows;
}

describe('questions about tables', () => {
  it.each<[string, unknown[][]]>([
    ['What are the total emissions?', [[460]]],
    ['total emissions of Hamburg in 2023', [[200]]],
    ['How many rows have emissions above 70?', [[4]]],
    ['What is the average energy in Porto?', [[270]]],
    [
      'sum of emissions per site',
      [
        ['Hamburg', 300],
        ['Porto', 160],
      ],
    ],
    ['Which site has the highest emissions?', [['Hamburg', 300]]],
    ['which year had the lowest emissions', [[2024, 200]]],
    [
      'Compare the total emissions of Hamburg and Porto for scope 1',
      [
        ['Hamburg', 220],
        ['Porto', 135],
      ],
    ],
    [
      'top 2 emissions',
      [
        ['Hamburg', 'Scope 1', 2023, 120, 900],
        ['Hamburg', 'Scope 1', 2024, 100, 850],
      ],
    ],
    ['what was the maximum energy in 2024?', [[850]]],
    ['How many MWh of energy did Porto need in total?', [[810]]],
  ])('%s', (question, rows) => {
    expect(answer(question, emissions)).toEqual(rows);
  });

  it.each<[string, unknown[][]]>([
    ['Which well has the highest uptime?', [['A-1', 97.5, 1200, '2021-03-01']]],
    ['What is the uptime of well B-7?', [['B-7', 92.25, 2100, '2022-11-02']]],
    ['how many wells have a start date in 2022?', [[2]]],
    ['how many wells have an uptime of at least 92?', [[2]]],
    ['median oil', [[1200]]],
  ])('%s', (question, rows) => {
    expect(answer(question, wells)).toEqual(rows);
  });

  it.each([
    'What is the weather like?',
    'Tell me about the company',
    'How many people live in Spain?',
    'How much energy drinks may I bring to the canteen each day?',
  ])('asks nothing of the table: %s', (question) => {
    expect(readQuestion(question, emissions)).toBeNull();
  });
});
