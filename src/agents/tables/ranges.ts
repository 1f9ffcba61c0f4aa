import { WITHOUT } from './lexicon.js';
import { MONTH_NAMES, monthOf } from './time/months.js';
import { only, type Mention } from './mentions.js';
import type { QuestionWords } from './question-words.js';
import type { Filter } from './table-plan.js';
import { dateOf } from './time/dates.js';
import { findRelative } from './time/relative-time.js';
import type { TypedColumn } from './typed-table.js';

/** Conditions on a span of time, or why there are none. */
export interface Ranges {
  filters: Filter[];
  lacking: string | null;
}

interface Point {
  year?: string;
  /** `03` or `03-05`. */
  rest?: string;
}

const MONTH = `(?:${MONTH_NAMES.toSorted((a, b) => b.length - a.length).join('|')})\\b\\.?`;
const YEAR = '(?:1[89]|20|21)\\d\\d\\b';
const DAY = '\\d{1,2}(?:\\.|st|nd|rd|th|er|º)?';
const POINT =
  `(\\d{4}-\\d\\d-\\d\\d|\\d{4}-\\d\\d|\\d{1,2}[./]\\d{1,2}[./]\\d{4}|(?:the )?(?:${DAY} (?:of |de )?)?${MONTH}(?: (?:de |del )?${YEAR}| ${DAY},? ${YEAR}| ${DAY})?|${YEAR})` +
  '(?![\\p{L}\\p{N}])';
const THE = '(?: (?:the|dem|le|el|il|o))?';
const BETWEEN = new RegExp(
  `\\b(?:between|zwischen|entre|tra|fra|tussen)${THE} ${POINT} (?:and|und|et|y|e|en)${THE} ${POINT}`,
  'u',
);
const FROM_TO = new RegExp(
  `(?:\\b(?:from|vom|von|du|de|desde|dal?|van)${THE} )?${POINT}(?: (?:to|until|till|through|bis|au|a|al|hasta|ate|tot)(?: zum)?${THE} | ?[-–] ?)${POINT}`,
  'u',
);
const OPEN: [Filter['test'], RegExp][] = [
  [
    '>=',
    new RegExp(
      `\\b(?:since|starting|beginning|seit|ab|depuis|a partir d[eu]|desde|dal?|sinds|vanaf)(?: in| from)?${THE} ${POINT}`,
      'u',
    ),
  ],
  ['>=', new RegExp(`\\bfrom ${POINT} (?:on|onwards?)\\b`, 'u')],
  ['>', new RegExp(`\\b(?:after|later than|nach|apres|despues del?|dopo|depois de)${THE} ${POINT}`, 'u')],
  [
    '<',
    new RegExp(
      `\\b(?:before|earlier than|prior to|vor|avant|antes del?|prima del?|voor)${THE} ${POINT}`,
      'u',
    ),
  ],
  [
    '<=',
    new RegExp(
      `\\b(?:until|till|through|up to|bis|jusqu['’]en|hasta|fino a|ate|tot)(?: zum)?${THE} ${POINT}`,
      'u',
    ),
  ],
];
const ANY = new RegExp(`(?<![\\p{L}\\p{N}])${POINT}`, 'gu');
const QUARTERS = 'first|second|third|fourth'.split('|');
const QUARTER = new RegExp(
  `\\b(?:q([1-4])|(${QUARTERS.join('|')}|1st|2nd|3rd|4th|ersten?|zweiten?|dritten?|vierten?|[1-4]\\.) (?:quarter|quartal))\\b(?:,? (?:of |in )?(${YEAR}))?`,
);

/**
 * Spans of time that a question names, as conditions: `between March and May`, `since 2020`, `in Q2`. Both ends count.
 * Without a year the one of the table is meant; where it has several, a month is that of each of them.
 */
export function findRanges(
  question: QuestionWords,
  mentions: readonly Mention[],
  columns: readonly TypedColumn[],
  today: Date,
): Ranges {
  const dated = mentions.find(({ column }) => column.kind === 'date')?.column;
  const column = dated ?? columns.find(({ kind }) => kind === 'date' || kind === 'year');
  if (!column) return { filters: [], lacking: null };
  const isDayFirst = column.isDayFirst ?? null;
  const found = quarter(question, columns) ?? closed(question, isDayFirst) ?? open(question, isDayFirst);
  const exact = found ?? days(question, isDayFirst);
  if (!exact) return relative(question, column, today);
  return conditions(question, exact, column, columns, dated !== undefined);
}

function conditions(
  question: QuestionWords,
  { at, end, points }: Found,
  column: TypedColumn,
  columns: readonly TypedColumn[],
  isDated: boolean,
): Ranges {
  const years =
    column.kind === 'date'
      ? [...new Set(column.values.flatMap((value) => (value === null ? [] : String(value).slice(0, 4))))]
      : [];
  const yearly = columns.find(({ kind }) => kind === 'year');
  const isOfYears = points.every(({ rest }) => rest === undefined);
  if (column.kind === 'year' && !isOfYears) return { filters: [], lacking: null };
  if (WITHOUT.test(question.text.slice(0, at)))
    return { filters: [], lacking: 'I cannot leave out a span of time: please name the one that counts.' };
  question.use(at, end);
  if (isOfYears && yearly && !isDated)
    return {
      filters: points.map(({ test, year }) => ({ column: yearly.name, test, values: [Number(year)] })),
      lacking: null,
    };
  const known = points.find(({ year }) => year !== undefined)?.year ?? (years.length === 1 ? years[0] : null);
  const [from, to] = points;
  const isTurned = !from?.year && !to?.year && (from?.rest ?? '') > (to?.rest ?? '');
  const isOneDay = points.every(({ test, rest }) => test === 'in period' && rest !== undefined);
  if (isOneDay) {
    const values = points.map(({ year = known, rest }) => `${year ?? '-'}-${rest!}`);
    return { filters: [{ column: column.name, test: 'in period', values }], lacking: null };
  }
  if (!known || (to && isTurned)) {
    const isMonths = to && points.every(({ rest }) => rest?.length === 2);
    if (isMonths) return { filters: [monthsOf(column, Number(from!.rest), Number(to.rest))], lacking: null };
    const which = years.length > 1 ? `, from ${years.toSorted()[0]} to ${years.toSorted().at(-1)}` : '';
    return { filters: [], lacking: `Say of which year that is: ${column.name} has several${which}.` };
  }
  const filters = points.map(({ test, year = known, rest }) => ({
    column: column.name,
    test,
    values: [rest ? `${year}-${rest}` : year],
  }));
  return { filters, lacking: null };
}

interface Found {
  at: number;
  end: number;
  points: (Point & { test: Filter['test'] })[];
}

/** `last month`, as a condition on the dates or years of a column. */
function relative(question: QuestionWords, { name, kind }: TypedColumn, today: Date): Ranges {
  const span = findRelative(question.text, today);
  const isOfYear = span?.period?.length === 4;
  if (!span || (kind === 'year' && !isOfYear)) return { filters: [], lacking: null };
  question.use(span.at, span.end);
  const { period, from = '', to = '' } = span;
  if (kind === 'year')
    return { filters: [{ column: name, test: 'is', values: [Number(period)] }], lacking: null };
  if (period) return { filters: [{ column: name, test: 'in period', values: [period] }], lacking: null };
  return {
    filters: [
      { column: name, test: '>=', values: [from] },
      { column: name, test: '<=', values: [to] },
    ],
    lacking: null,
  };
}

/** Single days: `on 3 May`, `on 3 and 4 May` only as far as each has its month. */
function days({ text }: QuestionWords, isDayFirst: boolean | null): Found | null {
  const found = [...text.matchAll(ANY)].flatMap((match) => {
    const point = pointOf(match[1], isDayFirst);
    return point?.rest?.length === 5 ? [{ match, point }] : [];
  });
  const [first, last] = [found[0], found.at(-1)];
  if (!first || !last) return null;
  return {
    at: first.match.index,
    end: last.match.index + last.match[0].length,
    points: found.map(({ point }) => ({ ...point, test: 'in period' })),
  };
}

function closed({ text }: QuestionWords, isDayFirst: boolean | null): Found | null {
  const match = BETWEEN.exec(text) ?? FROM_TO.exec(text);
  const [from, to] = [pointOf(match?.[1], isDayFirst), pointOf(match?.[2], isDayFirst)];
  if (!match || !from || !to) return null;
  const points: Found['points'] = [
    { ...from, test: '>=' },
    { ...to, test: '<=' },
  ];
  return { at: match.index, end: match.index + match[0].length, points };
}

function open({ text }: QuestionWords, isDayFirst: boolean | null): Found | null {
  for (const [test, pattern] of OPEN) {
    const match = pattern.exec(text);
    const point = pointOf(match?.[1], isDayFirst);
    if (match && point)
      return { at: match.index, end: match.index + match[0].length, points: [{ ...point, test }] };
  }
  return null;
}

/** A table with a column for each quarter has its own names for them. */
function quarter({ text }: QuestionWords, columns: readonly TypedColumn[]): Found | null {
  const match = QUARTER.exec(text);
  if (!match || columns.some(({ name }) => /q\d|quart/i.test(name))) return null;
  const word = match[1] ?? match[2]!;
  const named = [QUARTERS, ['erst', 'zweit', 'dritt', 'viert']].map((words) =>
    words.findIndex((start) => word.startsWith(start)),
  );
  const number = /^\d/.test(word) ? Number(word[0]) : Math.max(...named) + 1;
  const month = (n: number) => String(n).padStart(2, '0');
  const year = match[3] === undefined ? {} : { year: match[3] };
  const points: Found['points'] = [
    { ...year, rest: month(number * 3 - 2), test: '>=' },
    { ...year, rest: month(number * 3), test: '<=' },
  ];
  return { at: match.index, end: match.index + match[0].length, points };
}

/** @param isDayFirst of dates with slashes; null where the table has none */
function pointOf(text: string | undefined, isDayFirst: boolean | null): Point | null {
  if (text === undefined) return null;
  const iso = /^(\d{4})-(\d\d(?:-\d\d)?)$/.exec(text);
  if (iso) return { year: iso[1]!, rest: iso[2]! };
  const pad = (number: string | number) => String(number).padStart(2, '0');
  if (/^\d{1,2}[./]\d{1,2}[./]\d{4}$/.test(text)) {
    const read = (dayFirst: boolean) => dateOf(text, dayFirst);
    const both = text.includes('.')
      ? [read(true)]
      : isDayFirst === null
        ? [read(true), read(false)]
        : [read(isDayFirst)];
    const date = only([...new Set(both.filter((each) => each !== null))]);
    return date === null ? null : { year: date.slice(0, 4), rest: date.slice(5) };
  }
  const year = new RegExp(`\\b${YEAR}`).exec(text)?.[0];
  const word = /[a-z]{3,}(?=$|[ .])/.exec(text.replace(/^the |\b(?:of|del?) /g, ''))?.[0];
  if (word === undefined) return year === undefined ? null : { year };
  const month = monthOf(word);
  const day = /(?<!\d)\d{1,2}(?!\d)/.exec(text)?.[0];
  const rest = day === undefined ? pad(month) : `${pad(month)}-${pad(day)}`;
  return month === 0 ? null : { ...(year !== undefined && { year }), rest };
}

/** From one month to another of any year; also over its end. */
function monthsOf({ name }: TypedColumn, from: number, to: number): Filter {
  const count = ((to - from + 12) % 12) + 1;
  const months = Array.from({ length: count }, (_, i) => ((from - 1 + i) % 12) + 1);
  return {
    column: name,
    test: 'in period',
    values: months.map((month) => `--${String(month).padStart(2, '0')}`),
  };
}
