import { z } from 'zod';

const INVALID = 'Input should be a `next` of an earlier answer';

/** A place in a list as a text that clients hand back unread. */
export const toCursor = (place: readonly unknown[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/**
 * Parses a cursor made by `toCursor`.
 * @param shape of its position
 * @returns undefined for an invalid cursor
 */
export function readCursor<T extends z.ZodType>(shape: T, text: string): z.output<T> | undefined {
  try {
    return shape.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString())).data;
  } catch {
    return undefined;
  }
}

/**
 * A query parameter or field with the `next` cursor of an earlier response; an invalid cursor is refused with 422.
 */
export const cursor = <T extends z.ZodType>(shape: T) =>
  z
    .string()
    .max(500)
    .transform((text, ctx) => {
      const place = readCursor(shape, text);
      if (place !== undefined) return place;
      ctx.addIssue({ code: 'custom', message: INVALID, params: { type: 'value_error' } });
      return z.NEVER;
    })
    .meta({
      description: 'the `next` of an earlier page; `offset` is ignored then',
    });

/** A timestamp with microseconds, as in PostgreSQL. */
export const instant = () => z.iso.datetime();

/** Such a point in SQL. @param expression of type timestamptz */
export const toInstant = (expression: string) =>
  `to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/**
 * The `Link` header (RFC 8288) to the next page, for lists whose documented body has no field for a cursor.
 * @param query of the next page
 */
export const linkToNext = ({ limit, cursor: next }: { limit: number; cursor: string }): string =>
  `<?limit=${limit}&cursor=${encodeURIComponent(next)}>; rel="next"`;
