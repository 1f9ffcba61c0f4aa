import {
  BEGUN,
  ENTITIES,
  ENTITIES_BEGUN,
  IN_PARENTHESES,
  LINK_TARGET,
  LINK_TARGET_BEGUN,
  MARKER,
  MAY_CONTINUE,
  PARENTHESIS_BEGUN,
  SEPARATOR,
} from './citation-forms.js';
import {
  citationOf,
  dropped,
  isCitation,
  matchAt,
  numbersOf,
  written,
  type ReadCitations,
  type Surroundings,
} from './citation-output.js';
import { readBraces, readBracketed, readSpanMark, readTurns } from './model-citations.js';
import { readRaised, readSuperscript, readTagged } from './raised-citations.js';

/** Words before a number in parentheses that is part of the text. */
const COUNTED =
  /(?:^|\s)(?:section|item|article|clause|step|paragraph|number|no|figure|table|equation|line|page|chapter|rule|part|point|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|\d[\d.,]*)$/iu;

interface Marker {
  end: number;
  raw: string;
  separator: string;
  numbers: readonly number[];
  /** False for a plain list of numbers, which may be no citation. */
  isSpecial: boolean;
}

/**
 * Reads the group of citations at a position: `[1]`, `[2, 3]`, `[2-3]`, `【1†L2】`, `［1］`, `\\[1\\]`, `[^2]`,
 * `[Source 2]`, `[S2]`, `[7 to 9]`, `([2])`, `{2}`, `[cite: 2]`, `citeturn0search2`, `<sup>[2]</sup>`, `(3)`, `³`, `③`, `$^{3}$`, `&#91;3&#93;`. Citations of existing sources
 * become `[n]`, others are dropped. Text that cannot be a citation is unchanged.
 * @returns `none` when no citation begins there, null while that depends on further input
 */
export function readCitations(text: string, at: number, around: Surroundings): ReadCitations | 'none' | null {
  switch (text[at]) {
    case '(': {
      const bracketed = readBracketed(text, at, around);
      return bracketed === 'none' ? readParentheses(text, at, around) : bracketed;
    }
    case '{':
      return readBraces(text, at, around);
    case 'c':
    case '\uE200':
      return readTurns(text, at, around);
    case '<':
      return readTagged(text, at, around);
    case '$':
      return readRaised(text, at, around);
    case '&':
      return readEntities(text, at, around);
    case '[': {
      const mark = readSpanMark(text, at, around);
      return mark === 'none' ? readGroup(text, at, around) : mark;
    }
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
    // `[9, note]` is a citation only with a keyword.
    if (name && !form) break;
    const numbers = numbersOf(list!);
    const isSpecial = Boolean(form || line || page) || /^(?:[【〔⟦]|\[\[)/.test(raw);
    markers.push({ end, raw, separator, numbers, isSpecial });
    if (markers.length === 20) break;
    const rest = text.slice(end, end + 12);
    if (!isLast && end + rest.length === text.length && MAY_CONTINUE.test(rest)) return null;
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
    const { text: shown, known } = replaced(marker, after, around);
    isChanged ||= shown !== marker.raw;
    if (shown === '') continue;
    cited.push(...known);
    kept += (kept || !isChanged ? marker.separator : '') + shown;
  }
  // A citation written as a link: the target is dropped too.
  if (target && (isChanged || cited.length > 0)) end += target.length;
  const dropsSpace = kept === '' && (after === '' || /^[\s.,;:!?)\]]/.test(after));
  // `[^9]: Handbook, page 3`
  const dropsLine =
    kept === '' &&
    markers[0]!.raw.startsWith('[^') &&
    after.startsWith(':') &&
    /^[\s>]*$/.test(around.before);
  return { end, text: kept || dropped(around.before, around.space), dropsSpace, dropsLine, cited };
}

/** The replacement of a marker: empty when none of its sources exists. */
function replaced({ raw, numbers, isSpecial }: Marker, after: string, around: Surroundings) {
  const known = numbers.filter((n) => n >= 1 && n <= around.sourceCount);
  const isWhole = known.length === numbers.length;
  const isPlain = !isSpecial && raw.startsWith('[') && !/\d[ \t]*(?:[-–—]|to|through|bis)/i.test(raw);
  if (isPlain && isWhole) return { text: raw, known };
  if (!isSpecial && !isCitation(numbers, after, around)) return { text: raw, known: [] };
  return { text: known.length ? written(known) : '', known };
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

function readEntities(text: string, at: number, around: Surroundings): ReadCitations | 'none' | null {
  const marker = matchAt(ENTITIES, text, at);
  if (!marker) return !around.isLast && ENTITIES_BEGUN.test(text.slice(at, at + 60)) ? null : 'none';
  const end = at + marker[0].length;
  const after = text.slice(end, end + 2);
  if (after === '' && !around.isLast) return null;
  const { form, list } = marker.groups!;
  const numbers = numbersOf(list!);
  return form || isCitation(numbers, after, around) ? citationOf(end, numbers, around) : 'none';
}
