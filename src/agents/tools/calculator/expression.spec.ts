import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { ToolFailure } from '../tool.js';
import { calculate } from './expression.js';

describe('the calculator', () => {
  it.each([
    ['2 + 3 * 4', 14],
    ['(2 + 3) * 4', 20],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ 2', -4],
    ['2 ^ -1', 0.5],
    ['0.1 + 0.2', 0.3],
    ['1.005 * 1000', 1005],
    ['10 − 4 ÷ 2 × 3', 4],
    ['20% of 350', 70],
    ['350 * 20%', 70],
    ['17 % 5', 2],
    ['(1250 - 980) / 980 * 100', 27.5510204081633],
    ['sqrt(2) ^ 2', 2],
    ['round(1.005, 2)', 1.01],
    ['round(-2.5)', -2],
    ['max(3, 7, 5) - min(2, 1)', 6],
    ['avg(1, 2, 6) + sum(1, 2)', 6],
    ['log(1000) + log(8, 2) + ln(e)', 7],
    ['cos(pi)', -1],
    ['1.5e3 / 3', 500],
    ['.5 + .5', 1],
    ['2 ** 10', 1024],
    ['days(2026, 3, 3, 2026, 7, 17)', 136],
    ['days(2024, 2, 28, 2024, 3, 1)', 2],
    ['days(2027, 1, 1, 2026, 12, 31)', -1],
  ])('computes %s', (expression, value) => {
    expect(calculate(expression)).toBe(value);
  });

  it.each([
    ['', /Expected a number in place of the end/],
    ['2 +', /the end/],
    ['2 3', /Unexpected “3”/],
    ['(1 + 2', /Expected “\)”/],
    ['1 / 0', /division by zero/],
    ['days(2026, 2, 30, 2026, 3, 1)', /no date 2026-2-30/],
    ['sqrt(-1)', /not a real number/],
    ['10 ^ 400', /too large/],
    ['process.exit()', /“.exit\(\)” cannot be read/],
    ['process(1)', /“process” is not known/],
    ['constructor(1)', /“constructor” is not known/],
    ['round(1, 2, 3)', /does not take 3 values/],
    ['1;2', /“;2” cannot be read/],
    ['1+'.repeat(120), /longer than 200/],
    [`${'('.repeat(60)}1${')'.repeat(60)}`, /nested too deeply/],
    [`${'-'.repeat(80)}1`, /nested too deeply/],
  ])('refuses %s', (expression, sentence) => {
    expect(() => calculate(expression)).toThrow(sentence);
    expect(() => calculate(expression)).toThrow(ToolFailure);
  });

  it('agrees with JavaScript on what both can read', () => {
    const number = fc.integer({ min: 0, max: 999 }).map(String);
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        number,
        fc
          .tuple(tie('tree'), fc.constantFrom('+', '-', '*'), tie('tree'))
          .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      ),
    })) as { tree: fc.Arbitrary<string> };
    fc.assert(
      fc.property(
        tree.filter((text) => text.length <= 200),
        (text) => {
          const expected = Number((runInNewContext(text) as number).toPrecision(15));
          expect(calculate(text)).toBe(expected);
        },
      ),
    );
  });
});
