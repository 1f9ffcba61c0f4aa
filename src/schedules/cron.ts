import { CronExpressionParser } from 'cron-parser';

/** Five fields, so at most once a minute; `H`, which means another time at each reading, is none of cron. */
const FIELDS = /^[^\s@]+( [^\s@]+){4}$/;
const RANDOM = /\bH\b/i;

/** Whether it is a cron expression of five fields, one space apart, that has a time at all. */
export const isCron = (cron: string): boolean =>
  FIELDS.test(cron) && !RANDOM.test(cron) && nextTime(cron, 'UTC', new Date()) !== null;

/** Whether it is the IANA name of a time zone, such as `Europe/Berlin` or `UTC`. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** The first time after another one; null when there is none. */
export function nextTime(cron: string, timeZone: string, after: Date): Date | null {
  try {
    return CronExpressionParser.parse(cron, { currentDate: after, tz: timeZone }).next().toDate();
  } catch {
    return null;
  }
}
