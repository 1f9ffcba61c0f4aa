import {
  BEGUN,
  IN_PARENTHESES,
  LINK_TARGET,
  LINK_TARGET_BEGUN,
  MARKER,
  MAY_GO_ON,
  PARENTHESIS_BEGUN,
  SEPARATOR,
  SUPERSCRIPT,
  TAGGED,
  TAGGED_BEGUN,
} from './citation-forms.js';

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
/** Source numbers are small; what is larger is a year, a code, a count. */
const MAX_NUMBER = 99;

/** After these numbers in brackets are a value or an index. */
const VALUE_OF =
  /(?:^|[\s(])(?:returns?|gives?|prints?|outputs?|equals?|contains?|yields?|index|element|array|list|tuple|vector|matrix|row|column|slice)$/iu;
/** After these several numbers in brackets are a list or an interval. */
const LIST_OF =
  /(?:^|[\s(])(?:is|are|was|be|becomes?|set|range|interval|bounds?|domain|in|on|of|from|between|within|over|with|like|as|the|an?)$/iu;
/** Words that look like names in a program. */
const IDENTIFIER =
  /(?:[\p{Ll}\d][\p{Lu}]|[_$]|\d)|^(?:\p{L}|arr|array|args?|argv|list|items?|rows?|cols?|data|matrix|vec|buf|values?|keys?|nums?|elements?|tmp|obj|dict|map|str|idx|ptr|params|props|stack|queue|res|result|row|tokens?)$/u;
/** Before these a number in parentheses is part of the text. */
const COUNTED =
  /(?:^|\s)(?:section|item|article|clause|step|paragraph|number|no|figure|table|equation|line|page|chapter|rule|part|point|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|\d[\d.,]*)$/iu;
const UNIT = /(?:^|[^\p{L}])(?:\p{L}|[a-zµμ]?m|in|ft|yd|mi|ms|sec)$/iu;

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

interface Marker {
  end: number;
  raw: string;
  separator: string;
  numbers: readonly number[];
  /** False for a list of numbers alone, which has other uses. */
  isSpecial: boolean;
}

/**
 * Reads the group of citations that begins at a place: `[1]`, `[2, 3]`, `[2-3]`, `【1†L2】`, `［1］`, `\\[1\\]`, `[^2]`,
 * `[Source 2]`, `<sup>[2]</sup>`, `(3)`, `³`.
 * Those of sources that are there become `[n]`, the others go. What can be no citation stays as it is.
 * @returns `none` where none begins, null while that depends on what comes
 */
export function readCitations(text: string, at: number, around: Surroundings): ReadCitations | 'none' | null {
  switch (text[at]) {
    case '(':
      return readParentheses(text, at, around);
    case '<':
      return readTagged(text, at, around);
    case '[':
    case '\\':
    case '【':
    case '［':
    case '〔':
    case '⟦':
      return readGroup(text, at, around);
    default:
      return readSuperscript(text, at, around);
  }
}

function readGroup(text: string, at: number, around: Surroundings): ReadCitations | 'none' | null {
  const { isLast } = around;
  const markers: Marker[] = [];
  for (let next = at, separator = ''; ;) {
    const marker = matchAt(MARKER, text, next);
    if (!marker) {
      if (!isLast && BEGUN.test(text.slice(next, next + 110)) && text.length - next < 105) return null;
      break;
    }
    // `[1[9]]` is a marker within brackets.
    const raw = marker[0].startsWith('[[') ? marker[0] : marker[0].replace(/\]\]$/, ']');
    const end = next + raw.length;
    if (!isLast && end === text.length) return null;
    const { form, list, line, page, name } = marker.groups!;
    // `[9, note]` names a source only where it says so.
    if (name && !form) break;
    const numbers = numbersOf(list!);
    const isSpecial = Boolean(form || line || page) || /^(?:[【〔⟦]|\[\[)/.test(raw);
    markers.push({ end, raw, separator, numbers, isSpecial });
    if (markers.length === 20) break;
    const rest = text.slice(end, end + 12);
    if (!isLast && end + rest.length === text.length && MAY_GO_ON.test(rest)) return null;
    separator = matchAt(SEPARATOR, text, end)![0];
    next = end + separator.length;
  }
  if (markers.length === 0) return 'none';
  return judge(text, markers, around);
}

function judge(text: string, markers: readonly Marker[], around: Surroundings): ReadCitations | null {
  let end = markers.at(-1)!.end;
  const target = matchAt(LINK_TARGET, text, end)?.[0] ?? '';
  if (!target && !around.isLast && LINK_TARGET_BEGUN.test(text.slice(end, end + 300))) return null;
  const after = text.slice(end + target.length, end + target.length + 2);
  const cited: number[] = [];
  let kept = '';
  let isChanged = false;
  for (const marker of markers) {
    const { text: written, known } = replaced(marker, after, around);
    isChanged ||= written !== marker.raw;
    if (written === '') continue;
    cited.push(...known);
    kept += (kept || !isChanged ? marker.separator : '') + written;
  }
  // A citation as a link: what it points to is the source.
  if (target && (isChanged || cited.length > 0)) end += target.length;
  const dropsSpace = kept === '' && (after === '' || /^[\s.,;:!?)\]]/.test(after));
  return { end, text: kept || dropped(around.before, around.space), dropsSpace, cited };
}

/** What is written for a marker: nothing when none of its sources is there. */
function replaced({ raw, numbers, isSpecial }: Marker, after: string, around: Surroundings) {
  const known = numbers.filter((n) => n >= 1 && n <= around.sourceCount);
  const isWhole = known.length === numbers.length;
  const isPlain = !isSpecial && raw.startsWith('[') && !/\d[ \t]*[-–—]/.test(raw);
  if (isPlain && isWhole) return { text: raw, known };
  if (!isSpecial && !isCitation(numbers, after, around)) return { text: raw, known: [] };
  return { text: known.length ? written(known) : '', known };
}

const written = (numbers: readonly number[]) => `[${numbers.join(', ')}]`;

/** Whether numbers in brackets can be a citation where they stand. */
function isCitation(numbers: readonly number[], after: string, { before, space }: Surroundings): boolean {
  if (numbers.some((n) => n === 0 || n > MAX_NUMBER)) return false;
  const word = /[\p{L}\p{N}_$]+$/u.exec(before)?.[0];
  if (!space && word && !/^\d+$/.test(word))
    return !IDENTIFIER.test(word) && !/^(?:[[(=:]|\.\p{L})/u.test(after) && /^(?:$|[.,;!?)\n])/.test(after);
  if (before.endsWith('=') || VALUE_OF.test(before)) return false;
  return numbers.length === 1 || !(/[({+*/<>|]$/.test(before) || LIST_OF.test(before));
}

function readParentheses(text: string, at: number, around: Surroundings): ReadCitations | 'none' | null {
  const { before, space, sourceCount, isLast } = around;
  const marker = matchAt(IN_PARENTHESES, text, at);
  if (!marker) {
    const isOpen = !isLast && text.length - at < 26 && PARENTHESIS_BEGUN.test(text.slice(at));
    return isOpen ? null : 'none';
  }
  const end = at + marker[0].length;
  const after = text.slice(end, end + 1);
  if (after === '' && !isLast) return null;
  const { form, list, bare } = marker.groups!;
  const numbers = form ? numbersOf(list!) : [Number(bare)];
  const known = numbers.filter((n) => n >= 1 && n <= sourceCount);
  if (!form) {
    const endsSentence = after === '' || /[.,;:!?\n]/.test(after);
    const isForged = known.length === 0 && sourceCount > 0 && space && endsSentence && numbers[0] !== 0;
    if (!isForged || COUNTED.test(before) || !/[\p{L}\p{N}.!?"”)\]]$/u.test(before)) return 'none';
  }
  const kept = known.length ? written(known) : dropped(before, space);
  return {
    end,
    text: kept,
    dropsSpace: known.length === 0 && (after === '' || /[\s.,;:!?)]/.test(after)),
    cited: known,
  };
}

/** `<sup>[2]</sup>`, `<cite>2</cite>`; a bare number in `<sup>` is written as one of Unicode's, which may be an exponent. */
function readTagged(text: string, at: number, around: Surroundings): ReadCitations | 'none' | null {
  const marker = matchAt(TAGGED, text, at);
  if (!marker) return !around.isLast && TAGGED_BEGUN.test(text.slice(at, at + 80)) ? null : 'none';
  const end = at + marker[0].length;
  if (end === text.length && !around.isLast) return null;
  const { exponent, list } = marker.groups!;
  if (exponent) {
    const raised = [...exponent].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
    const read = readSuperscript(raised, 0, { ...around, isLast: true });
    return read && read !== 'none' ? { ...read, end } : read;
  }
  const known = numbersOf(list!).filter((n) => n >= 1 && n <= around.sourceCount);
  const kept = known.length ? written(known) : dropped(around.before, around.space);
  return { end, text: kept, dropsSpace: kept === '', cited: known };
}

function readSuperscript(text: string, at: number, around: Surroundings): ReadCitations | 'none' | null {
  const { before, space, sourceCount, isLast } = around;
  const run = matchAt(SUPERSCRIPT, text, at)?.[0];
  if (run === undefined) return text.length - at < 3 && !isLast ? null : 'none';
  const end = at + run.length;
  if (end === text.length && !isLast) return null;
  const n = Number([...run.replaceAll(/[⁽⁾]/g, '')].map((digit) => SUPERSCRIPTS.indexOf(digit)).join(''));
  const isExponent = !space && (/[\p{N})\]^]$/u.test(before) || UNIT.test(before));
  const isForged = sourceCount > 0 && n > sourceCount && n <= MAX_NUMBER && !isExponent && before !== '';
  if (!isForged) return { end, text: run, dropsSpace: false, cited: [] };
  return { end, text: dropped(before, space), dropsSpace: true, cited: [] };
}

/** What is around a marker that goes must not become one. */
function dropped(before: string, space: string): string {
  if (/[[【][^\]】]{0,30}$|\([^)\p{L}]{0,10}$|<[^\s<>]*$|`$/u.test(before + space)) return '?';
  // Emphasis of nothing would show its marks.
  if (!space && /[*_~]$/.test(before)) return '–';
  // Without it the line would begin with what comes next.
  return /^[\s>#+*_=~`|:.)\d-]*$/.test(before) ? '–' : '';
}

/** The numbers of a list; those of a range too. */
function numbersOf(list: string): number[] {
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

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
