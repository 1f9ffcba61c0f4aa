import { table } from './support/questions.js';
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
