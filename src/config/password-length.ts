const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Visible characters that a new password needs. */
export const MIN_PASSWORD = 8;

/** Counts graphemes: an emoji is one however it is encoded, a zero-width space is none. */
export const isLongEnoughPassword = (password: string) => countVisible(password) >= MIN_PASSWORD;

const IGNORABLE = /^[\p{Default_Ignorable_Code_Point}\p{Cc}]+$/u;

/** Number of visible graphemes; blanks count, zero-width characters do not. */
function countVisible(text: string): number {
  let count = 0;
  for (const { segment } of segmenter.segment(text)) if (!IGNORABLE.test(segment)) count += 1;
  return count;
}
