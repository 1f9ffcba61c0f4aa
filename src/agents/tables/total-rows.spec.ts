import { ask, table } from './support/questions.js';
import { withoutTotals } from './total-rows.js';

const budget = (...last: (string | number | null)[]) =>
  table('budget.xlsx', ['Item', 'Amount'], ['Sails', 1234.5], ['Ropes', 87], last);

describe('a last row of totals', () => {
  it.each(['Total', 'TOTAL:', 'Gesamtsumme', 'Summe Ausgaben', 'Totale', 'Grand total'])(
    'is not counted: %s',
    (name) => {
      const { rows, notes } = withoutTotals(budget(name, '1,321.50'));
      expect(rows).toHaveLength(2);
      expect(notes).toEqual([`The last row, "${name}", was not counted.`]);
    },
  );

  it.each(['Totem', 'Sum of parts of it', 'Paint'])('is not %s', (name) => {
    expect(withoutTotals(budget(name, 12)).rows).toHaveLength(3);
  });
});

describe('rows of totals within a table', () => {
  const rows = [
    ['North', 10],
    ['South', 20],
    ['Subtotal', 30],
    ['East', 5],
    ['West', 15],
    ['Subtotal', 20],
    ['Grand total', 50],
  ];
  it('are not counted', () => {
    const sales = table('s.csv', ['Region', 'Sales'], ...rows);
    expect(ask([{ ...sales, ...withoutTotals(sales) }], 'total sales')).toEqual({ rows: [[50]] });
  });

  it('are not counted without a name, nor are averages', () => {
    const unnamed = table('s.csv', ['Region', 'Sales'], ['North', 10], ['South', 20], [null, 30]);
    expect(withoutTotals(unnamed).rows).toHaveLength(2);
    const mean = table('s.csv', ['Region', 'Sales'], ['North', 10], ['South', 20], ['Average', 15]);
    expect(withoutTotals(mean).rows).toHaveLength(2);
  });

  it('are others where the numbers are not their sums', () => {
    const brand = table('s.csv', ['Station', 'Litres'], ['Shell', 10], ['Total', 17], ['Esso', 20]);
    expect(withoutTotals(brand).rows).toHaveLength(3);
  });
});
