import { arrayOf, namesOf, textOf } from './values.js';

const MAX_MINUTES = 900;
const CLOCK = /^(\d{1,2}):(\d\d)(?::\d\d)?$/;
const HOURS_AND_MINUTES =
  /^(?:pt)?(?:(\d{1,2})\s*h(?:ours?|rs?)?)?[\s,]*(?:(\d{1,3})\s*(?:m|min|mins|minutes?)?\.?)?$/i;
const AGE_RATING =
  /^(?:g|pg|pg-13|r|nc-17|x|m|gp|passed|approved|not rated|unrated|u|ua|a|s|t|e|tv-(?:y7?|g|pg|14|ma)|\d{1,2}\+?|fsk ?\d+|uk:?\s?\w+|bbfc ?\w+)$/i;

/** Minutes, from "142", "142 min", "2h 22m", "1:58" or "PT142M". */
export function runtimeOf(value: unknown): number | null {
  const text = textOf(value, 30) ?? '';
  const clock = CLOCK.exec(text);
  const [, hours, minutes] = clock ?? HOURS_AND_MINUTES.exec(text.replace(/\.0+$/, '')) ?? [];
  const total = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return total > 0 && total <= MAX_MINUTES ? total : null;
}

/** An age rating as it is printed; null for a score out of ten. */
export function ageRatingOf(value: unknown): string | null {
  const text = textOf(value, 20);
  return text !== null && AGE_RATING.test(text) ? text : null;
}

/** The original language in English, from its code, its name or a list that begins with it. */
export function languageOf(value: unknown): string | null {
  const items = typeof value === 'string' && value.trim().startsWith('[') ? arrayOf(value) : value;
  const [first] = namesOf(items, 1);
  const text = textOf(first ?? value, 40);
  if (text === null) return null;
  if (!/^[a-z]{2,3}$/.test(text)) return text.charAt(0).toUpperCase() + text.slice(1);
  const name = languageNames.of(text);
  return name === undefined || name === text ? null : name;
}
const languageNames = new Intl.DisplayNames(['en'], { type: 'language' });

const RELEASED = /^(?:released|in theaters|in cinemas|available|ended)$/i;

/**
 * Why a row is not taken into the catalogue although it is a film: adult films are never recommended, and one that is
 * not out yet cannot be watched.
 */
export type SkipReason = 'adult' | 'unreleased';

/** @param today as YYYY-MM-DD */
export function skipReasonOf(
  adult: unknown,
  status: unknown,
  released: unknown,
  today = new Date().toISOString().slice(0, 10),
): SkipReason | null {
  if (adult === true || /^(?:true|1|yes|t|y)$/i.test(textOf(adult, 10) ?? '')) return 'adult';
  const stage = textOf(status, 30);
  if (stage !== null && !RELEASED.test(stage)) return 'unreleased';
  const date = textOf(released, 40) ?? '';
  const day = /\b\d{4}-\d\d-\d\d\b/.exec(date)?.[0] ?? /\b(?:18|19|20)\d\d\b/.exec(date)?.[0] ?? '';
  return day > today.slice(0, Math.max(4, day.length)) ? 'unreleased' : null;
}
