const GROUPED = /^(\d{1,3})(?:([.,'’\u00a0\u202f ])\d{3})(?:\2\d{3})*(?:([.,])(\d+))?$/u;
const DECIMAL = /^(\d+)[.,](\d+)$/;

/**
 * Canonical notations of a number: `1.000`, `1,000`, `1 000` and `1000` are `1000`, `2,50` is `2.5`. Three digits
 * after a single point or comma are thousands.
 * @param text normalised
 * @returns the likeliest reading first; null when it is not a number
 */
export function canonicalNumbers(text: string): string[] | null {
  if (/^\d+$/.test(text)) return [text];
  const grouped = GROUPED.exec(text);
  if (grouped && grouped[2] !== grouped[3]) {
    const [, , , , fraction = ''] = grouped;
    const digits = text.slice(0, fraction ? -fraction.length - 1 : undefined).replace(/\D/g, '');
    return withFraction(digits.replace(/^0+(?=\d)/, ''), fraction);
  }
  const [, digits, fraction] = DECIMAL.exec(text) ?? [];
  return digits && fraction ? withFraction(digits, fraction) : null;
}

/** Includes the original notation: versions and prices keep their zeros. */
function withFraction(digits: string, fraction: string): string[] {
  const short = fraction.replace(/0+$/, '');
  const shortest = short ? `${digits}.${short}` : digits;
  return [...new Set(fraction ? [shortest, `${digits}.${fraction}`] : [shortest])];
}
