const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Visible characters that a new password needs. */
export const MIN_PASSWORD = 8;

/** Counts characters as a reader sees them: an emoji is one however it is encoded, a zero-width space is none. */
export const isLongEnoughPassword = (password: string) => countVisible(password) >= MIN_PASSWORD;

const IGNORABLE = /^[\p{Default_Ignorable_Code_Point}\p{Cc}]+$/u;

/** How many characters a reader sees; blanks count, what takes no place does not. */
function countVisible(text: string): number {
  let count = 0;
  for (const { segment } of segmenter.segment(text)) if (!IGNORABLE.test(segment)) count += 1;
  return count;
}
