/** Decimal mark: `1,234.5` has a point, `1.234,5` a comma. */
export type DecimalMark = '.' | ',';

/** A number as written. */
export interface WrittenNumber {
  value: number;
  /** Unit beside the digits: a currency, `%` or a common unit, as written; null without one. */
  unit: string | null;
  /**
   * The decimal mark proven by the digits; `either` when ambiguous, like `1,234`; null without fraction and groups.
   */
  proves: DecimalMark | 'either' | null;
}

/** Which decimal mark the cells of a column use. */
export interface Notation {
  mark: DecimalMark;
  /** The decimal mark proven by the cells; null when none proves one, or they disagree. */
  proves: DecimalMark | null;
  /** The first ambiguous cell when nothing else decides; null otherwise. */
  unclear: string | null;
}

const CURRENCIES = new Set([
  ...Intl.supportedValuesOf('currency'),
  'kr',
  'zł',
  'Kč',
  'Ft',
  'Rs',
  'Rs.',
  'Fr.',
]);
const UNITS = new Set(
  (
    'mm cm m km m² m³ km² ha mg g kg t ml cl l s ms min h km/h W kW MW Wh kWh MWh V A Hz MHz GHz °C °F K kB KB MB GB ' +
    'TB pt px pcs Stk Stk. St.'
  ).split(' '),
);
const SYMBOL = /^(?:[A-Z]{1,2}\p{Sc}|\p{Sc})$/u;
/** Prefix, digits and suffix. */
const PARTS =
  /^([^\d.,()+-]*?) ?([+-]?)([^\d.,()+-]*?) ?((?:\d|[.,](?=\d))[\d.,' ]*(?:e[+-]?\d+)?)(-?) ?([^\d]*)$/i;
const GROUPED = /^[1-9]\d{0,2}(?:([.,' ])\d{3})(?:\1\d{3})*$/;
/** As in India: `12,34,567`. */
const LAKHS = /^[1-9]\d?(?:,\d{2})+,\d{3}$/;
/** Maximum digits that a double represents exactly. */
const MAX_DIGITS = 15;
const MAX_CHARS = 60;

/**
 * Parses `1,234.50`, `1.234,50`, `1 234`, `1'234`, `$1,234.50`, `12,50 €`, `($20.00)`, `20-`, `15 %` and `2,5 kg`.
 * Codes such as `007`, and numbers with more digits than a double holds, are rejected: computing with them would be
 * wrong. A percentage has its written value: `15%` is 15.
 * @param mark decimal mark for ambiguous numbers; by default `1,234` is 1234 and `1.234` a little more than one
 */
export function readNumber(text: string, mark: DecimalMark = '.'): WrittenNumber | null {
  if (text.length > MAX_CHARS) return null;
  const plain = normalised(text);
  const bare = /^(.*)\((.*)\)(.*)$/.exec(plain);
  const isBracketed = bare !== null && /\d/.test(bare[2]!);
  const parts = PARTS.exec(isBracketed ? `${bare[1]}${bare[2]}${bare[3]}` : plain);
  if (!parts) return null;
  const [, before = '', sign = '', between = '', digits = '', minus = '', behind = ''] = parts;
  const unit = [before, between, behind].map((part) => part.trim()).filter(Boolean);
  if (unit.length > 1 || !isUnit(unit[0], behind.trim() !== '')) return null;
  const read = readDigits(digits.trim(), mark);
  if (!read) return null;
  const isNegative = isBracketed || sign === '-' || minus === '-';
  return { value: isNegative ? -read.value : read.value, unit: unit[0] ?? null, proves: read.proves };
}

/** The notation of a column's cells; a point if undecided. Cells that are no numbers are ignored. */
export function notationOf(cells: Iterable<string>): Notation {
  const proven = new Set<DecimalMark>();
  let unclear: string | null = null;
  for (const cell of cells) {
    const proves = readNumber(cell)?.proves;
    if (proves === 'either') unclear ??= cell.trim();
    else if (proves) proven.add(proves);
  }
  const proves = proven.size === 1 ? [...proven][0]! : null;
  return { mark: proves ?? '.', proves, unclear: proves ? null : unclear };
}

/** With plain digits, minus signs and blanks. */
function normalised(text: string): string {
  return text
    .replaceAll(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replaceAll(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replaceAll(/[\u2212\u2012\u2013]/g, '-')
    .replaceAll('’', "'")
    .replaceAll('٫', ',')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function isUnit(unit: string | undefined, isBehind: boolean): boolean {
  if (unit === undefined || SYMBOL.test(unit) || CURRENCIES.has(unit)) return true;
  return isBehind && (unit === '%' || unit === '‰' || UNITS.has(unit));
}

function readDigits(digits: string, mark: DecimalMark): Omit<WrittenNumber, 'unit'> | null {
  if (/^0\d/.test(digits) || digits.replaceAll(/\D/g, '').length > MAX_DIGITS) return null;
  if (/^\d+$/.test(digits)) return { value: Number(digits), proves: null };
  if (/^\d\.\d+e[+-]?\d{1,3}$/i.test(digits)) {
    const value = Number(digits);
    return Number.isFinite(value) ? { value, proves: '.' } : null;
  }
  if (/^[1-9]\d{0,2}[.,]\d{3}$/.test(digits)) {
    const isFraction = digits.includes(mark);
    return { value: Number(digits.replace(/[.,]/, isFraction ? '.' : '')), proves: 'either' };
  }
  const whole = wholeOf(digits);
  if (whole) return whole;
  const at = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','));
  const [left, right] = [digits.slice(0, at), digits.slice(at + 1)];
  if (at < 0 || !/^\d+$/.test(right)) return null;
  const group = GROUPED.exec(left)?.[1] ?? (LAKHS.test(left) ? ',' : undefined);
  if (!/^\d*$/.test(left) && (group === undefined || group === digits[at])) return null;
  return { value: Number(`${left.replaceAll(/\D/g, '')}.${right}`), proves: digits[at] as DecimalMark };
}

/** Groups of digits without a fraction; more than one group, or an unambiguous separator. */
function wholeOf(digits: string): Omit<WrittenNumber, 'unit'> | null {
  const separator = GROUPED.exec(digits)?.[1] ?? (LAKHS.test(digits) ? ',' : undefined);
  if (separator === undefined) return null;
  const proves = separator === ',' ? '.' : separator === '.' ? ',' : null;
  return { value: Number(digits.replaceAll(/\D/g, '')), proves };
}
