/** Characters that are not seen: soft hyphens, zero-width and direction marks, variation selectors. */
const INVISIBLE = /\p{Cf}|\p{Variation_Selector}/gu;
/**
 * Optional diacritics, which users omit when typing: accents of Latin, Greek and Cyrillic letters, vowel points of
 * Arabic and Hebrew. Not the breve of й, which is another letter than и, nor marks of scripts that require them.
 */
const MARKS =
  /(?<![иИ])\u0306|[\u0300-\u0305\u0307-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]/g;
/** Letters that do not decompose, as they are typed on a keyboard without them. */
const LETTERS: Record<string, string> = {
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ħ: 'h', ı: 'i', ĸ: 'k', ŋ: 'ng', ŧ: 't', ς: 'σ',
  ى: 'ي', ی: 'ي', ک: 'ك', ة: 'ه', ـ: '', ẞ: 'SS',
}; // prettier-ignore
/** The same letters as capitals, where they are the capitals of no others. */
const CAPITALS = Object.entries(LETTERS)
  .map(([letter, spelling]) => [letter.toUpperCase(), letter, spelling] as const)
  .filter(([capital, letter]) => capital !== letter && capital.toLowerCase() === letter)
  .map(([capital, , spelling]) => [capital, spelling.charAt(0).toUpperCase() + spelling.slice(1)]);
const SPELLINGS: Record<string, string> = { ...LETTERS, ...Object.fromEntries(CAPITALS) };
const SPECIAL = new RegExp(`[${Object.keys(SPELLINGS).join('')}]`, 'g');
/** Code points of zero in further decimal digit systems, besides ASCII and full-width digits. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50];
const DIGITS = /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59]/g;

/** A text without its invisible characters, which must not part the letters around them. */
export const withoutInvisible = (text: string): string => text.replace(INVISIBLE, '');

// oxlint-disable-next-line no-control-regex -- it says what ASCII is
const ASCII = /^[\u0000-\u007f]*$/;

/**
 * A text without accents and invisible characters, ligatures and full-width forms resolved, digits as 0 to 9. The
 * length may change.
 */
export const withoutAccents = (text: string): string =>
  // Most of a text is ASCII, which stays as it is.
  ASCII.test(text) ? text : baseLetters(withoutInvisible(text).normalize('NFKD'));

/** Normalises text for matching: as `withoutAccents`, in lower case. */
export const normalise = (text: string): string =>
  ASCII.test(text) ? text.toLowerCase() : baseLetters(withoutInvisible(text).normalize('NFKD').toLowerCase());

/** @param text decomposed */
const baseLetters = (text: string): string =>
  text
    .replace(MARKS, '')
    .normalize('NFC')
    .replace(SPECIAL, (letter) => SPELLINGS[letter]!)
    .replace(DIGITS, (digit) => {
      const code = digit.codePointAt(0)!;
      return String(code - ZEROS.findLast((zero) => zero <= code)!);
    });
