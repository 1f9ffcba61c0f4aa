import { CIRCLED, RAISED, RAISED_BEGUN, SUPERSCRIPT, TAGGED, TAGGED_BEGUN } from './citation-forms.js';
import {
  citationOf,
  dropped,
  matchAt,
  MAX_NUMBER,
  numbersOf,
  written,
  type ReadCitations,
  type Surroundings,
} from './citation-output.js';

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const UNIT = /(?:^|[^\p{L}])(?:\p{L}|[a-zµμ]?m|in|ft|yd|mi|ms|sec)$/iu;

/**
 * Reads `<sup>[2]</sup>`, `<cite>2</cite>`; a bare number in `<sup>` is converted to Unicode superscript, as it may
 * be an exponent.
 */
export function readTagged(text: string, at: number, around: Surroundings): ReadCitations | 'none' | null {
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

/** Reads a TeX superscript: unchanged if it may be an exponent, otherwise a citation of the existing sources. */
export function readRaised(text: string, at: number, around: Surroundings): ReadCitations | 'none' | null {
  const marker = matchAt(RAISED, text, at);
  if (!marker) return !around.isLast && RAISED_BEGUN.test(text.slice(at, at + 60)) ? null : 'none';
  const { list, digit } = marker.groups!;
  if (isExponent(around) || around.sourceCount === 0) return 'none';
  return citationOf(at + marker[0].length, numbersOf(list ?? digit!), around);
}

/** Reads a circled number at the end of a statement; elsewhere it may be the number of a step or a button. */
function readCircled(text: string, at: number, around: Surroundings): ReadCitations | 'none' | null {
  const { before, space, isLast } = around;
  const end = at + 1;
  const after = text.slice(end, end + 1);
  if (after === '' && !isLast) return null;
  const n = text.codePointAt(at)! - '①'.codePointAt(0)! + 1;
  const endsStatement = after === '' || /[\s.,;:!?)①-⑳]/u.test(after);
  const isMarker = endsStatement && (space ? /[.!?。！？]$/u : /[\p{L}\p{N}.!?"”)\]。！？]$/u).test(before);
  return isMarker && around.sourceCount > 0 ? citationOf(end, [n], around) : 'none';
}

/** Whether a superscript is an exponent: after a number or a unit. */
const isExponent = ({ before, space }: Surroundings) =>
  !space && (/[\p{N})\]^]$/u.test(before) || UNIT.test(before));

export function readSuperscript(
  text: string,
  at: number,
  around: Surroundings,
): ReadCitations | 'none' | null {
  if (matchAt(CIRCLED, text, at)) return readCircled(text, at, around);
  const { before, space, sourceCount, isLast } = around;
  const run = matchAt(SUPERSCRIPT, text, at)?.[0];
  if (run === undefined) return text.length - at < 3 && !isLast ? null : 'none';
  const end = at + run.length;
  if (end === text.length && !isLast) return null;
  const n = Number([...run.replaceAll(/[⁽⁾]/g, '')].map((digit) => SUPERSCRIPTS.indexOf(digit)).join(''));
  const isForged =
    sourceCount > 0 && n > sourceCount && n <= MAX_NUMBER && !isExponent(around) && before !== '';
  if (!isForged) return { end, text: run, dropsSpace: false, cited: [] };
  return { end, text: dropped(before, space), dropsSpace: true, cited: [] };
}
