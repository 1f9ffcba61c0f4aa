import { z } from 'zod';
import { ParleyError } from './errors.js';
import { isStorable } from './text.js';

/** Text of 1 to `max` characters without the blanks around it, refused in the words of Django REST framework. */
export const fieldText = (max: number) =>
  z
    .preprocess(
      (value) => (typeof value === 'number' ? String(value) : value),
      z.string({ error: typeError }),
    )
    .transform((text) => text.trim())
    .pipe(
      z
        .string()
        .min(1, { error: 'This field may not be blank.', abort: true })
        .refine((text) => !text.includes('\0'), { error: 'Null characters are not allowed.', abort: true })
        .refine(isStorable, { error: 'Lone surrogates are not allowed.', abort: true })
        .refine((text) => text.length <= max || [...text].length <= max, {
          error: `Ensure this field has no more than ${max} characters.`,
        })
        .meta({ maxLength: max }),
    );

function typeError({ input }: { input?: unknown }): string {
  if (input === undefined) return 'This field is required.';
  return input === null ? 'This field may not be null.' : 'Not a valid string.';
}

/** @throws ParleyError `field-errors` with `{ field: [sentences] }` for a detail */
export function parseFields<T extends z.ZodObject>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields: Record<string, string[]> = {};
  for (const { path, message } of parsed.error.issues) {
    const field = path.length > 0 ? path.join('.') : 'non_field_errors';
    const kind = Array.isArray(value) ? 'list' : typeof value;
    const sentence = path.length > 0 ? message : `Invalid data. Expected a dictionary, but got ${kind}.`;
    (fields[field] ??= []).push(sentence);
  }
  throw new ParleyError('invalid', 'field-errors', fields);
}
