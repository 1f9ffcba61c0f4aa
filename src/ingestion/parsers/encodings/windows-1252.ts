/** What windows-1252 has in place of the control characters of ISO-8859-1; a space where it has nothing. */
const SIGNS = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/**
 * Text of windows-1252 with its signs. Some versions of Node.js decode that encoding, and all that the WHATWG takes for
 * it, as ISO-8859-1: quotes, dashes and € become control characters, which no text has.
 */
export const withSigns = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- they are replaced
  text.replace(/[\x80-\x9f]/g, (control) => {
    const sign = SIGNS[control.charCodeAt(0) - 0x80]!;
    return sign === ' ' ? control : sign;
  });
