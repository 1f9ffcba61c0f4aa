import { randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Crockford's base 32, without look-alike characters. A power of two, so that all characters are equally likely.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 12;

/**
 * A random code by which the operator at the terminal becomes the first admin.
 * @returns 60 bits as `XXXX-XXXX-XXXX`
 */
export function newFirstAdminCode(): string {
  const characters = Array.from(randomBytes(LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]);
  return characters.join('').replaceAll(/(.{4})(?=.)/g, '$1-');
}

/** Whether a code was typed, in small letters and without its dashes as well. */
export function isCode(code: string, typed: string): boolean {
  const [right, tried] = [code, typed].map((text) => text.toUpperCase().replaceAll(/[^0-9A-Z]/g, ''));
  return right!.length === tried!.length && timingSafeEqual(Buffer.from(right!), Buffer.from(tried!));
}
