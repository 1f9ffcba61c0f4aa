/*
 * What all readers of citations share: where one can stand, and what is written in its place.
 */

/** Source numbers are small; what is larger is a year, a code, a count. */
export const MAX_NUMBER = 99;

/** After these numbers in brackets are a value or an index. */
const VALUE_OF =
  /(?:^|[\s(])(?:returns?|gives?|prints?|outputs?|equals?|contains?|yields?|index|element|array|list|tuple|vector|matrix|row|column|slice)$/iu;
/** After these several numbers in brackets are a list or an interval. */
const LIST_OF =
  /(?:^|[\s(])(?:is|are|was|be|becomes?|set|range|interval|bounds?|domain|in|on|of|from|between|within|over|with|like|as|the|an?)$/iu;
/** Words that look like names in a program. */
const IDENTIFIER =
  /(?:[\p{Ll}\d][\p{Lu}]|[_$]|\d)|^(?:\p{L}|arr|array|args?|argv|list|items?|rows?|cols?|data|matrix|vec|buf|values?|keys?|nums?|elements?|tmp|obj|dict|map|str|idx|ptr|params|props|stack|queue|res|result|row|tokens?)$/u;

/** What stands in place of markers, up to `end` of the text that was read. */
export interface ReadCitations {
  end: number;
  text: string;
  /** Whether the white space before it goes as well. */
  dropsSpace: boolean;
  /** Sources that it cites. */
  cited: readonly number[];
}

export interface Surroundings {
  /** The end of what was passed on of the paragraph. */
  before: string;
  /** White space between that and the marker. */
  space: string;
  sourceCount: number;
  isLast: boolean;
}

export const written = (numbers: readonly number[]) => `[${numbers.join(', ')}]`;

/** What is written for numbers that cannot be anything but a citation. */
export function citationOf(end: number, numbers: readonly number[], around: Surroundings): ReadCitations {
  const known = numbers.filter((n) => n >= 1 && n <= around.sourceCount);
  const kept = known.length ? written(known) : dropped(around.before, around.space);
  return { end, text: kept, dropsSpace: kept === '', cited: known };
}

/** Whether numbers in brackets can be a citation where they stand. */
export function isCitation(
  numbers: readonly number[],
  after: string,
  { before, space }: Surroundings,
): boolean {
  if (numbers.some((n) => n === 0 || n > MAX_NUMBER)) return false;
  const word = /[\p{L}\p{N}_$]+$/u.exec(before)?.[0];
  if (!space && word && !/^\d+$/.test(word))
    return !IDENTIFIER.test(word) && !/^(?:[[(=:]|\.\p{L})/u.test(after) && /^(?:$|[.,;!?)\n])/.test(after);
  if (before.endsWith('=') || VALUE_OF.test(before)) return false;
  return numbers.length === 1 || !(/[({+*/<>|]$/.test(before) || LIST_OF.test(before));
}

/** What is around a marker that goes must not become one. */
export function dropped(before: string, space: string): string {
  if (/[[【][^\]】]{0,30}$|\([^)\p{L}]{0,10}$|<[^\s<>]*$|`$/u.test(before + space)) return '?';
  // Emphasis of nothing would show its marks.
  if (!space && /[*_~]$/.test(before)) return '–';
  // Without it the line would begin with what comes next.
  return /^[\s>#+*_=~`|:.)\d-]*$/.test(before) ? '–' : '';
}

/** The numbers of a list; those of a range too. */
export function numbersOf(list: string): number[] {
  const numbers: number[] = [];
  // Full-width digits are digits.
  for (const [, from, to] of list.normalize('NFKC').matchAll(/(\d+)(?:[ \t]*[-–—][ \t]*(\d+))?/g)) {
    const last = Math.min(Number(to ?? from), Number(from) + MAX_NUMBER);
    for (let n = Number(from); n <= last; n++) numbers.push(n);
    // A range that runs backwards is two numbers.
    if (last < Number(from)) numbers.push(Number(from), last);
  }
  return [...new Set(numbers)];
}

export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
