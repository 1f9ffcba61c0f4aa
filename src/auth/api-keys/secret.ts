import { createHash, randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = BigInt(ALPHABET.length);
const PREFIX = 'pk_';
/** Digits of 32 bytes in base 62. */
const DIGITS = 43;
/** Characters of the secret that are shown to identify a key. */
const SHOWN = PREFIX.length + 6;

/** A new secret: `pk_` and 32 random bytes in base 62. */
export function newSecret(): string {
  let rest = BigInt(`0x${randomBytes(32).toString('hex')}`);
  let digits = '';
  for (; digits.length < DIGITS; rest /= BASE) digits = ALPHABET[Number(rest % BASE)]! + digits;
  return PREFIX + digits;
}

export const looksLikeApiKey = (token: string) => token.startsWith(PREFIX);
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
export const shownPart = (secret: string) => secret.slice(0, SHOWN);
