import { z } from 'zod';
import type { ReadUrl } from './server-url.js';

/** `''` means "not set", as in a `.env` line with nothing behind the equals sign. */
const blankIsUnset = (value: unknown) => (value === '' ? undefined : value);
export const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankIsUnset, schema.optional());
export const withDefault = <T extends z.ZodType>(schema: T, value: z.input<T>) =>
  z.preprocess((raw) => blankIsUnset(raw) ?? value, schema);

export const url = (...protocols: string[]) =>
  z
    .url({ error: `must be a URL such as ${protocols[0]}://host:port/path` })
    // Also called for values that are not URLs.
    .refine((value) => !URL.canParse(value) || protocols.includes(new URL(value).protocol.slice(0, -1)), {
      error: `must start with ${protocols.map((p) => `${p}://`).join(' or ')}`,
    });
/** The address of a model server; errors never contain any part of it. */
export const serverUrl = (read: (text: string) => ReadUrl) =>
  z.string().transform((text, ctx) => {
    const result = read(text);
    if ('url' in result) return result.url;
    // The input is left out: it holds a password.
    ctx.addIssue({ code: 'custom', message: result.error });
    return z.NEVER;
  });
/** Comma-separated addresses of servers; errors never contain any part of them. */
export const serverUrls = (read: (text: string) => ReadUrl) =>
  z.string().transform((text, ctx) => {
    const results = text.split(',').map(read);
    const urls = results.flatMap((result) => ('url' in result ? [result.url] : []));
    if (urls.length === results.length) return urls;
    const wrong = results.find((result) => 'error' in result);
    ctx.addIssue({ code: 'custom', message: wrong?.error ?? '' });
    return z.NEVER;
  });
export const integer = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};
/** A number, or that of the machine. */
export const integerOrAuto = (min: number, max: number) => {
  const error = `must be auto or a whole number from ${min} to ${max}`;
  const number = z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error });
  return z.union([z.literal('auto'), number], { error });
};
export const oneOf = <const T extends string>(...values: T[]) =>
  z.enum(values, { error: `must be ${values.join(' or ')}` });
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

/** Of tokens that are checked with a public key. */
export const areSignatureAlgorithms = (names: readonly string[]) =>
  names.length > 0 && names.every((name) => /^(RS|PS|ES)(256|384|512)$|^EdDSA$/.test(name));

/** Those whose data the build ships. */
const OCR_SHIPPED: readonly string[] = ['eng', 'deu', 'fra'];
export const ocrLanguages = z
  .string()
  .transform((text) => (text === 'off' ? [] : text.split(/[+,\s]+/)))
  .refine((codes) => codes.every((code) => OCR_SHIPPED.includes(code)), {
    error: `must be off, or some of ${OCR_SHIPPED.join(', ')} with + between them`,
  });
