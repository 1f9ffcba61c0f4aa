import {
  BRACES_BEGUN,
  BRACKETED,
  BRACKETED_BEGUN,
  IN_BRACES,
  PLAIN_START,
  SPAN_MARK,
  SPAN_MARK_BEGUN,
  TURN_NUMBERS,
  TURNS,
  TURNS_BEGUN,
} from './citation-forms.js';
import {
  citationOf,
  dropped,
  isCitation,
  matchAt,
  numbersOf,
  type ReadCitations,
  type Surroundings,
} from './citation-output.js';

/** Words before a number in braces that is the element of a set. */
const SET_OF =
  /(?:^|[\s(])(?:sets?|subsets?|supersets?|singletons?|elements?|members?|values?|numbers?|union|intersection|complement|roots?|solutions?|is|are|was|be|and|or|und|oder|in|on|of|from|than|by|to|with|contains?|equals?|equal|gives?|returns?|menge|minus|plus|without|ohne)$/iu;

/** Reads `{9}` behind a statement; in formulas, sets and code it is left. */
export function readBraces(text: string, at: number, around: Surroundings): ReadCitations | 'none' | null {
  const { before, space, sourceCount, isLast } = around;
  const marker = matchAt(IN_BRACES, text, at);
  if (!marker) return !isLast && BRACES_BEGUN.test(text.slice(at, at + 12)) ? null : 'none';
  const end = at + marker[0].length;
  const after = text.slice(end, end + 2);
  if (after.length < 2 && !isLast) return null;
  const n = Number(marker.groups!.n);
  const endsStatement =
    /^(?:$|[.,;:!?](?:\s|$)|\n)/.test(after) || (/[.!?]$/.test(before) && /^\s/.test(after));
  const isFormula = /[{}\\=∈∉⊂⊆∪∩^_$<>]/u.test(before) || !/[\p{L}\p{N}.!?"”)%€]$/u.test(before);
  if (!space || sourceCount === 0 || n === 0 || !endsStatement || isFormula || SET_OF.test(before))
    return 'none';
  return citationOf(end, [n], around);
}

/** Reads `([9])`, unless it is an argument. */
export function readBracketed(text: string, at: number, around: Surroundings): ReadCitations | 'none' | null {
  const marker = matchAt(BRACKETED, text, at);
  if (!marker) return !around.isLast && BRACKETED_BEGUN.test(text.slice(at, at + 70)) ? null : 'none';
  const end = at + marker[0].length;
  const after = text.slice(end, end + 2);
  if (after === '' && !around.isLast) return null;
  const numbers = numbersOf(marker.groups!.list!);
  const isLabelled = !around.space && around.before.endsWith(']');
  return isLabelled || !isCitation(numbers, after, around) ? 'none' : citationOf(end, numbers, around);
}

/** Reads `[cite_start]` and `[cite_end]`, which are dropped. */
export function readSpanMark(text: string, at: number, around: Surroundings): ReadCitations | 'none' | null {
  const marker = matchAt(SPAN_MARK, text, at);
  if (!marker) return !around.isLast && SPAN_MARK_BEGUN.test(text.slice(at, at + 14)) ? null : 'none';
  const end = at + marker[0].length;
  const after = text.slice(end, end + 3);
  if (after.length < 3 && !around.isLast) return null;
  const isSafe = PLAIN_START.test(after);
  return { end, text: isSafe ? '' : dropped(around.before, around.space), dropsSpace: false, cited: [] };
}

/** Reads `citeturn0search2`: the number of its result is that of the source. */
export function readTurns(text: string, at: number, around: Surroundings): ReadCitations | 'none' | null {
  const { before, space, isLast } = around;
  if (text[at] === 'c' && !space && /[\p{L}\p{N}]$/u.test(before)) return 'none';
  const marker = matchAt(TURNS, text, at);
  const end = at + (marker?.[0].length ?? 0);
  const mayGoOn = !isLast && TURNS_BEGUN.test(text.slice(at, at + 210));
  if (!marker || (mayGoOn && end === text.length)) return mayGoOn ? null : 'none';
  const numbers = [...marker[0].matchAll(TURN_NUMBERS)].map(({ groups }) => Number(groups!.n));
  return citationOf(end, [...new Set(numbers)], around);
}
