import type { CheerioAPI } from 'cheerio';
import type { Element } from 'domhandler';
import { LETTER_FORMATS, numeral } from '../numerals.js';

const FORMATS: Record<string, string> = {
  ...LETTER_FORMATS,
  'lower-alpha': 'lowerLetter',
  'lower-latin': 'lowerLetter',
  'upper-alpha': 'upperLetter',
  'upper-latin': 'upperLetter',
  'lower-roman': 'lowerRoman',
  'upper-roman': 'upperRoman',
  'lower-greek': 'lowerGreek',
  'decimal-leading-zero': 'decimalZero',
};
const STYLE =
  /list-style(?:-type)?\s*:[^;]*?\b((?:lower|upper)-(?:alpha|latin|roman|greek)|decimal-leading-zero)/i;

/** What stands before the items of a list, as in `4.` and `c.`; nothing where the list is not numbered. */
export function marksOf($: CheerioAPI, list: Element): Map<Element, string> {
  const marks = new Map<Element, string>();
  if (!$(list).is('ol')) return marks;
  const items = $(list).children('li').toArray();
  const isReversed = $(list).is('[reversed]');
  const format = FORMATS[STYLE.exec($(list).attr('style') ?? '')?.[1] ?? $(list).attr('type') ?? ''];
  let number = whole($(list).attr('start')) ?? (isReversed ? items.length : 1);
  for (const item of items) {
    number = whole($(item).attr('value')) ?? number;
    marks.set(item, `${number > 0 ? numeral(number, format) : number}.`);
    number += isReversed ? -1 : 1;
  }
  return marks;
}

const whole = (value: string | undefined) => (/^\s*-?\d+\s*$/.test(value ?? '') ? Number(value) : undefined);
