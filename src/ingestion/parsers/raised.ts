const PLAIN = '0123456789+-−()n';
const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ';
/** Powers and marks of notes, not the endings of `1st` and `Mme`. */
const ONLY_SIGNS = /^[\d+\-−()n,\s]+$/;
const isRaised = (text: string) => text === 'n' || (ONLY_SIGNS.test(text) && /\d/.test(text));

/** Superscript as it looks: `10⁶` would be another number without it, and so would an amount with the mark of a note. */
export const raised = (text: string): string =>
  isRaised(text) ? [...text].map((char) => RAISED[PLAIN.indexOf(char)] ?? char).join('') : text;

/** Struck out, as Markdown writes it: what was an amount once is none any more. */
export function struck(text: string): string {
  const words = text.trim();
  if (!words) return text;
  const start = text.indexOf(words);
  return `${text.slice(0, start)}~~${words}~~${text.slice(start + words.length)}`;
}
