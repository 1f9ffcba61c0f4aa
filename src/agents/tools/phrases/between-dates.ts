const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = String.raw`(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)`;
const DAY = String.raw`\d{1,2}(?:st|nd|rd|th)?`;
const DATE = String.raw`(\d{4}-\d{1,2}-\d{1,2}|(?:the\s+)?${DAY}(?:\s+of)?\s+${MONTH}\.?(?:,?\s+\d{4})?|${MONTH}\.?\s+${DAY}(?:,?\s+\d{4})?)`;
const ASKED = new RegExp(
  String.raw`^(?:(?:what\s+is\s+the\s+)?(?:number\s+of\s+)?|how\s+many\s+)days(?:\s+(?:are\s+there|is\s+it|lie))?\s+(?:between|from)\s+${DATE}\s+(?:and|to|until|till)\s+${DATE}$`,
  'i',
);

interface Day {
  year: number | null;
  month: number;
  day: number;
}

/**
 * The days between two dates that a question plainly asks for, as a call of `days`.
 * @param thisYear of dates without a year; a second date that would be earlier is in the next
 */
export function daysBetween(question: string, thisYear: number): string | null {
  const found = ASKED.exec(question);
  if (!found) return null;
  const [from, to] = [read(found[1]!), read(found[2]!)];
  if (!from || !to) return null;
  const first = from.year ?? to.year ?? thisYear;
  const isEarlier = to.month < from.month || (to.month === from.month && to.day < from.day);
  const second = to.year ?? (isEarlier ? first + 1 : first);
  return `days(${first}, ${from.month}, ${from.day}, ${second}, ${to.month}, ${to.day})`;
}

function read(date: string): Day | null {
  const [, year, month, day] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(date) ?? [];
  if (year) return { year: Number(year), month: Number(month), day: Number(day) };
  const named = new RegExp(MONTH, 'i').exec(date)?.[0].toLowerCase().slice(0, 3);
  const numbers = (date.match(/\d+/g) ?? []).map(Number);
  const of = numbers.find((number) => number > 31);
  const its = numbers.find((number) => number <= 31);
  if (!named || its === undefined) return null;
  return { year: of ?? null, month: MONTHS.indexOf(named) + 1, day: its };
}
