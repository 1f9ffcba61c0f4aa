import { ask, table } from './support/questions.js';
import type { FileTable } from './typed-table.js';

const branches = table(
  'branches.csv',
  ['Region', 'Month', 'Product', 'Units', 'Revenue'],
  ['North', '2031-01', 'Kettle', 120, 3600],
  ['North', '2031-02', 'Toaster', 95, 2850],
  ['South', '2031-01', 'Kettle', 80, 2400],
  ['South', '2031-02', 'Blender', 110, 4400],
);
const staff = table(
  'staff.csv',
  ['Name', 'Department', 'Room', 'Salary', 'Start date', 'Remote'],
  ['Ruth', 'Finance', 12, 52000, '2019-03-01', 'no'],
  ['Wei', 'IT', 21, 73000, '2020-11-02', 'yes'],
  ['Ola', 'IT', 22, 39500, '2022-05-16', 'no'],
  ['Jack', 'Sales', 11, 84000, '2012-09-03', 'yes'],
);
const stock = table(
  'stock.tsv',
  ['SKU', 'Item', 'Category', 'Bin', 'Qty', 'Unit price'],
  ['A-100', 'Bolt', 'Fasteners', 'A', 1200, 0.12],
  ['C-300', 'Hammer', 'Tools', 'C', 18, 14.95],
  ['C-301', 'Saw', 'Tools', 'C', 7, 9.5],
);
const expenses = table(
  'expenses.csv',
  ['Employee', 'Category', 'Amount', 'Currency', 'Approved'],
  ['Kim', 'Hotel', 240, 'EUR', 'yes'],
  ['Kim', 'Meals', 44, 'EUR', 'no'],
  ['Ravi', 'Flight', 412, 'GBP', 'yes'],
  ['Ravi', 'Hotel', 180, 'EUR', 'yes'],
);
const survey = table(
  'survey.csv',
  ['Respondent', 'Age', 'Gender', 'City', 'Satisfaction', 'Would recommend'],
  [1, 34, 'f', 'Leeds', 4, 'yes'],
  [2, 51, 'm', 'York', 2, 'no'],
  [3, 28, 'f', 'Leeds', 5, 'yes'],
  [4, 45, 'm', 'Hull', 4, 'no'],
);
const readings = table(
  'readings.html',
  ['Date', 'Building', 'kWh', 'Outside temp (°C)'],
  ['2031-05-01', 'Hall', 400, 11],
  ['2031-05-02', 'Shed', 90, 13],
  ['2031-06-01', 'Hall', 210, 19],
);
const race = table(
  'race.csv',
  ['Place', 'Runner', 'Club', 'Time', 'Age'],
  [1, 'Hana', 'Lakeside AC', '36:12', 29],
  [2, 'Otto', 'City Runners', '36:40', 34],
  [3, 'Yusuf', 'City Runners', '37:05', 42],
);
const guests = table(
  'guests.docx',
  ['Guest', 'Table', 'Persons', 'Absences', 'Allergies'],
  ['Anna', 1, 2, 0, 'nuts'],
  ['Ben', 1, 4, 3, null],
  ['Carla', 4, 1, 1, null],
);
const crm = table(
  'crm.json',
  ['id', 'company', 'contact', 'value', 'last_contact'],
  ['9007199254740993', 'Apex', 'Nora', 12500, '2031-01-14'],
  ['70001', 'Birch', 'Leo', 3000, '2031-02-02'],
);
const produkte = table(
  'produkte.csv',
  ['Artikel', 'Farbe', 'Preis'],
  ['Tisch', 'weiß', 149.9],
  ['Stuhl', 'schwarz', 49.5],
  ['Regal', 'schwarz', 89],
);
const depenses = table(
  'depenses.csv',
  ['Date', 'Catégorie', 'Montant'],
  ['2031-01-03', 'Alimentation', 200],
  ['2031-02-04', 'Alimentation', 12],
  ['2031-02-05', 'Transport', 60],
);
const pisos = table(
  'pisos.csv',
  ['Barrio', 'Alquiler', 'Ascensor'],
  ['Triana', 820, 'sí'],
  ['Ruzafa', 890, 'no'],
);

const marks = table(
  'marks.xlsx',
  ['Pupil', 'Maths', 'English'],
  ['Amy', 80, 90],
  ['Dan', 60, 'absent'],
  ['Eva', 40, 70],
);

const konto = table(
  'konto.csv',
  ['Tag', 'Wofür', 'Betrag', 'Saldo'],
  ['2031-01-02', 'Strom', -90, 1410],
  ['2031-01-05', 'Gehalt', 2450, 3860],
  ['2031-02-07', 'Einkauf', -64, 3796],
);

const shifts = table(
  'shifts.csv',
  ['Worker', 'Shift', 'Hours'],
  ['Alma', 'early', 8],
  ['Alma', 'early', 9],
  ['Bram', 'night', 10],
);

describe('everyday questions about tables', () => {
  it.each<[string, FileTable, unknown[][]]>([
    [
      'How did revenue change between January and February?',
      branches,
      [
        ['2031-01', 6000],
        ['2031-02', 7250],
      ],
    ],
    [
      'How did the units change?',
      branches,
      [
        ['2031-01', 200],
        ['2031-02', 205],
      ],
    ],
    ['How many respondents have a satisfaction of 4?', survey, [[2]]],
    ['average age of those who would not recommend', survey, [[48]]],
    ['how many are between 30 and 50 years old', survey, [[2]]],
    ['percentage of people from Leeds', survey, [[50, 2, 4]]],
    ['average age for f', survey, [[31]]],
    [
      'satisfaction by gender',
      survey,
      [
        ['f', 4.5],
        ['m', 3],
      ],
    ],
    ['total approved amount in EUR', expenses, [[420]]],
    [
      'most expensive category',
      expenses,
      [
        ['Hotel', 'EUR', 420],
        ['Flight', 'GBP', 412],
      ],
    ],
    ['cheapest tool', stock, [['C-301', 'Saw', 'Tools', 'C', 7, 9.5]]],
    ['total kWh', readings, [[700]]],
    ['kWh of the Hall in June', readings, [['2031-06-01', 'Hall', 210, 19]]],
    ['average age of City Runners', race, [[38]]],
    ['which table has the most persons?', guests, [[1, 6]]],
    [
      'persons per table',
      guests,
      [
        [1, 6],
        [4, 1],
      ],
    ],
    ['Who has no absences?', guests, [guests.rows[0]!]],
    ['most recent contact', crm, [['70001', 'Birch', 'Leo', 3000, '2031-02-02']]],
    ['Wie viele schwarze Artikel gibt es?', produkte, [[2]]],
    ['Combien ai-je dépensé en Alimentation ?', depenses, [[212]]],
    ['barrios con ascensor', pisos, [['Triana', 820, 'sí']]],
    ['barrios sin ascensor', pisos, [['Ruzafa', 890, 'no']]],
    ['Who works in IT?', staff, [staff.rows[1]!, staff.rows[2]!]],
    ['who earns less than 45k?', staff, [staff.rows[2]!]],
    ['revenue of North except February', branches, [[3600]]],
    ['Summe der negativen Beträge', konto, [[-154]]],
    ['Wie hoch war der Saldo im Januar?', konto, [konto.rows[0]!, konto.rows[1]!]],
    ['How many respondents have a satisfaction below 3 and are older than 50?', survey, [[1]]],
    ['How many guests have allergies?', guests, [[1]]],
    ['who spent the least in EUR?', expenses, [['Ravi', 180]]],
    ['number of sales in the South', branches, [[2]]],
    ['¿Qué barrios no tienen ascensor?', pisos, [['Ruzafa', 890, 'no']]],
    ['Who worked the most hours?', shifts, [['Alma', 17]]],
    ['Wie viele Stunden hat Bram gearbeitet?', shifts, [[10]]],
    ['longest shift', shifts, [['Bram', 'night', 10]]],
    ['Which department has the most people?', staff, [['IT', 2]]],
    ['average of maths and english', marks, [[60, 80]]],
    ['Who was absent in English?', marks, [marks.rows[1]!]],
  ])('%s', (question, asked, rows) => {
    expect(ask([asked], question)).toMatchObject({ rows });
  });

  it.each<[string[], FileTable, unknown[][]]>([
    [
      ['Total revenue', 'by product'],
      branches,
      [
        ['Kettle', 6000],
        ['Blender', 4400],
        ['Toaster', 2850],
      ],
    ],
    [['total revenue of the North', 'in January?'], branches, [[3600]]],
    [['Who works in IT?', 'which of them earns the most?'], staff, [staff.rows[1]!]],
    [['Who works in IT?', 'which of them earns the most?', 'and the least?'], staff, [staff.rows[2]!]],
    [['how many bins are there', 'and what is in bin C?'], stock, [stock.rows[1]!, stock.rows[2]!]],
    [['total revenue of the North', 'and the others?'], branches, [[6800]]],
    [['Who works in IT?', 'what is their average salary?'], staff, [[56250]]],
    [['satisfaction in Leeds', 'and which of them is the youngest?'], survey, [survey.rows[2]!]],
    [['show only the early shifts', 'how many hours is that?'], shifts, [[17]]],
  ])('%j', (questions, asked, rows) => {
    expect(ask([asked], ...questions)).toEqual({ rows });
  });

  it.each<[string, FileTable]>([
    ['quantity of C-999', stock],
    ['average time', race],
    ['Times under 38 minutes', race],
    ['best time per club', race],
    ['how many respondents are male?', survey],
    ['youngest employee', staff],
    ['who earns more than Ruth?', staff],
    ['How many people earn more than Ruth?', staff],
    ['Which department has the most laptops?', staff],
    ['total revenue in staff.csv', staff],
    ['Which of them earns the most?', staff],
    ['Which region had more than 7000 in total revenue?', crm],
  ])('without an answer are not given one: %s', (question, asked) => {
    const answer = ask([asked], question);
    expect(answer === null || answer.lacking !== undefined).toBe(true);
  });

  it.each<[string[], FileTable]>([
    [['total revenue of the North', 'and the West?'], branches],
    [['who did not work remotely?', 'and who did?'], staff],
  ])('do not repeat the answer before: %j', (questions, asked) => {
    const answer = ask([asked], ...questions);
    expect(answer === null || answer.lacking !== undefined).toBe(true);
  });

  it('name the sums that pass a limit', () => {
    expect(ask([branches], 'Which region had more than 6500 in total revenue?')).toEqual({
      rows: [['South', 6800]],
    });
    expect(ask([branches], 'regions with more than 200 units in total')).toEqual({ rows: [['North', 215]] });
  });
});
