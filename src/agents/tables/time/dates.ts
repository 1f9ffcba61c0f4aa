import { normalise } from '../../../search/normalise.js';
import { monthOfCell } from './months.js';

/** The dates of a column. */
export interface Dates {
  /** `2031-03-01`, `2031-03`, or null where a cell is no date. */
  values: (string | null)[];
  /** Whether `1/2/2031` is the first of February; null where no cell is written so. */
  isDayFirst: boolean | null;
  /** A cell that may be read both ways where nothing decides; null otherwise. */
  unclear: string | null;
}

const TIME = '(?:,?[T ]\\s*\\d{1,2}[:.h]\\d{2}.*)?';
const YEAR_FIRST = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})(?:\\2(\\d{1,2}))?${TIME}$`);
const YEAR_LAST = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}|\\d{2})${TIME}$`);
const MONTH_NAMED =
  /^(?:\p{L}+\.?,? )?(?:(\d{1,2})(?:\.|st|nd|rd|th|er)?[ -])?(?:de |of )?(\p{L}{3,})\.?(?:[ -](\d{1,2})(?:st|nd|rd|th)?,)?[ -](?:de )?(\d{4}|\d{2})$/u;

/**
 * Reads the cells of a column as dates.
 * @param isAmerican whether the rest of the table suggests that months come first where days may as well
 */
export function readDates(cells: readonly string[], isAmerican: boolean): Dates {
  const slashed = cells.flatMap((cell) => {
    const [, first, separator, second] = YEAR_LAST.exec(cell) ?? [];
    return first === undefined ? [] : [{ cell, first: Number(first), second: Number(second), separator }];
  });
  const isDotted = slashed.some(({ separator }) => separator === '.');
  const dayFirst = isDotted || slashed.some(({ first }) => first > 12);
  const monthFirst = slashed.some(({ second }) => second > 12);
  const isUnclear = slashed.length > 0 && dayFirst === monthFirst;
  const isDayFirst = isUnclear ? !isAmerican : dayFirst;
  return {
    values: cells.map((cell) => dateOf(cell, isDayFirst)),
    isDayFirst: slashed.length > 0 ? isDayFirst : null,
    unclear: isUnclear ? (slashed.find(({ first, second }) => first !== second)?.cell ?? null) : null,
  };
}

/** @returns `2031-03-01`, `2031-03`, or null */
export function dateOf(text: string, isDayFirst: boolean): string | null {
  const iso = YEAR_FIRST.exec(text);
  if (iso) return dateFrom(iso[1]!, iso[3]!, iso[4]);
  const last = YEAR_LAST.exec(text);
  if (last) return isDayFirst ? dateFrom(last[4]!, last[3]!, last[1]) : dateFrom(last[4]!, last[1]!, last[3]);
  const [, before, name, behind, year = ''] = MONTH_NAMED.exec(normalise(text)) ?? [];
  const month = name ? monthOfCell(name) : 0;
  const day = before ?? behind;
  // "Jan 31" may be a day as well as a year.
  if (month === 0 || (day === undefined && year.length < 4)) return null;
  return dateFrom(year, String(month), day);
}

function dateFrom(year: string, month: string, day: string | undefined): string | null {
  const full = year.length === 4 ? year : `${Number(year) < 70 ? '20' : '19'}${year}`;
  if (!(Number(month) >= 1 && Number(month) <= 12)) return null;
  if (day === undefined) return `${full}-${month.padStart(2, '0')}`;
  if (!(Number(day) >= 1 && Number(day) <= 31)) return null;
  return `${full}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
