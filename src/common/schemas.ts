import { z } from 'zod';

interface IntegerRange {
  min: number;
  max: number;
  /** Taken when the parameter is absent. */
  fallback: number;
}

/** An integer in a query string; out of range is refused with 422. */
export const queryInteger = ({ min, max, fallback }: IntegerRange) =>
  z
    .string()
    .optional()
    .transform((raw, ctx) => parseWhole(raw, fallback, ctx))
    .pipe(z.number().min(min).max(max))
    .meta({ type: 'integer', minimum: min, maximum: max, default: fallback });

/** An integer in a query string; clamped to its range. */
export const clampedInteger = ({ min, max, fallback }: IntegerRange) =>
  z
    .string()
    .optional()
    .transform((raw, ctx) => Math.min(max, Math.max(min, parseWhole(raw, fallback, ctx))))
    .meta({ type: 'integer', minimum: min, maximum: max, default: fallback });

function parseWhole(raw: string | undefined, fallback: number, ctx: z.RefinementCtx): number {
  if (raw === undefined) return fallback;
  if (/^\s*[+-]?\d{1,15}\s*$/.test(raw)) return Number(raw);
  ctx.addIssue({
    code: 'custom',
    message: 'Input should be a valid integer, unable to parse string as an integer',
    params: { type: 'int_parsing' },
  });
  return z.NEVER;
}

/** `true` or `false` in a query string. */
export const queryBoolean = () => z.enum(['true', 'false']).transform((text) => text === 'true');

/** A UUID in any version, as text in lower case. */
export const uuid = () => z.guid().transform((id) => id.toLowerCase());

/**
 * An object of a type beside the known ones, as the last alternative of a union: what is wrong with one of a known
 * type is reported for that type. Without `abort` zod would report this alternative alone.
 */
export const otherTypeThan = (...known: string[]) =>
  z.object({ type: z.string().refine((type) => !known.includes(type), { abort: true }) });
