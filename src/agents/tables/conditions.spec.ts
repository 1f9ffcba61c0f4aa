import { ask, table } from './support/questions.js';
import type { FileTable } from './typed-table.js';

const takings = table(
  'takings.csv',
  ['Date', 'Branch', 'Category', 'Guests', 'Takings', 'Tips'],
  ['2031-01-04', 'Lyon', 'Lunch', 12, 240.5, 20],
  ['2031-01-18', 'Lyon', 'Dinner', 30, 910, 88.4],
  ['2031-02-03', 'Graz', 'Lunch', 8, 150, 9.5],
  ['2031-02-21', 'Graz', 'Dinner', 22, 640.25, 61],
  ['2031-03-09', 'Turin', 'Lunch', 15, 330.75, 24],
  ['2031-03-30', 'Turin', 'Dinner', 41, 1290, 130.6],
  ['2032-01-11', 'Lyon', 'Dinner', 35, 1050, 99],
  ['2032-03-02', 'Graz', 'Lunch', 10, 199, 12],
);
const fleet = table(
  'fleet.csv',
  ['Vehicle', 'Type', 'Depot', 'Mileage (km)'],
  ['V-01', 'Van', 'North', 45200],
  ['V-02', 'Truck', 'North', 120450],
  ['V-03', 'Van', 'South', 15800],
  ['V-04', 'Van', 'South', 30100],
  ['V-05', 'Truck', 'North', 98700],
);
const growth = table(
  'growth.csv',
  ['Year', 'Country', 'Population', 'GDP growth'],
  [2030, 'Norway', 5650000, '-0.4%'],
  [2031, 'Norway', 5700000, '2.1%'],
  [2030, 'Chile', 19700000, '(1.0%)'],
  [2031, 'Chile', 19800000, '3.4%'],
);
const invoices = table(
  'fx.csv',
  ['invoice', 'customer', 'amount'],
  ['F-1', 'Berg', '€120.00'],
  ['F-2', 'Holm', '$80.00'],
  ['F-3', 'Berg', '£50.00'],
  ['F-4', 'Lund', '€30.50'],
);
const payments = table(
  'pay.csv',
  ['Client', 'Amount', 'Currency', 'Date'],
  ['Ash', 100, 'EUR', '05/01/2031'],
  ['Elm', 250, 'USD', '13/01/2031'],
  ['Oak', 40, 'EUR', '02/02/2031'],
);
const parcels = table('p.csv', ['Parcel', 'Weight'], ['P1', '2.5 kg'], ['P2', '800 g'], ['P3', '1 kg']);
const tienda = table(
  'tienda.csv',
  ['Producto', 'Unidades', 'Precio', 'Ciudad'],
  ['Mesa', 12, 1234.5, 'Lima'],
  ['Silla', 40, 85, 'Quito'],
  ['Sofá', 3, 2100, 'Lima'],
);
const ventes = table(
  'ventes.csv',
  ['Produit', 'Quantité', 'Prix', 'Date'],
  ['Pomme', 1200, 1.2, '01/02/2031'],
  ['Poire', 850, 1.5, '15/02/2031'],
  ['Figue', 90, 4, '03/03/2031'],
);
const staff = table(
  'staff.csv',
  ['Name', 'Abteilung', 'Gehalt', 'Stunden'],
  ['Anna', 'Vertrieb', 4250, 38.5],
  ['Bernd', 'IT', 5100, 40],
  ['Eva', 'IT', 4700, 20],
);

describe('the conditions of a question', () => {
  it.each<[string, FileTable, unknown[][]]>([
    ['How many guests on 2031-02-21?', takings, [[22]]],
    [
      'guests on 30 March 2031',
      takings,
      [[41]].map(([n]) => ['2031-03-30', 'Turin', 'Dinner', n, 1290, 130.6]),
    ],
    ['total takings excluding Turin and Graz', takings, [[2200.5]]],
    ['total takings of neither Lyon nor Graz', takings, [[1620.75]]],
    [
      'total guests per branch and category',
      takings,
      [
        ['Lyon', 'Dinner', 65],
        ['Turin', 'Dinner', 41],
        ['Graz', 'Dinner', 22],
        ['Graz', 'Lunch', 18],
        ['Turin', 'Lunch', 15],
        ['Lyon', 'Lunch', 12],
      ],
    ],
    ['how many vehicles have a mileage over 40k', fleet, [[3]]],
    ['Which depot has the most vehicles?', fleet, [['North', 3]]],
    ['Which type is the most common?', fleet, [['Van', 3]]],
    ['how many depots have vehicles with a mileage over 90,000', fleet, [[1]]],
    ['average GDP growth of Chile', growth, [[1.2]]],
    ['GDP growth of Norway in 2030', growth, [[2030, 'Norway', 5650000, '-0.4%']]],
    ['Which country has the highest GDP growth?', growth, [[2031, 'Chile', 19800000, '3.4%']]],
    [
      'population by country',
      growth,
      [
        ['Chile', 19750000],
        ['Norway', 5675000],
      ],
    ],
    ['takings per guest in 2032', takings, [[27.7555555556, 1249, 45]]],
    ['sum of guests and tips in Graz', takings, [[40, 82.5]]],
    ['quantité totale en mars', ventes, [[90]]],
    ['quantité totale sans les poires', ventes, [[1290]]],
    ['prix moyen', ventes, [[2.23333333333]]],
    ['quel est le produit le moins cher ?', ventes, [['Pomme', 1200, 1.2, '01/02/2031']]],
    [
      'unidades por ciudad',
      tienda,
      [
        ['Quito', 40],
        ['Lima', 15],
      ],
    ],
    ['productos con precio mayor que 2000', tienda, [['Sofá', 3, 2100, 'Lima']]],
    ['¿Cuál es el producto más caro?', tienda, [['Sofá', 3, 2100, 'Lima']]],
    [
      'die zwei höchsten Gehälter',
      staff,
      [
        ['Bernd', 'IT', 5100, 40],
        ['Eva', 'IT', 4700, 20],
      ],
    ],
    [
      'Wer arbeitet weniger als 39 Stunden?',
      staff,
      [
        ['Anna', 'Vertrieb', 4250, 38.5],
        ['Eva', 'IT', 4700, 20],
      ],
    ],
  ])('are all kept: %s', (question, of, rows) => {
    expect(ask([of], question)).toEqual({ rows });
  });

  it.each([
    ['total takings on weekends', /no “weekends”/],
    ['total takings during Easter', /no “easter”/],
    ['total takings without voucher', /no “voucher”/],
  ])('stop a result where they are not understood: %s', (question, lacking) => {
    expect(ask([takings], question)?.lacking).toMatch(lacking);
  });

  it('do not list the whole table in place of an answer', () => {
    expect(ask([growth], 'in which years did the population shrink?')).toBeNull();
  });
});

describe('a question that carries on', () => {
  it.each<[string[], unknown[][]]>([
    [['takings in January 2031', 'and in March?'], [[1620.75]]],
    [
      ['total takings of Lyon', 'and per branch?'],
      [
        ['Lyon', 2200.5],
        ['Turin', 1620.75],
        ['Graz', 989.25],
      ],
    ],
    [['total takings of Lyon in 2031', 'by month'], [['2031-01', 1150.5]]],
  ])('keeps the year and the operation: %s', (questions, rows) => {
    expect(ask([takings], ...questions)).toEqual({ rows });
  });
});

describe('amounts of several units', () => {
  it.each<[string, FileTable, unknown[][]]>([
    [
      'total amount',
      invoices,
      [
        ['€', 150.5],
        ['$', 80],
        ['£', 50],
      ],
    ],
    [
      'total amount of Berg',
      invoices,
      [
        ['€', 120],
        ['£', 50],
      ],
    ],
    ['total amount in euros', invoices, [[150.5]]],
    ['total amount in USD', invoices, [[80]]],
    [
      'total amount',
      payments,
      [
        ['USD', 250],
        ['EUR', 140],
      ],
    ],
    [
      'total amount in January',
      payments,
      [
        ['USD', 250],
        ['EUR', 100],
      ],
    ],
    ['total amount in euros', payments, [[140]]],
    [
      'largest amount',
      payments,
      [
        ['Ash', 100, 'EUR', '05/01/2031'],
        ['Elm', 250, 'USD', '13/01/2031'],
      ],
    ],
    ['total weight', parcels, [[4.3]]],
    ['heaviest parcel', parcels, [['P1', '2.5 kg']]],
    [
      'parcels over 900 g',
      parcels,
      [
        ['P1', '2.5 kg'],
        ['P3', '1 kg'],
      ],
    ],
  ])('are not added up: %s', (question, of, rows) => {
    expect(ask([of], question)).toEqual({ rows });
  });

  it('make no share', () => {
    expect(ask([invoices], 'What share of the amount comes from Berg?')?.lacking).toMatch(/different units/);
  });
});

it.each(['tracking', 'order', 'serial'])('a %s number is a value, not a count', (kind) => {
  const orders = table('o.json', ['id', 'tracking', 'total'], ['TW-1', 'AT993102', 4], ['TW-2', 'AT7', 5]);
  expect(ask([orders], `What is the ${kind} number of TW-1?`)?.rows).not.toEqual([[1]]);
  expect(ask([orders], 'total number of orders with a total over 4')?.rows).toEqual([[1]]);
});
