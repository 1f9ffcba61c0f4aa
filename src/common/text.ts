import { z } from 'zod';

/** NUL and lone surrogates: what PostgreSQL refuses in text or jsonb, or silently changes. */
export const isStorable = (text: string) => text.isWellFormed() && !text.includes('\0');

const UNSTORABLE = 'String should not contain NUL characters or lone surrogates';

/** Text from a client that can be stored as it is. */
export const storableText = () => z.string().refine(isStorable, { error: UNSTORABLE });

/** True when no key or string anywhere in a JSON value is unstorable, and it nests at most `depth` deep. */
export function isStorableJson(value: unknown, depth = 32): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  return Object.entries(value).every(([key, item]) => isStorable(key) && isStorableJson(item, depth - 1));
}

/** The first line of a text as a title of at most `max` characters, cut at a word. */
export function titleFrom(text: string, max = 60): string {
  const line = text.trim().split(/\s+/).join(' ');
  if (line.length <= max) return line;
  const cut = line.slice(0, max).toWellFormed().replace('\ufffd', '');
  const space = cut.lastIndexOf(' ');
  return `${(space > max / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}

/**
 * Storable text of `min` to `max` characters. A character is a code point, as in the clients' languages,
 * so an emoji counts once.
 */
export const boundedText = (min: number, max: number) =>
  storableText()
    .min(min)
    .check((ctx) => {
      if (ctx.value.length <= max || [...ctx.value].length <= max) return;
      ctx.issues.push({ code: 'too_big', origin: 'string', maximum: max, inclusive: true, input: ctx.value });
    })
    .meta({ maxLength: max });
