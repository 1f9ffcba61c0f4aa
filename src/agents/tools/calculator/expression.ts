import { ToolFailure } from '../tool.js';

/** UTF-16 units of an expression. */
export const MAX_EXPRESSION = 200;
const MAX_DEPTH = 40;
/** Digits that a double holds in any case: hides that 0.1 + 0.2 is not quite 0.3. */
const DIGITS = 15;

const CONSTANTS: Record<string, number> = { pi: Math.PI, π: Math.PI, e: Math.E, tau: 2 * Math.PI };
const FUNCTIONS: Record<string, { from: number; to: number; compute(...values: number[]): number }> = {
  sqrt: { from: 1, to: 1, compute: Math.sqrt },
  cbrt: { from: 1, to: 1, compute: Math.cbrt },
  abs: { from: 1, to: 1, compute: Math.abs },
  exp: { from: 1, to: 1, compute: Math.exp },
  ln: { from: 1, to: 1, compute: Math.log },
  log: {
    from: 1,
    to: 2,
    compute: (value, base) => (base === undefined ? Math.log10(value) : Math.log(value) / Math.log(base)),
  },
  sin: { from: 1, to: 1, compute: Math.sin },
  cos: { from: 1, to: 1, compute: Math.cos },
  tan: { from: 1, to: 1, compute: Math.tan },
  floor: { from: 1, to: 1, compute: Math.floor },
  ceil: { from: 1, to: 1, compute: Math.ceil },
  round: { from: 1, to: 2, compute: roundTo },
  min: { from: 1, to: 50, compute: Math.min },
  max: { from: 1, to: 50, compute: Math.max },
  sum: { from: 1, to: 50, compute: sum },
  avg: { from: 1, to: 50, compute: (...values) => sum(...values) / values.length },
  days: { from: 6, to: 6, compute: days },
};
const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:e[+-]?\d+)?|\.\d+)|([a-zπ]+)|(\*\*|[-+*/^%(),]))/iy;
const SIGNS: Record<string, string> = { '×': '*', '·': '*', '÷': '/', '−': '-', '–': '-', '**': '^' };

type Token = { number: number } | { word: string } | { sign: string };

/**
 * The value of an arithmetic expression: numbers, `+ - * / ^ %`, parentheses, a few functions and constants. `%` is a
 * percentage behind a number, and the remainder between two. Nothing is evaluated as code.
 * @throws ToolFailure naming what is wrong
 */
export function calculate(expression: string): number {
  if (expression.length > MAX_EXPRESSION)
    throw new ToolFailure(`The expression is longer than ${MAX_EXPRESSION} characters.`);
  const value = new ExpressionReader(tokensOf(expression)).read();
  if (Number.isNaN(value)) throw new ToolFailure('The result is not a real number.');
  if (!Number.isFinite(value)) throw new ToolFailure('The result is too large, or a division by zero.');
  return Number(value.toPrecision(DIGITS));
}

function tokensOf(expression: string): Token[] {
  const text = expression.replaceAll(/[×·÷−–]/g, (sign) => SIGNS[sign]!).trimEnd();
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match)
      throw new ToolFailure(`“${text.slice(at).trim().slice(0, 10)}” cannot be read as arithmetic.`);
    const [, number, word, sign] = match;
    if (number !== undefined) tokens.push({ number: Number(number) });
    else if (word !== undefined) tokens.push({ word: word.toLowerCase() });
    else tokens.push({ sign: SIGNS[sign!] ?? sign! });
  }
  return tokens;
}

/** Reads by recursive descent: sums of products of powers of values. */
class ExpressionReader {
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  read(): number {
    const value = this.sum();
    if (this.at < this.tokens.length) throw new ToolFailure(`Unexpected ${this.describe()}.`);
    return value;
  }

  private sum(): number {
    if (++this.depth > MAX_DEPTH) throw new ToolFailure('The expression is nested too deeply.');
    let value = this.product();
    for (let sign = this.take('+', '-'); sign; sign = this.take('+', '-'))
      value = sign === '+' ? value + this.product() : value - this.product();
    this.depth -= 1;
    return value;
  }

  private product(): number {
    let value = this.signed();
    for (;;) {
      const sign = this.take('*', '/', '%') ?? (this.takeWord('of') ? '*' : undefined);
      if (sign === '*') value *= this.signed();
      else if (sign === '/') value /= this.signed();
      else if (sign === '%') value %= this.signed();
      else return value;
    }
  }

  private signed(): number {
    if (this.take('-')) return -this.nested(() => this.signed());
    if (this.take('+')) return this.nested(() => this.signed());
    return this.power();
  }

  private power(): number {
    const base = this.percentage();
    return this.take('^') ? base ** this.nested(() => this.signed()) : base;
  }

  private nested(read: () => number): number {
    if (++this.depth > MAX_DEPTH) throw new ToolFailure('The expression is nested too deeply.');
    const value = read();
    this.depth -= 1;
    return value;
  }

  /** A `%` that no value follows belongs to the number before it. */
  private percentage(): number {
    let value = this.value();
    while (this.isSign('%') && !this.beginsValue(this.tokens[this.at + 1])) {
      this.at += 1;
      value /= 100;
    }
    return value;
  }

  private beginsValue(token: Token | undefined): boolean {
    if (!token) return false;
    return (
      'number' in token || ('word' in token && token.word !== 'of') || ('sign' in token && token.sign === '(')
    );
  }

  private value(): number {
    const token = this.tokens[this.at];
    if (token && 'number' in token) {
      this.at += 1;
      return token.number;
    }
    if (token && 'word' in token) return this.named(token.word);
    if (this.take('(')) {
      const value = this.sum();
      this.expect(')');
      return value;
    }
    throw new ToolFailure(`Expected a number in place of ${this.describe()}.`);
  }

  private named(word: string): number {
    this.at += 1;
    if (Object.hasOwn(CONSTANTS, word)) return CONSTANTS[word]!;
    const called = Object.hasOwn(FUNCTIONS, word) ? FUNCTIONS[word]! : undefined;
    if (!called)
      throw new ToolFailure(`“${word}” is not known; functions: ${Object.keys(FUNCTIONS).join(', ')}.`);
    this.expect('(');
    const values = [this.sum()];
    while (this.take(',')) values.push(this.sum());
    this.expect(')');
    if (values.length < called.from || values.length > called.to)
      throw new ToolFailure(`${word} does not take ${values.length} values.`);
    return called.compute(...values);
  }

  private isSign(sign: string): boolean {
    const token = this.tokens[this.at];
    return token !== undefined && 'sign' in token && token.sign === sign;
  }

  private take(...signs: string[]): string | undefined {
    const sign = signs.find((each) => this.isSign(each));
    if (sign) this.at += 1;
    return sign;
  }

  private takeWord(word: string): boolean {
    const token = this.tokens[this.at];
    const isIt = token !== undefined && 'word' in token && token.word === word;
    if (isIt) this.at += 1;
    return isIt;
  }

  private expect(sign: string): void {
    if (!this.take(sign)) throw new ToolFailure(`Expected “${sign}” in place of ${this.describe()}.`);
  }

  private describe(): string {
    const token = this.tokens[this.at];
    return token ? `“${Object.values(token).join('')}”` : 'the end';
  }
}

function sum(...values: number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** Whole days from one date to another, each as year, month and day. @throws ToolFailure for a date that there is none of */
function days(...parts: number[]): number {
  const [from, to] = [parts.slice(0, 3), parts.slice(3)].map((date) => {
    const [year = 0, month = 0, day = 0] = date;
    const time = new Date(0);
    time.setUTCFullYear(year, month - 1, day);
    const isReal =
      time.getUTCMonth() === month - 1 && time.getUTCDate() === day && year >= 1 && year <= 9_999;
    if (!isReal || !date.every(Number.isInteger))
      throw new ToolFailure(`There is no date ${date.join('-')}.`);
    return time.getTime();
  });
  return (to! - from!) / 86_400_000;
}

function roundTo(value: number, digits = 0): number {
  const places = Math.max(-15, Math.min(15, Math.trunc(digits)));
  // By the decimal digits: 1.005 times 100 is less than 100.5.
  return Number(`${Math.round(Number(`${value}e${places}`))}e${-places}`);
}
