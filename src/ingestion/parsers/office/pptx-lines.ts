import type { CheerioAPI } from 'cheerio';
import type { AnyNode } from 'domhandler';
import { numeral } from '../numerals.js';
import { raised, struck } from '../raised.js';
import { linear } from './docx-math.js';

/** Types of automatic numbers, as `arabicPeriod`: what is counted, and the signs around it. */
const NUMBERED = /^(alphaLc|alphaUc|arabic|romanLc|romanUc)(ParenBoth|ParenR|Period|Plain)$/;
const FORMATS: Record<string, string> = {
  alphaLc: 'lowerLetter',
  alphaUc: 'upperLetter',
  romanLc: 'lowerRoman',
  romanUc: 'upperRoman',
};
const SIGNS: Record<string, [string, string]> = {
  ParenBoth: ['(', ')'],
  ParenR: ['', ')'],
  Period: ['', '.'],
};

/** The paragraphs of a shape or a cell as they are shown, with their automatic numbers. */
export function paragraphs($: CheerioAPI, parent: Parameters<CheerioAPI>[0]): string[] {
  const counters: { kind: string; number: number }[] = [];
  return $(parent)
    .find('a\\:p')
    .toArray()
    .map((paragraph) => {
      const words = $(paragraph)
        .find('a\\:t, a\\:br, m\\:oMath')
        .toArray()
        .map((run) => wordsOf($, run))
        .join('')
        .trim();
      return words && markOf($, paragraph, counters) + words;
    })
    .filter((line) => line !== '');
}

function wordsOf($: CheerioAPI, run: AnyNode): string {
  if ($(run).is('m\\:oMath')) return linear($, $(run).contents().toArray());
  const format = $(run).siblings('a\\:rPr');
  const words = $(run).text() || ' ';
  const shown = Number(format.attr('baseline') ?? 0) > 0 ? raised(words) : words;
  return /^(?:sng|dbl)Strike$/.test(format.attr('strike') ?? '') ? struck(shown) : shown;
}

/** Levels of PowerPoint, from 0. */
const MAX_LEVEL = 8;

/** @param counters by level; a paragraph without a number ends the counts of its level and of those below */
function markOf($: CheerioAPI, paragraph: AnyNode, counters: { kind: string; number: number }[]): string {
  const properties = $(paragraph).children('a\\:pPr');
  const level = Math.min(MAX_LEVEL, Math.max(0, Number(properties.attr('lvl')) || 0));
  const automatic = properties.children('a\\:buAutoNum');
  const [, counted = '', signs = ''] = NUMBERED.exec(automatic.attr('type') ?? '') ?? [];
  counters.length = Math.min(counters.length, counted ? level + 1 : level);
  if (!counted) return '';
  const kind = `${automatic.attr('type')} ${automatic.attr('startAt')}`;
  const before = counters[level];
  const number = before?.kind === kind ? before.number + 1 : Number(automatic.attr('startAt') ?? 1);
  counters[level] = { kind, number };
  const [open, close] = SIGNS[signs] ?? ['', ''];
  return `${open}${numeral(number, FORMATS[counted])}${close} `;
}
