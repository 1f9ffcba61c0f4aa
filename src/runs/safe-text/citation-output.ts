/* Shared by all readers of citations: where a citation is possible, and its replacement text. */

/** Source numbers are small; larger numbers are years, codes or counts. */
export const MAX_NUMBER = 99;

/** Words before a number in brackets that is a value or an index. */
const VALUE_OF =
  /(?:^|[\s(])(?:returns?|gives?|prints?|outputs?|equals?|contains?|yields?|index|element|array|list|tuple|vector|matrix|row|column|slice)$/iu;
/** Words before several numbers in brackets that are a list or an interval. */
const LIST_OF =
  /(?:^|[\s(])(?:is|are|was|be|becomes?|set|range|interval|bounds?|domain|in|on|of|from|between|within|over|with|like|as|the|an?)$/iu;
/** Words that look like identifiers in a program. */
const IDENTIFIER =
  /(?:[\p{Ll}\d][\p{Lu}]|[_$]|\d)|^(?:\p{L}|arr|array|args?|argv|list|items?|rows?|cols?|data|matrix|vec|buf|values?|keys?|nums?|elements?|tmp|obj|dict|map|str|idx|ptr|params|props|stack|queue|res|result|row|tokens?)$/u;

/** An index by name, after which another index may follow: `m["a"][2]`, `grid[row][3]`. */
const INDEXED = /[\p{L}\p{N}_$]\[(?:["'][^"'\]\n]{1,40}["']|[\p{L}_$][\p{L}\p{N}_$.]{0,20})\]$/u;

/** The replacement of citation markers, which end at `end` of the text. */
export interface ReadCitations {
  end: number;
  text: string;
  /** Whether the white space before the markers is dropped too. */
  dropsSpace: boolean;
  /** Whether the rest of the line is dropped too. */
  dropsLine?: boolean;
  /** Numbers of the cited sources. */
  cited: readonly number[];
}

export interface Surroundings {
  /** The end of the paragraph's output so far. */
  before: string;
  /** White space between `before` and the marker. */
  space: string;
  sourceCount: number;
  isLast: boolean;
}

export const written = (numbers: readonly number[]) => `[${numbers.join(', ')}]`;

/** The replacement of numbers that can only be a citation. */
export function citationOf(end: number, numbers: readonly number[], around: Surroundings): ReadCitations {
  const known = numbers.filter((n) => n >= 1 && n <= around.sourceCount);
  const kept = known.length ? written(known) : dropped(around.before, around.space);
  return { end, text: kept, dropsSpace: kept === '', cited: known };
}

/** Whether numbers in brackets can be a citation in their context. */
export function isCitation(
  numbers: readonly number[],
  after: string,
  { before, space }: Surroundings,
): boolean {
  if (numbers.some((n) => n === 0 || n > MAX_NUMBER)) return false;
  if (!space && INDEXED.test(before)) return false;
  // An argument: `f([9])`.
  if (!space && /[\p{L}\p{N}_$]\($/u.test(before)) return false;
  const word = /[\p{L}\p{N}_$]+$/u.exec(before)?.[0];
  if (!space && word && !/^\d+$/.test(word))
    return !IDENTIFIER.test(word) && !/^(?:[[(=:]|\.\p{L})/u.test(after) && /^(?:$|[.,;!?)\n])/.test(after);
  if (before.endsWith('=') || VALUE_OF.test(before)) return false;
  return numbers.length === 1 || !(/[({+*/<>|]$/.test(before) || LIST_OF.test(before));
}

/** Replacement of a dropped marker: the text around it must not become a marker. */
export function dropped(before: string, space: string): string {
  if (/[[【][^\]】]{0,30}$|\([^)\p{L}]{0,10}$|<[^\s<>]*$|`$/u.test(before + space)) return '?';
  // Emphasis without content would show its delimiters.
  if (!space && /[*_~]$/.test(before)) return '–';
  // Without a placeholder the following text would be at the start of the line.
  return /^[\s>#+*_=~`|:.)\d-]*$/.test(before) ? '–' : '';
}

const RANGES = /(\d+)(?:[ \t]*(?:[-–—]|to\b|through\b|bis\b)[ \t]*(\d+))?/gi;

/** The numbers of a list, with ranges expanded. */
export function numbersOf(list: string): number[] {
  const numbers: number[] = [];
  // Full-width digits are digits.
  for (const [, from, to] of list.normalize('NFKC').matchAll(RANGES)) {
    const last = Math.min(Number(to ?? from), Number(from) + MAX_NUMBER);
    for (let n = Number(from); n <= last; n++) numbers.push(n);
    // A descending range is two numbers.
    if (last < Number(from)) numbers.push(Number(from), last);
  }
  return [...new Set(numbers)];
}

export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
