const PLAIN = '0123456789+-−()n';
const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ';
/** Powers and marks of notes, not the endings of `1st` and `Mme`. */
const IS_RAISED = /^[\d+\-−()n,\s]*\d[\d+\-−()n,\s]*$|^n$/;

/** Superscript as it looks: `10⁶` would be another number without it, and so would an amount with the mark of a note. */
export const raised = (text: string): string =>
  IS_RAISED.test(text) ? [...text].map((char) => RAISED[PLAIN.indexOf(char)] ?? char).join('') : text;

/** Struck out, as Markdown writes it: what was an amount once is none any more. */
export const struck = (text: string): string => text.replace(/^(\s*)([^]*?\S)(\s*)$/, '$1~~$2~~$3');
