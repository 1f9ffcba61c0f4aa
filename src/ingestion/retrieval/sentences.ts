import { sentencesOf } from '../../search/sentences.js';
import type { Range } from '../split-text.js';

/** A line that is neither blank nor what sets off the header of a table. */
const LINE = /^(?![\s|:-]*$).+/gm;
/** What is shorter means little without its neighbours. */
const MIN_CHARS = 12;
/** The rest of a longer one adds nothing to its meaning. */
const MAX_CHARS = 400;
/** A passage of more lines than this is a table or a list, whose lines mean much the same. */
const MAX_SENTENCES = 16;

/** The sentences and lines of a passage that mean something alone, in order; the first ones when there are many. */
export function sentenceRanges(text: string): Range[] {
  const ranges: Range[] = [];
  for (const { 0: line, index } of text.matchAll(LINE))
    for (const { segment, index: at } of sentencesOf(line)) {
      const lead = /^[\s#>*|-]*/.exec(segment)![0].length;
      const length = Math.min(MAX_CHARS, segment.trimEnd().length - lead);
      if (length < MIN_CHARS || !/\p{L}{2}/u.test(segment)) continue;
      ranges.push({ start: index + at + lead, end: index + at + lead + length });
      if (ranges.length === MAX_SENTENCES) return ranges;
    }
  return ranges;
}
