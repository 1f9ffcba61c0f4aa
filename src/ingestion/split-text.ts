import { sentencesOf } from '../search/sentences.js';

/** A part of a text; ranges count UTF-16 code units, the end is exclusive. */
export interface Range {
  start: number;
  end: number;
}

/**
 * Divides a range into parts of about the same length, none longer than `max`: at the ends of sentences, failing that
 * between words, failing that between characters. White space around the parts belongs to none.
 * @param aim length the parts should have
 */
export function* splitText(text: string, range: Range, aim: number, max: number): Generator<Range> {
  let { start } = range;
  while (start < range.end) {
    const left = range.end - start;
    const length = left <= max ? left : cutNear(text.slice(start, start + max), even(left, aim));
    const part = trim(text, { start, end: start + length });
    if (part.start < part.end) yield part;
    start += length;
  }
}

/** The range without white space at its ends. */
function trim(text: string, { start, end }: Range): Range {
  const part = text.slice(start, end);
  const blank = part.length - part.trimStart().length;
  return { start: start + blank, end: start + Math.max(blank, part.trimEnd().length) };
}

/** So that the last part is not a scrap. */
const even = (length: number, aim: number) => Math.round(length / Math.ceil(length / aim));

/** @param window as much as a part may hold @returns where to cut it, more than 0 */
function cutNear(window: string, want: number): number {
  // A sentence ends where a line does, too, so that lists, code and tables are cut between their lines.
  const ends = [...sentencesOf(window)].map(({ index }) => index);
  const words = () => [...window.matchAll(/\s\S/g)].map(({ index }) => index + 1);
  return nearest(ends, want) ?? nearest(words(), want) ?? between(window, want);
}

/** A cut far before the wanted one would leave a scrap. */
function nearest(cuts: readonly number[], want: number): number | undefined {
  return cuts
    .filter((cut) => cut > want / 2)
    .sort((a, b) => Math.abs(a - want) - Math.abs(b - want))
    .at(0);
}

/** Never inside a surrogate pair. */
const between = (window: string, want: number) =>
  (window.codePointAt(want - 1) ?? 0) > 0xffff ? want - 1 : want;
