import { numeral } from './numerals.js';

describe('numbers of lists', () => {
  it('are digit by digit where their format is', () => {
    expect([9, 10, 21].map((value) => numeral(value, 'ideographDigital'))).toEqual(['九', '一〇', '二一']);
  });
});
