import { domainToASCII, domainToUnicode } from 'node:url';
import { z } from 'zod';

/** RFC 5321. */
const MAX_ADDRESS = 254;
const MAX_LOCAL_PART = 64;
const MAX_LABEL = 63;

const LOCAL_PART = /^[a-z0-9_!#$%&'*+\-/=?^`{|}~.\u0080-\u{10ffff}]+$/iu;
/** Spaces, control characters, unassigned and private code points; a leading combining mark. */
const UNSAFE = /[\p{Z}\p{C}]|^\p{M}/u;
const HOST_NAME = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/;

/** A normalised address, or the reason it is invalid, as worded by Python's email-validator. */
export type ParsedEmail = { email: string } | { reason: string };

/**
 * Normalises an address as email-validator does: the local part is unchanged (in NFC), the domain is lower-cased.
 * Names reserved for tests and intranets are allowed, for self-hosting.
 */
export function parseEmail(text: string): ParsedEmail {
  const address = text.trim();
  if (address.length > 2 * MAX_ADDRESS) return { reason: 'The email address is too long.' };
  const at = address.lastIndexOf('@');
  if (at < 0) return { reason: 'An email address must have an @-sign.' };
  const local = address.slice(0, at).normalize('NFC');
  const host = domainToASCII(address.slice(at + 1));
  const reason = faultOfLocalPart(local) ?? faultOfDomain(address.slice(at + 1), host);
  if (reason) return { reason };
  const email = `${local}@${domainToUnicode(host)}`;
  return email.length > MAX_ADDRESS ? { reason: 'The email address is too long.' } : { email };
}

/** Key for comparing addresses, case-insensitive. */
export const emailKey = (email: string) => email.toLowerCase();

/** An address from a client, normalised. */
export const emailSchema = () =>
  z
    .string()
    .transform((text, ctx) => {
      const parsed = parseEmail(text);
      if ('email' in parsed) return parsed.email;
      const { reason } = parsed;
      ctx.addIssue({
        code: 'custom',
        message: `value is not a valid email address: ${reason}`,
        params: { type: 'value_error', ctx: { reason } },
      });
      return z.NEVER;
    })
    .meta({ format: 'email', example: 'ada@example.com' });

function faultOfLocalPart(local: string): string | undefined {
  if (local === '') return 'There must be something before the @-sign.';
  if (local.length > MAX_LOCAL_PART) return 'The email address is too long before the @-sign.';
  if (!LOCAL_PART.test(local) || UNSAFE.test(local))
    return 'The email address contains invalid characters before the @-sign.';
  if (local.startsWith('.')) return 'An email address cannot start with a period.';
  if (local.endsWith('.')) return 'An email address cannot have a period immediately before the @-sign.';
  if (local.includes('..')) return 'An email address cannot have two periods in a row.';
  return undefined;
}

function faultOfDomain(written: string, host: string): string | undefined {
  if (written === '') return 'There must be something after the @-sign.';
  if (written.startsWith('.')) return 'An email address cannot have a period immediately after the @-sign.';
  if (written.endsWith('.')) return 'An email address cannot end with a period.';
  if (written.includes('..')) return 'An email address cannot have two periods in a row.';
  if (UNSAFE.test(written) || !HOST_NAME.test(host))
    return 'The part after the @-sign contains invalid characters.';
  const labels = host.split('.');
  if (labels.some((label) => label.startsWith('-') || label.endsWith('-')))
    return 'An email address cannot have a period and a hyphen next to each other.';
  if (labels.some((label) => label.length > MAX_LABEL)) return 'The part after the @-sign is too long.';
  if (labels.length < 2) return 'The part after the @-sign is not valid. It should have a period.';
  if (!/[a-z]$/.test(host))
    return 'The part after the @-sign is not valid. It is not within a valid top-level domain.';
  return undefined;
}
