import { z } from 'zod';
import type { Json } from './json.js';

/**
 * Whether text is free of NUL and lone surrogates, which PostgreSQL refuses or silently changes in text and jsonb.
 */
export const isStorable = (text: string) => text.isWellFormed() && !text.includes('\0');

const UNSTORABLE = 'String should not contain NUL characters or lone surrogates';

/** Storable text from a client. */
export const storableText = () => z.string().refine(isStorable, { error: UNSTORABLE });

/** True when no key or string anywhere in a JSON value is unstorable, and it nests at most `depth` deep. */
export function isStorableJson(value: unknown, depth = 32): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  return Object.entries(value).every(([key, item]) => isStorable(key) && isStorableJson(item, depth - 1));
}

/** A JSON value made storable in PostgreSQL; values nested deeper than `depth` become null. */
export function storableJson(value: Json, depth = 32): Json {
  if (typeof value === 'string') return storable(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.map((item) => storableJson(item, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [storable(key), storableJson(item, depth - 1)]),
  );
}

const storable = (text: string) => (isStorable(text) ? text : text.toWellFormed().replaceAll('\0', ''));

/** Characters that are one grapheme and one code unit each. */
const ASCII = /^[\x20-\x7e]*$/;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The longest prefix of a text that consists of whole graphemes (user-perceived characters, such as a flag, a
 * family, or a letter with accents).
 * @param max bound of the sum of their sizes
 * @param sizeOf size of one grapheme; 1 by default and for ASCII
 */
export function takeGraphemes(
  text: string,
  max: number,
  sizeOf: (grapheme: string) => number = () => 1,
): string {
  // Fast path, as segmenting is slow; one more character is checked, as it could extend the last grapheme.
  if (ASCII.test(text.slice(0, max + 1))) return text.slice(0, Math.max(0, max));
  let size = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    size += sizeOf(segment);
    if (size > max) return text.slice(0, index);
  }
  return text;
}

/** Number of graphemes. Stops counting at `enough`. */
function countGraphemes(text: string, enough = Infinity): number {
  if (ASCII.test(text)) return Math.min(text.length, enough);
  let count = 0;
  for (const _ of segmenter.segment(text)) if (++count >= enough) break;
  return count;
}

const VISIBLE = /[^\p{Default_Ignorable_Code_Point}\p{Cc}\p{Z}\p{M}\u2800]/u;

/** Whether any character of a text can be seen: not so of zero-width spaces, fillers, direction marks and blanks. */
export const isVisible = (text: string) => VISIBLE.test(text);

/** Control characters, line separators, zero-width spaces, and overrides of the text direction. */
const HIDDEN = /[\p{Cc}\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff]/gu;
/** All characters without a shape: joiners and variation selectors too, which emoji and some scripts need. */
const SHAPELESS = /[\p{Cc}\p{Default_Ignorable_Code_Point}\u202a-\u202e\u2066-\u2069\ufeff\s]+/gu;

/** A name without characters that cannot be seen, or that change the order of the text around it. */
export const withoutHidden = (name: string) => name.replaceAll(HIDDEN, '');

/** Foreign text on one line, in which nothing can be hidden from people that models would read. */
export const shownLine = (text: string) => text.replaceAll(SHAPELESS, ' ').trim();

/** Code points of a title, whatever its graphemes consist of. */
const MAX_TITLE = 255;
/** As much of a text as a title can be made of. */
const MAX_TITLE_SOURCE = 4_096;

const codePoints = (text: string) => [...text].length;

/** A title from text: one line of at most `max` graphemes, cut at a word; empty when nothing is visible. */
export function titleFrom(text: string, max = 60): string {
  const source = text.trimStart().slice(0, MAX_TITLE_SOURCE).toWellFormed();
  const line = source.replaceAll(/\s+/g, ' ').replaceAll(HIDDEN, '').normalize('NFC').trim();
  if (!isVisible(line)) return '';
  const whole = takeGraphemes(line, MAX_TITLE, codePoints) || [...line].slice(0, MAX_TITLE).join('');
  const cut = takeGraphemes(whole, max);
  if (cut === line) return line;
  const space = cut.lastIndexOf(' ');
  return `${(countGraphemes(cut.slice(0, Math.max(space, 0))) > max / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}

/** A line that opens or closes a block of code. */
const FENCE = /^[ \t]*(?:`{3,}|~{3,})[ \t]*[\w+#.-]*[ \t]*$/gm;

/** Title of a conversation, from its first message. Never empty or invisible. */
export const conversationTitle = (message: string): string =>
  titleFrom(message.replaceAll(FENCE, ' ').replaceAll(/`{3,}/g, ' ')) || 'New Chat';

/**
 * The beginning of a text for a list.
 * @param text the first `2 * max` code points of it, or all
 * @param max graphemes
 */
export function preview(text: string, max: number): string {
  const isCut = codePoints(text) >= 2 * max;
  const shown = takeGraphemes(text, max);
  // The last grapheme of truncated text may be incomplete.
  return isCut && shown === text ? takeGraphemes(text, countGraphemes(text) - 1) : shown;
}

/**
 * Storable text of `min` to `max` characters. A character is a code point, as in the clients' languages, so an
 * emoji counts once.
 */
export const boundedText = (min: number, max: number) =>
  storableText()
    .min(min)
    .check((ctx) => {
      if (ctx.value.length <= max || [...ctx.value].length <= max) return;
      ctx.issues.push({ code: 'too_big', origin: 'string', maximum: max, inclusive: true, input: ctx.value });
    })
    .meta({ maxLength: max });

/** A name from a client with a visible character; hidden characters and direction overrides are removed. */
export const nameText = (max: number) =>
  boundedText(0, max)
    .overwrite(withoutHidden)
    .refine(isVisible, { error: 'Value should have a visible character' })
    .meta({ minLength: 1, maxLength: max });

/** A time as the documents of the agent desk and of rooms write it: `2026-01-31T09:30:00.125000+00:00`. */
export const offsetTime = (date: Date) => date.toISOString().replace('Z', '000+00:00');
