import type { Recognition } from '../ocr/text-recogniser.js';
import type { ReadPage } from './scanned-pages.js';

/** Warnings about pages, in their order. */
const SENTENCES: readonly [test: (page: ReadPage) => boolean, say: (pages: string) => string][] = [
  [
    ({ recognition }) => typeof recognition === 'object',
    (pages) => `${pages}: the text was recognised in pictures (OCR) and may hold mistakes.`,
  ],
  [
    ({ recognition }) => typeof recognition === 'object' && recognition.isPartial,
    (pages) => `${pages} could not be read whole: parts of the pictures were not legible.`,
  ],
  [
    ({ isNoise, recognition }) => isNoise && typeof recognition !== 'object',
    (pages) => `${pages} could not be read: the fonts do not say which letters they show.`,
  ],
  [
    ({ isPartlyNoise }) => isPartlyNoise === true,
    (pages) => `${pages} could not be read whole: some fonts do not say which letters they show.`,
  ],
  [isUnread('illegible'), (pages) => `${pages} could not be read: no legible text was recognised.`],
  [isUnread('timeout'), (pages) => `${pages} could not be read: recognising the text took too long.`],
  [
    isUnread('spent'),
    (pages) =>
      `${pages} could not be read: the time for recognising text in one file (OCR_SECONDS) was over.`,
  ],
  [
    isUnread(undefined),
    (pages) =>
      `${pages} could not be read: there is no text on ${pages.startsWith('Pages') ? 'them' : 'it'}, only pictures or nothing.`,
  ],
  [
    ({ chars, recognition }) => chars > 0 && typeof recognition === 'string',
    (pages) => `${pages}: no text was read in the pictures.`,
  ],
];

/** Sentences on the pages that were not read, or may be misread. @param pages in order, from the first */
export function pageWarnings(pages: readonly ReadPage[]): string[] {
  return SENTENCES.flatMap(([test, say]) => {
    const numbers = pages.flatMap((page, i) => (test(page) ? i + 1 : []));
    return numbers.length > 0 ? say(named(numbers)) : [];
  });
}

/** Pages without any text of their own. */
function isUnread(outcome: Recognition | undefined): (page: ReadPage) => boolean {
  return ({ chars, isNoise, recognition }) => chars === 0 && !isNoise && recognition === outcome;
}

/** `Page 7`, `Pages 2 to 4 and 9`. */
function named(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  const words = ranges.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`));
  return `${numbers.length === 1 ? 'Page' : 'Pages'} ${new Intl.ListFormat('en').format(words)}`;
}
