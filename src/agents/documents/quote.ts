import { rank } from '../../adapters/chat-model/offline/extract.js';
import { isHeading, withNearness } from '../../adapters/chat-model/offline/units.js';
import { pointsBack } from '../../adapters/chat-model/offline/quoted-text.js';
import { sentencesOf, type NearSentence } from '../../search/sentences.js';

/** A range of a text, in UTF-16 code units; the end is exclusive. */
export interface Range {
  start: number;
  end: number;
}

/** A quote is long enough to be found again and short enough to be shown. */
const MAX_QUOTE = 400;
/** A line, but neither the header of a table nor what sets it off. */
const LINE = /^(?!.*\n[ |:]*-[-\s|:]*$)(?![\s|:-]*$).+/gm;

/**
 * The sentence or line of a passage that answers a question best; the first one when none stands out. One that points back
 * comes with the sentence before it.
 * @param near its sentences with their nearness in meaning, where that is known
 */
export function quoteRange(question: string, text: string, near: readonly NearSentence[] = []): Range {
  const ranges = sentenceRanges(text);
  const units = ranges.map(({ start, end }) => ({ text: text.slice(start, end), about: '', source: 0 }));
  const best = rank(question, withNearness(units, near))[0]?.position ?? 0;
  const range = ranges[best] ?? { start: 0, end: cutLength(text) };
  const before = ranges[best - 1];
  return before && isAbout(before, range, text) ? { start: before.start, end: range.end } : range;
}

/** Whether a sentence cannot be understood without the one before it. */
const isAbout = (before: Range, range: Range, text: string) =>
  pointsBack(text.slice(range.start, range.end)) &&
  range.end - before.start <= MAX_QUOTE &&
  !/\n\s*\n/.test(text.slice(before.end, range.start));

/** Sentences, and lines of lists and tables, without the blanks around them and the marks of headings. */
function sentenceRanges(text: string): Range[] {
  const lines = [...text.matchAll(LINE)];
  const isName = (i: number, end: number) =>
    /^\s*\n\s*\n/.test(text.slice(end)) && isHeading(lines[i]![0].trim(), lines[i + 1]?.[0].trim());
  return lines.flatMap(({ 0: line, index }, i) =>
    isName(i, index + line.length)
      ? []
      : [...sentencesOf(line)].flatMap(({ segment, index: at }) => {
          const lead = /^[\s#>*|-]*/.exec(segment)![0].length;
          const trimmed = segment.slice(lead).trimEnd();
          if (!/[\p{L}\p{N}]/u.test(trimmed) || /^\s*#/.test(segment)) return [];
          const start = index + at + lead;
          return [{ start, end: start + cutLength(trimmed) }];
        }),
  );
}

/** Never through the middle of a surrogate pair. */
function cutLength(text: string): number {
  if (text.length <= MAX_QUOTE) return text.length;
  return /[\uD800-\uDBFF]/.test(text[MAX_QUOTE - 1]!) ? MAX_QUOTE - 1 : MAX_QUOTE;
}
